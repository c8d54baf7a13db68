/* budget -- gzip sizes of what a first visit loads. With BASE_URL: the served pages of pages.json seen by a guest and
   their stylesheets and scripts; without: the files of assets/. */
/* SPDX-License-Identifier: Apache-2.0 */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ROOT, fill, settings, tally } from './lib.mjs';

const KB = 1024, HTML = 15 * KB, CSS = 4 * KB, JS = 5 * KB;
const t = tally();
function fits(name, bytes, limit) {
    const n = gzipSync(bytes, { level: 9 }).length;
    t.check(`${name} ${n} of ${limit} bytes gzip`, n <= limit ? [] : [`${n - limit} bytes too many`]);
}
/* The embedder of the build drops comments and indentation of stylesheets; so does this. */
const lean = (css) => css.replace(/\/\*[\s\S]*?\*\//g, '').split('\n').map((l) => l.trim()).filter(Boolean).join('\n');

if (!process.env.BASE_URL) {
    fits('assets/app.css', Buffer.from(lean(readFileSync(ROOT + 'assets/app.css', 'utf8'))), CSS);
    for (const n of ['desk.css', 'print.css']) fits('assets/' + n, Buffer.from(lean(readFileSync(ROOT + 'assets/' + n, 'utf8'))), CSS);
    for (const n of ['app.js', 'board.js']) fits('assets/' + n, readFileSync(ROOT + 'assets/' + n), JS);
    fits('assets/icons.svg', readFileSync(ROOT + 'assets/icons.svg'), CSS);
} else {
    const { base, vars } = settings();
    const seen = new Set();
    for (const r of JSON.parse(readFileSync(new URL(process.env.PAGES || 'pages.json', import.meta.url), 'utf8'))) {
        if (r.role !== 'guest') continue;
        const html = await get(base + fill(r.path, vars));
        fits('html ' + r.path, html, HTML);
        const text = html.toString('utf8');
        let css = 0, js = 0;
        for (const m of text.matchAll(/<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<script[^>]+src="([^"]+)"/g)) {
            const bytes = await get(new URL(m[1] || m[2], base)), n = gzipSync(bytes, { level: 9 }).length;
            if (m[1]) css += n; else js += n;
        }
        const key = `${css} ${js}`;
        if (seen.has(key)) continue;
        seen.add(key);
        t.check(`css of ${r.path} ${css} of ${CSS} bytes gzip`, css <= CSS ? [] : [`${css - CSS} bytes too many`]);
        t.check(`js of ${r.path} ${js} of ${JS} bytes gzip`, js <= JS ? [] : [`${js - JS} bytes too many`]);
    }
}
t.end();

async function get(url) {
    const r = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
    const b = Buffer.from(await r.arrayBuffer());
    return b[0] === 0x1f && b[1] === 0x8b ? gunzipSync(b) : b;
}
