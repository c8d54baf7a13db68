/* kit -- app.js and board.js against a server of twenty lines: clocks, modes, drafts, double submit, keys, live regions.
   And the must-fail side: the harness itself has to find planted faults. */
/* SPDX-License-Identifier: Apache-2.0 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, VIEWS, inspect, launch, open, serveTree, tally } from './lib.mjs';

const got = [];          /* "METHOD path body" of every dynamic request */
let listeners = [], version = 1, refused = 0;
const frame = (body, attrs = '') => `<!doctype html><html lang="zh-CN"${attrs}><head><meta charset="utf-8"><title>试</title>
<link rel="icon" href="/assets/favicon.svg"><link rel="stylesheet" href="/assets/app.css"><link rel="stylesheet" href="/assets/desk.css"><script src="/assets/app.js" defer></script><script src="/assets/board.js" defer></script></head><body>
<main id="main"><h1>试</h1>${body}</main><p class="vh" id="live" role="status"></p></body></html>`;
const detail = (n) => `<section id="detail" aria-label="详情"><h2>第 ${n} 件</h2><form method="post" action="/give/${n}"><button data-key="Enter">派给他</button></form></section>`;
const queue = () => `<section id="queue" aria-label="队列" data-live="/queue" data-on="need"><p>版本 ${version}</p><div data-list>${[1, 2, 3].map((n) => `<a class="qi" href="/need/${n}" data-swap="#detail">第 ${n} 件</a>`).join('')}</div></section>`;
const form = `<form class="md" method="post" action="/mode"><button class="btn" name="m" value="elder">大字版</button><button class="btn" name="m" value="std">标准版</button><button class="btn" name="m" value="xl">特大字</button></form>
<form method="post" action="/slow"><label for="x">说</label><textarea id="x" name="text" data-draft="help"></textarea><button id="go" name="b" value="1">交</button></form>`;
function answer(rq, rs) {
    const url = new URL(rq.url, 'http://x'), html = (s) => { rs.setHeader('Content-Type', 'text/html; charset=utf-8'); rs.end(s); };
    if (url.pathname.startsWith('/assets/')) return false;
    let body = '';
    rq.on('data', (c) => { body += c; });
    rq.on('end', () => {
        if (url.pathname !== '/events') got.push(`${rq.method} ${url.pathname}${body ? ' ' + decodeURIComponent(body) : ''}${rq.headers['x-part'] ? ' part=' + rq.headers['x-part'] : ''}`);
        if (url.pathname === '/form') html(frame(form, url.search ? ` data-who="${url.search.slice(1)}"` : ''));
        else if (url.pathname === '/sent') html(frame('<p data-sent="help">收到了</p>'));
        else if (url.pathname === '/joined') html(frame('<p data-sent="*">报上名了</p>'));
        else if (url.pathname === '/hat') html(frame('<form method="post" action="/logout"><button id="out">退出登录</button></form>', ' data-who="7"'));
        else if (url.pathname === '/logout') rs.writeHead(303, { Location: '/joined' }).end();
        else if (url.pathname === '/slow') setTimeout(() => { rs.writeHead(303, { Location: '/sent' }).end(); }, 400);
        else if (url.pathname === '/mode') rs.writeHead(303, { Location: '/form' }).end();
        else if (url.pathname === '/board') html(frame(`<button type="button" data-keys hidden>快捷键</button><label for="s">搜</label><input id="s" data-key="/">${queue()}${detail(0)}`));
        else if (url.pathname === '/queue') html(queue());
        else if (url.pathname.startsWith('/need/')) setTimeout(() => html(frame(queue() + detail(url.pathname.slice(6)))), 300);
        else if (url.pathname.startsWith('/give/')) html(frame('<p>派了</p>'));
        else if (url.pathname === '/bad') html(frame('<p style="color:red">a</p><div class="card"><p class="nw">' + '长'.repeat(60) + '</p></div><p class="fx"><button>x</button></p><div class="wide"></div><img src="/assets/favicon.svg"><p><a href="http://192.0.2.1/">b</a></p><img alt="" src="http://192.0.2.1/x.png"><input>').replace('<body>', '<body><table class="tb"><tr><td class="nw">' + '宽'.repeat(80) + '</td></tr></table>'));
        else if (url.pathname === '/bad2') { rs.removeHeader('Content-Security-Policy'); html(frame('<img alt="" src="http://192.0.2.1/x.png">')); }
        else if (url.pathname === '/events' && refused-- > 0) rs.writeHead(503).end();
        else if (url.pathname === '/events') { rs.writeHead(200, { 'Content-Type': 'text/event-stream' }); rs.write(':\n\n'); listeners.push(rs); }
        else rs.writeHead(404).end();
    });
    return true;
}
const tree = await serveTree(0, answer), browser = await launch(), t = tally();
async function scene(name, path, run) {
    const { context, page, take } = await open(browser, tree.base, VIEWS[2]);
    page.setDefaultTimeout(5000);
    const bad = [];
    const must = (ok, what) => { if (!ok) bad.push(what); };
    got.length = 0;
    try {
        await page.goto(tree.base + path);
        await run(page, must);
    } catch (e) {
        bad.push(e.message.split('\n')[0]);
    }
    t.check(name, [...bad, ...take()]);
    await context.close();
}
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

await scene('clock words and levels at the edges', '/form', async (page, must) => {
    const want = [...readFileSync(join(ROOT, 'tests/clock_words.h'), 'utf8').matchAll(/EDGE\((-?\d+), "([^"]+)", "(\w)"\)/g)];
    must(want.length > 10, `${want.length} edges read`);
    const at = await page.evaluate((list) => list.map((ms) => { const c = window.linghang.due(ms, 0); return `${c.text} ${c.lv}`; }), want.map((w) => +w[1]));
    want.forEach((w, i) => must(at[i] === `${w[2]} ${w[3]}`, `${w[1]} ms: "${at[i]}", expected "${w[2]} ${w[3]}"`));
});
await scene('type size changes at once, is sent, keeps what was typed', '/form', async (page, must) => {
    await page.fill('#x', '写了一半');
    await page.click('[value=elder]');
    must(await page.getAttribute('html', 'data-m') === 'elder', 'no data-m');
    await page.click('[value=xl]');
    must(await page.getAttribute('html', 'data-z') === 'xl', 'no data-z');
    await page.click('[value=std]');
    must(await page.getAttribute('html', 'data-m') === null && await page.getAttribute('html', 'data-z') === null, 'std left something');
    must(await page.inputValue('#x') === '写了一半', 'text lost');
    await sleep(100);
    must(['elder', 'xl', 'std'].every((m) => got.includes(`POST /mode m=${m}`)), `sent: ${got.join(' | ')}`);
});
await scene('draft survives a reload and is forgotten when sent; a second click is swallowed', '/form', async (page, must) => {
    await page.fill('#x', '水管漏水');
    await sleep(450);
    await page.reload();
    must(await page.inputValue('#x') === '水管漏水', 'draft not restored');
    await page.evaluate(() => { const b = document.getElementById('go'); b.click(); b.click(); });
    await page.waitForURL('**/sent');
    must(got.filter((g) => g.startsWith('POST /slow')).length === 1, `sent ${got.filter((g) => g.startsWith('POST /slow')).length} times`);
    must(got.includes('POST /slow text=水管漏水&b=1'), `body: ${got.join(' | ')}`);
    await page.goto(tree.base + '/form');
    must(await page.inputValue('#x') === '', 'draft not forgotten');
});
await scene('a draft comes back to who wrote it alone', '/form?7', async (page, must) => {
    const typed = async (who) => { await page.goto(tree.base + '/form' + who); return page.inputValue('#x'); };
    const kept = (n) => page.waitForFunction((want) => Object.keys(localStorage).length === want, n);
    await page.fill('#x', '水管漏水');
    await kept(1);
    must(await typed('') === '' && await typed('?8') === '', 'another reads it');
    await page.fill('#x', '灯坏了');
    await kept(2);
    must(await typed('?7') === '水管漏水' && await typed('?8') === '灯坏了', 'lost');
    await page.goto(tree.base + '/sent');
    must(await typed('?7') === '水管漏水', 'what another sent forgets it');
});
await scene('a form sent elsewhere leaves the draft', '/form', async (page, must) => {
    await page.fill('#x', '水管漏水');
    await page.waitForFunction(() => localStorage.length === 1);
    await page.goto(tree.base + '/joined');
    await page.goto(tree.base + '/form');
    must(await page.inputValue('#x') === '水管漏水', 'draft forgotten');
});
await scene('who signs out leaves no draft of his own', '/form?7', async (page, must) => {
    await page.evaluate(() => ['draft:7:help', 'draft:8:help', 'draft::help'].forEach((k) => localStorage.setItem(k, Date.now() + '|水管漏水')));
    await page.goto(tree.base + '/hat');
    await page.click('#out');
    await page.waitForURL('**/joined');
    must(await page.evaluate(() => Object.keys(localStorage).sort().join()) === 'draft:8:help,draft::help', 'kept or lost the wrong ones');
});
await scene('keys: J K move, Enter waits for the new need, typing is left alone, the switch works', '/board', async (page, must) => {
    await page.keyboard.press('j');
    must(await page.innerText('.qi[aria-current]') === '第 1 件', 'J did not pick the first');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    must(!got.some((g) => g.startsWith('POST /give')), 'Enter hit the old need');
    await page.goto(tree.base + '/board');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.waitForSelector('#detail h2:has-text("第 2 件")');
    must(page.url().endsWith('/need/2'), `address is ${page.url()}`);
    await page.keyboard.press('/');
    await page.keyboard.type('jk');
    must(await page.inputValue('#s') === 'jk', 'letters were taken from the search box');
    await page.keyboard.press('Escape');
    await page.click('[data-keys]');
    await page.keyboard.press('k');
    must(await page.innerText('.qi[aria-current]') === '第 2 件', 'keys still work when switched off');
    await page.click('[data-keys]');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Enter');
    await page.waitForURL('**/give/2');
});
await scene('live region is refetched and keeps the chosen item; other topics are left alone', '/board', async (page, must) => {
    await page.keyboard.press('j');
    await page.waitForSelector('#detail h2:has-text("第 1 件")');
    version = 2;
    listeners.forEach((l) => l.write('data: visit\n\n'));
    await sleep(500);
    must((await page.innerText('#queue p')) === '版本 1', 'a foreign topic refetched');
    listeners.forEach((l) => l.write('data: need\n\n'));
    await page.waitForSelector('#queue p:has-text("版本 2")');
    must(await page.innerText('.qi[aria-current]') === '第 1 件', 'choice lost');
    must(await page.evaluate(() => document.activeElement.getAttribute('href')) === '/need/1', 'focus lost');
    must(got.includes('GET /queue part=queue'), `asked: ${got.join(' | ')}`);
});
{
    const { context, page, take } = await open(browser, tree.base, VIEWS[2]);
    page.setDefaultTimeout(5000);
    await page.clock.install();
    listeners = [];
    refused = 1;
    await page.goto(tree.base + '/board');
    await page.waitForFunction(() => document.readyState === 'complete');
    for (const end = Date.now() + 5000; refused > 0 && Date.now() < end;) await sleep(20);
    for (const end = Date.now() + 5000; !listeners.length && Date.now() < end; await sleep(50)) await page.clock.fastForward(10000);
    version = 3;
    listeners.forEach((l) => l.write('data: need\n\n'));
    for (const end = Date.now() + 5000; Date.now() < end && (await page.innerText('#queue p')) !== '版本 3'; await sleep(50)) await page.clock.fastForward(1000);
    t.check('a stream that was refused is asked for again', (await page.innerText('#queue p')) === '版本 3' ? [] : [`${listeners.length} listen: ${await page.innerText('#queue p')}`]);
    take();
    await context.close();
}
{
    const { context, page, take } = await open(browser, tree.base, VIEWS[0]);
    await page.goto(tree.base + '/bad');
    const found = [...(await inspect(page)), ...take()];
    await page.goto(tree.base + '/bad2');
    found.push(...take());
    const want = ['style attribute', 'scrolls sideways', 'cut off', 'small to tap', 'axe image-alt', 'axe label', 'request to another host', 'Content Security Policy'];
    t.check('the harness finds planted faults', want.filter((w) => !found.some((f) => f.includes(w))).map((w) => `not found: ${w}`));
    await context.close();
}
await browser.close();
tree.close();
t.end();
