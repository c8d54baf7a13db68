// node .sheet.mjs DIR LOOK OUT page... ; columns of 360xH
import { launch } from '/tmp/w/me/tests/browser/lib.mjs';
import { readFileSync } from 'node:fs';
const [dir, look, out, ...pages] = process.argv.slice(2);
const H = +(process.env.H || 1480), MAX = +(process.env.MAX || 4), W = +(process.env.W||360);
const b = await launch(), p = await b.newPage({ viewport: { width: MAX * (W+10), height: H } });
let html = '<body style="margin:0;background:#808;display:flex;gap:10px;align-items:start">';
let n = 0, sheet = 0;
const cols = [];
for (const g of pages) {
  const [name, from] = g.split('@');
  const d = readFileSync(`${dir}/${name}-${look}.png`), h = d.readUInt32BE(20);
  const lim = +(process.env.PER || 9);
  for (let y = +(from || 0), k = 0; y < h && k < lim; y += H, k++) cols.push(`<div style="width:${W}px;height:${Math.min(H, h - y)}px;background:url(data:image/png;base64,${d.toString('base64')}) 0 -${y}px"></div>`);
}
for (let i = 0; i < cols.length; i += MAX) {
  await p.setContent(html + cols.slice(i, i + MAX).join(''));
  await p.screenshot({ path: `${out}${i / MAX}.png` });
}
console.log(out, Math.ceil(cols.length / MAX), 'sheets');
await b.close();
