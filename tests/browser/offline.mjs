/* offline -- home visits where there is no net, in a real Chromium: each scenario twice, with the net switched off and
   with the server gone. After each: every visit is stored exactly once (asked of the store), nothing is lost, and what
   the worker read. A proxy of its own stands between browser and server: it stops, loses answers, answers 503 or 401,
   lets the server's clock differ from the phone's, and brings a new version of sw.js.
   BASE_URL, ACCOUNTS, STORE (an SQLite file) as serve.py gives them. ONLY=text runs those whose name holds it; SHOTS=folder keeps pictures of
   what the worker sees. */
/* SPDX-License-Identifier: Apache-2.0 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { VIEWS, dress, inspect, launch, settings, shot, tally } from './lib.mjs';

const { base, accounts, vars } = settings(), only = process.env.ONLY || '', t = tally();
const store = process.env.STORE, target = new URL(base);
const PHONE = { width: 360, height: 740 }, QUIET_MS = 6000;

/* ---- the proxy ---- */

const proxy = {
    mode: 'on', arrivals: 0, behind: 0, version: '', listening: null, sockets: new Set(),
    handle(req, res) {
        const visit = req.method === 'POST' && req.url === '/api/v1/visits';
        if (visit) this.arrivals++;
        if (visit && this.mode === '503') { res.writeHead(503, { 'Content-Type': 'application/json' }).end('{}'); return; }
        if (visit && this.mode === 'gate') { res.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>请稍候</html>'); return; }
        if (visit && this.mode === '401') { res.writeHead(401, { 'Content-Type': 'application/json' }).end('{}'); return; }
        const lose = visit && this.mode === 'lose';
        const on = request({ host: target.hostname, port: target.port, path: req.url, method: req.method,
            headers: { ...req.headers, host: target.host, 'accept-encoding': 'identity', ...(req.headers.origin ? { origin: target.origin } : {}) } }, (back) => {
            if (lose) { back.resume(); back.on('end', () => req.socket.destroy()); return; }
            if (visit && this.mode === 'cut') { /* the head arrives, the body does not */
                res.writeHead(back.statusCode, { ...back.headers, 'content-length': 5000 });
                res.write('{"visit":', () => req.socket.destroy());
                back.resume();
                return;
            }
            if ((this.behind && req.url === '/api/v1/pack') || (this.version && req.url === '/sw.js')) { this.changed(back, res); return; }
            res.writeHead(back.statusCode, back.headers);
            back.pipe(res);
        });
        on.on('error', () => req.socket.destroy());
        req.pipe(on);
    },
    /* The server's clock is `behind` the phone's; sw.js is of another `version`. */
    async changed(back, res) {
        let text = '';
        for await (const part of back.setEncoding('utf8')) text += part;
        if (this.version) text += `/* ${this.version} */`;
        else {
            const pack = JSON.parse(text);
            text = JSON.stringify({ ...pack, now: pack.now - this.behind, wipe_at: pack.wipe_at - this.behind });
        }
        const { 'content-length': length, ...headers } = back.headers;
        res.writeHead(back.statusCode, headers).end(text);
    },
    async start() {
        if (this.listening) return;
        this.listening = createServer((q, r) => this.handle(q, r));
        this.listening.on('connection', (s) => { this.sockets.add(s); s.on('close', () => this.sockets.delete(s)); });
        await new Promise((ok) => this.listening.listen(this.port || 0, '127.0.0.1', ok));
        this.port = this.listening.address().port;
    },
    async stop() {
        for (const s of this.sockets) s.destroy();
        await new Promise((ok) => this.listening.close(ok));
        this.listening = null;
    },
};
await proxy.start();
const here = `http://127.0.0.1:${proxy.port}`;

/* ---- the store and the people ---- */

function rows(sql) {
    const out = execFileSync('python3', ['-c',
        'import sqlite3,sys,json;print(json.dumps(sqlite3.connect(sys.argv[1],timeout=20).execute(sys.argv[2]).fetchall()))', store, sql]);
    return JSON.parse(out);
}
function write(sql) {
    execFileSync('python3', ['-c',
        'import sqlite3,sys;c=sqlite3.connect(sys.argv[1],timeout=20);c.execute(sys.argv[2]);c.commit()', store, sql]);
}
const saves = (visit) => rows(`SELECT COUNT(*) FROM visit_event e JOIN visit v ON v.id = e.visit_id
    WHERE e.save_key <> '' AND v.door_id = (SELECT CAST(door_id AS TEXT) FROM visit WHERE id = ${visit})`)[0][0];

let token, next_door = 9000;
async function api(path, body) {
    const r = await fetch(base + path, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body),
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } });
    return { status: r.status, json: await r.json() };
}
/* A door of today, on the top floor so that it comes first. */
async function door() {
    const got = await api('/api/v1/visits/plan', { place: vars.code, door: String(next_door++) });
    if (got.status !== 201) throw new Error(`a door: ${got.status} ${JSON.stringify(got.json)}`);
    return got.json.id;
}
async function done_with(ids) {
    for (const id of ids) write(`UPDATE visit SET state = 'called_off', closed_at = 1 WHERE id = ${id} AND closed_at = 0`);
}

async function sign_in(page, role = 'grid_worker') {
    await page.goto(here + '/login');
    await page.fill('[name=login]', accounts[role].login);
    await page.fill('[name=password]', accounts[role].password);
    await Promise.all([page.waitForNavigation(), page.click('form[action="/login"] button.t')]);
}
const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.visits === 'ready', null, { timeout: QUIET_MS });
/* The day's pages lie on the phone, and the worker rules the page. */
async function take_along(page) {
    await page.goto(here + '/w/today');
    await ready(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.goto(here + '/w/today');
    await ready(page);
    must(await page.evaluate(() => !!navigator.serviceWorker.controller), 'no worker rules the page');
}
const waiting = (page) => page.evaluate(() => window.linghang_visits.all('outbox').then((x) => x.map((y) => y.state)));
async function emptied(page, ms = QUIET_MS) {
    const end = Date.now() + ms;
    while (Date.now() < end) {
        await page.evaluate(() => window.linghang_visits.flush(true)).catch(() => null);
        const left = await waiting(page).catch(() => ['?']);
        if (left.length === 0) return;
        await page.waitForTimeout(100);
    }
    throw new Error(`still in the outbox: ${await waiting(page)}`);
}
async function save(page, visit, fill) {
    await page.goto(here + '/w/visit/' + visit);
    await ready(page);
    await (fill || (() => page.click('label[for=o-well]')))(page);
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
}
/* Waits until `test` holds for what lies in the outbox, or in another store. */
async function until(page, test, name = 'outbox') {
    const end = Date.now() + QUIET_MS;
    let items = [];
    while (Date.now() < end) {
        items = await page.evaluate((x) => window.linghang_visits.all(x), name).catch(() => null);
        if (items && test(items)) return;
        await page.waitForTimeout(50);
    }
    throw new Error(`${name} holds ${JSON.stringify(items).slice(0, 200)}`);
}
const bar = async (page) => (await page.locator('#visit-bar').innerText().catch(() => '')).replace(/\s+/g, ' ');
/* What the bar says once it says `words`. */
async function reads(page, words) {
    await page.waitForFunction((x) => ((document.querySelector('#visit-bar') || {}).innerText || '').includes(x), words).catch(() => null);
    const text = await bar(page);
    must(text.includes(words), text);
    return text;
}
function must(ok, what) { if (!ok) throw new Error(what); }

/* Signed in again, what was saved at this door is handed in, once. */
async function back_at_work(page, visit) {
    await sign_in(page);
    await page.goto(here + '/w/today');
    await ready(page);
    await emptied(page);
    must(saves(visit) === 1, `stored ${saves(visit)} times`);
}

/* ---- photos ---- */

/* A photo of this many pixels a side that does not compress well: about a byte for three of them. */
async function picture(page, side) {
    const text = await page.evaluate(async (n) => {
        const c = Object.assign(document.createElement('canvas'), { width: n, height: n }), g = c.getContext('2d');
        const image = g.createImageData(n, n);
        for (let at = 0; at < image.data.length; at += 65536)
            crypto.getRandomValues(new Uint8Array(image.data.buffer, at, Math.min(65536, image.data.length - at)));
        for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
        g.putImageData(image, 0, 0);
        return c.toDataURL('image/jpeg', 0.9).split(',')[1];
    }, side);
    return { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(text, 'base64') };
}
/* Chosen in the form, made small by the page, kept with the draft. */
async function choose(page, pictures) {
    await page.click('label[for=o-needs]');
    await page.fill('#text', '楼道的灯坏了');
    await page.setInputFiles('#photo', pictures);
    await page.waitForFunction((n) => document.querySelectorAll('[data-photos] .phs img').length === n, pictures.length);
}
/* 24 x 16 points, and its EXIF says that it stands on its side. */
const turned = readFileSync(new URL('../fuzz/corpus/fuzz_image/turned.jpg', import.meta.url));
const photos = (visit) => rows(`SELECT p.width, p.height FROM need_photo p JOIN visit_need n ON n.id = p.need_id
    WHERE n.door_id = (SELECT door_id FROM visit WHERE id = ${visit}) ORDER BY p.id`);

/* ---- the scenarios ---- */

const browser = await launch(), results = [];
const OFF = {
    'net off': { down: (context) => context.setOffline(true), up: (context) => context.setOffline(false) },
    'server gone': { down: () => proxy.stop(), up: () => proxy.start() },
};
async function scenario(name, run, more = {}) {
    for (const [how, net] of Object.entries(more.once ? { 'server gone': OFF['server gone'] } : OFF)) {
        const title = `${name} (${how})`;
        if (only && !title.includes(only)) continue;
        const doors = [], context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
            serviceWorkers: more.no_worker ? 'block' : 'allow', hasTouch: true });
        proxy.mode = 'on';
        proxy.arrivals = 0;
        proxy.behind = 0;
        proxy.version = '';
        await proxy.start();
        const page = await context.newPage(), bad = [];
        page.setDefaultTimeout(QUIET_MS);
        let read = '';
        try {
            for (let i = 0; i < (more.doors || 1); i++) doors.push(await door());
            if (more.quota) await (await context.newCDPSession(page)).send('Storage.overrideQuotaForOrigin', { origin: here, quotaSize: more.quota });
            await sign_in(page);
            if (more.no_worker) { await page.goto(here + '/w/today'); await ready(page); } else await take_along(page);
            read = await run({ page, context, doors, down: () => net.down(context), up: () => net.up(context) }) || '';
        } catch (e) {
            bad.push(e.message.split('\n')[0], `at ${page.url()}, the bar says: ${await bar(page).catch(() => '?')}`);
        }
        await proxy.start();
        await context.close().catch(() => null);
        await done_with(doors);
        t.check(title, bad);
        results.push([bad.length ? 'FAIL' : 'ok', title, read]);
    }
}

token = await (async () => {
    const context = await browser.newContext(), page = await context.newPage();
    await sign_in(page);
    const got = await page.evaluate(async () => {
        const page = await (await fetch('/hat')).text(), csrf = page.match(/name="?csrf"?[^>]*value="([^"]+)"/)[1];
        return (await fetch('/api/v1/tokens', { method: 'POST', body: '{"label":"test"}',
            headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf } })).json();
    });
    await context.close();
    return got.token;
})();

await scenario('pages of today open without a net', async ({ page, doors, down, up }) => {
    await down();
    await page.goto(here + '/w/today');
    must((await page.innerText('main')).includes('顺路走访'), 'no doors');
    await page.goto(here + '/w/visit/' + doors[0]);
    must(await page.locator('#o-well').count() === 1, 'no form');
    const inside = await page.evaluate(() => fetch('/healthz').then(() => true, () => false));
    must(!inside, 'the net was there');
    await up();
    return '今天的门和表都打得开';
});
await scenario('a guide without a net: the whole catalogue stands for it', async ({ page, down, up }) => {
    await page.goto(here + '/s');
    await page.waitForFunction(() => caches.match('/s/all').then(Boolean));
    await down();
    await page.goto(here + '/s/elder-money');
    must(page.url() === here + '/s/all#elder-money', `stands at ${page.url()}`);
    must((await page.innerText('main')).includes('给老人领高龄津贴'), 'the guide is not in it');
    await page.click('#elder-money summary');
    must((await page.innerText('#elder-money')).includes('户口簿原件'), 'does not say what to bring');
    await page.goto(here + '/s?q=1');
    must(page.url() === here + '/s/all', 'looking for something leads nowhere');
    await up();
    await page.goto(here + '/s/elder-money');
    must(page.url() === here + '/s/elder-money', 'the net is back and the page is not');
    return '整本指南看得到';
});
await scenario('saved with the net: said once, and ticked off in the list', async ({ page, doors }) => {
    await save(page, doors[0]);
    const said = await bar(page);
    must(said.includes('记下了'), `the bar says: ${said}`);
    must((await page.innerText(`a[href="/w/visit/${doors[0]}"]`)).includes('走过了 ✓'), 'the door vanished');
    await page.reload();
    await ready(page);
    must(!(await bar(page)).includes('记下了'), 'it is said again');
    return said;
});
await scenario('three saves, a reload, sent when the net is back', async ({ page, doors, down, up }) => {
    await down();
    for (const id of doors) await save(page, id);
    must((await waiting(page)).length === 3, 'not three in the outbox');
    await page.reload();
    await ready(page);
    const text = await bar(page);
    must(text.includes('3 条存在手机里'), text);
    await up();
    await emptied(page);
    for (const id of doors) must(saves(id) === 1, `stored ${saves(id)} times`);
    return text;
}, { doors: 3 });
await scenario('the page is closed and opened again', async ({ page, context, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    await page.close();
    const other = await context.newPage();
    await other.goto(here + '/w/today');
    await ready(other);
    must((await waiting(other)).length === 1, 'lost with the page');
    await up();
    await emptied(other);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '重开后还在，自动传了';
});
await scenario('the server commits and the answer is lost, three times', async ({ page, doors, up }) => {
    proxy.mode = 'lose';
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '想有人陪着去医院'); });
    for (let i = 0; i < 2; i++) await page.evaluate(() => window.linghang_visits.flush(true));
    must(proxy.arrivals >= 3, `${proxy.arrivals} arrivals`);
    must((await waiting(page)).length === 1, 'taken out without an answer');
    proxy.mode = 'on';
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    const raised = rows(`SELECT COUNT(*) FROM visit_need WHERE visit_id = ${doors[0]}`)[0][0];
    must(raised === 1, `${raised} needs`);
    return `${proxy.arrivals} 次到达，存了一次`;
});
await scenario('503 is waited out', async ({ page, doors, up }) => {
    proxy.mode = '503';
    await save(page, doors[0]);
    await until(page, (x) => x.length === 1 && x[0].tries >= 1 && x[0].next > Date.now() - 5000);
    proxy.mode = 'on';
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '先等一等再传';
});
await scenario('401 keeps everything until signed in', async ({ page, doors, up }) => {
    proxy.mode = '401';
    await save(page, doors[0]);
    await page.evaluate(() => window.linghang_visits.flush(true));
    const text = await reads(page, '登录过期了');
    must((await waiting(page)).length === 1, 'lost');
    proxy.mode = 'on';
    await up();
    await back_at_work(page, doors[0]);
    return text;
});
await scenario('what the server refuses is held with its reason', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '灯'); });
    await up();
    await page.evaluate(() => window.linghang_visits.flush(true));
    await until(page, (x) => x.length === 1 && x[0].state === 'held'); /* to leave while it is sent would break that off */
    await page.goto(here + '/w/today');
    await ready(page);
    const text = await reads(page, '要您看一下');
    await page.click('#visit-bar button');
    await page.waitForURL('**/w/visit/**');
    await ready(page);
    must(await page.inputValue('#text') === '灯', 'what was typed is lost');
    await page.fill('#text', '楼道的灯坏了');
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return text;
});
await scenario('a field that another changed meanwhile: both are kept', async ({ page, doors, down, up }) => {
    await down();
    const on = new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10);
    await save(page, doors[0], async (p) => {
        await p.click('label[for=o-well]');
        await p.evaluate(() => document.querySelectorAll('details').forEach((x) => { x.open = true; }));
        await p.fill('#next_on', on);
    });
    const visit = rows(`SELECT CAST(door_id AS TEXT) FROM visit WHERE id = ${doors[0]}`)[0][0];
    const r = await fetch(base + '/api/v1/visits', { method: 'POST', headers: { Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
        body: JSON.stringify({ door_id: visit, outcome: 'well', says_next: true, next_day: Math.floor(Date.now() / 864e5) + 9 }) });
    must(r.status === 201, `the other: ${r.status}`);
    await up();
    await emptied(page);
    await page.goto(here + '/w/today');
    await ready(page);
    const text = await bar(page);
    must(text.includes('两个都留着'), text);
    must(rows(`SELECT COUNT(*) FROM door_hint WHERE door_id = ${visit} AND settled_at = 0`)[0][0] === 1, 'no second value');
    must(saves(doors[0]) === 2, `stored ${saves(doors[0])}, both are to be there`);
    return text;
});
await scenario('two tabs, three saves each, one sender', async ({ page, context, doors, down, up }) => {
    const other = await context.newPage();
    await down();
    for (let i = 0; i < 6; i++) await save(i % 2 ? other : page, doors[i]);
    await up();
    await Promise.all([page, other].map((p) => p.evaluate(() => window.linghang_visits.flush(true))));
    await emptied(page);
    for (const id of doors) must(saves(id) === 1, `stored ${saves(id)} times`);
    must(proxy.arrivals === 6 || proxy.arrivals < 12, `${proxy.arrivals} arrivals`);
    return `6 次走访，到达 ${proxy.arrivals} 次`;
}, { doors: 6 });
await scenario('two tabs of a browser without locks, one sender', async ({ page, context, doors, down, up }) => {
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }));
    const other = await context.newPage();
    await down();
    for (let i = 0; i < 4; i++) await save(i % 2 ? other : page, doors[i]);
    must(await page.evaluate(() => !navigator.locks), 'there are locks');
    await up();
    await Promise.all([page, other].map((p) => p.evaluate(() => window.linghang_visits.flush(true))));
    await emptied(page);
    for (const id of doors) must(saves(id) === 1, `stored ${saves(id)} times`);
    must(proxy.arrivals === 4, `${proxy.arrivals} arrivals`);
    return `4 次走访，到达 ${proxy.arrivals} 次`;
}, { doors: 4 });
await scenario('without a service worker: save and send later while the page is open', async ({ page, doors, down, up }) => {
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await down();
    await page.click('label[for=o-well]');
    await page.click('.foot button.t');
    await page.waitForFunction(() => /存在手机里/.test(document.body.innerText));
    await up();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '页面开着就能存、能传';
}, { no_worker: true });
await scenario('a draft survives the page', async ({ page, doors, down, up }) => {
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.fill('#text', '想请人来看看水管');
    await until(page, (x) => x.some((y) => (y.fields.text || [])[0] === '想请人来看看水管'), 'draft');
    await page.goto(here + '/w/today');
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    must(await page.inputValue('#text') === '想请人来看看水管', 'the draft is gone');
    must(await page.isChecked('#o-needs'), 'the choice is gone');
    await up();
    return '没写完的还在';
});
await scenario('words that were saved do not come back when the door is shown again', async ({ page, doors, up }) => {
    const visit = here + '/w/visit/' + doors[0];
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '想请人来看看水管'); });
    await up();
    await emptied(page);
    await page.evaluate((id) => localStorage.setItem(`draft:${document.documentElement.dataset.who}:visit-${id}`, /* as it was once kept */
        Date.now() + '|想请人来看看水管'), doors[0]);
    write(`UPDATE visit SET plan_day = 0 WHERE id = ${doors[0]}`); /* the day to come again is here */
    await page.goto(visit);
    await ready(page);
    must(await page.inputValue('#text') === '', 'the old words stand there again');
    await page.click('label[for=o-well]');
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    await emptied(page);
    must(rows(`SELECT COUNT(*) FROM visit_need WHERE visit_id = ${doors[0]}`)[0][0] === 1, 'opened twice');
    return '说过的不再说一遍';
});
/* The keys of the drafts; some are put there before. */
const drafts = (page, put = []) => page.evaluate((rows) => new Promise((ok, no) => {
    const r = indexedDB.open('linghang-visits', 1);
    r.onsuccess = () => {
        const tr = r.result.transaction(['draft'], 'readwrite');
        for (const x of rows) tr.objectStore('draft').put({ fields: {}, ...x });
        const keys = tr.objectStore('draft').getAllKeys();
        tr.oncomplete = () => { r.result.close(); ok(keys.result); };
        tr.onabort = no;
    };
}), put);
await scenario('signing out wipes the day and what was typed, and keeps the outbox', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 300), me = await page.getAttribute('html', 'data-who'), at = Date.now();
    const other = { id: '1:' + doors[1], who: '1', at };
    await down();
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '想请人来看看水管'); await choose(p, [photo]); });
    await page.goto(here + '/w/visit/' + doors[1]);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.fill('#contact', '0551-0000 1111');
    await until(page, (x) => x.some((y) => (y.fields.contact || [])[0] === '0551-0000 1111'), 'draft');
    await up();
    proxy.mode = '503';
    await page.goto(here + '/hat');
    const kept = (await drafts(page, [other, { id: `photos:${me}:${doors[1]}`, who: me, at, list: [] }])).filter((x) => !x.includes(me + ':')).sort();
    must(kept.length === 2, `drafts ${kept}`);
    await Promise.all([page.waitForNavigation(), page.click('form[action*="logout"] button')]);
    must(await page.evaluate(() => caches.keys().then((x) => x.filter((y) => y.startsWith('pack-')).length)) === 0, 'doors stay on the phone');
    const left = (await drafts(page)).sort();
    must(left.join() === kept.join(), `what lies there is ${left}`);
    proxy.mode = 'on';
    await back_at_work(page, doors[0]);
    must(photos(doors[0]).length === 1, 'the photo of what was saved is gone');
    return '门和没写完的都清掉了，没传的还在';
}, { doors: 2 });
await scenario('what was typed and never saved goes after a day, photos of what waits do not', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 300), me = await page.getAttribute('html', 'data-who'), at = Date.now();
    await down();
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '想请人来看看水管'); await choose(p, [photo]); });
    const kept = await drafts(page);
    await drafts(page, [{ id: me + ':1', who: me, at: at - 864e5 }, { id: me + ':2', who: me }, { id: '1:3', who: '1', at: at - 864e5 },
        { id: me + ':4', who: me, at: at - 864e5 + 3600e3 }, { id: `photos:${me}:1`, who: me, at: at - 864e5, list: [] }]);
    await page.reload();
    await ready(page);
    const left = (await drafts(page)).sort(), want = [...kept, me + ':4'].sort();
    must(kept.length === 1 && left.join() === want.join(), `what lies there is ${left}`);
    await up();
    await emptied(page, 2 * QUIET_MS);
    must(photos(doors[0]).length === 1, 'the photo of what was saved is gone');
    return '隔了一天，没存的清掉了，没传的还在';
});
await scenario('a lost phone: told from elsewhere, it forgets the doors and keeps the outbox', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    await proxy.start();
    const other = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' }), desk = await other.newPage();
    await sign_in(desk);
    await desk.goto(here + '/hat');
    while (await desk.locator('form[action="/hat/lost"] button').count())
        await Promise.all([desk.waitForNavigation(), desk.locator('form[action="/hat/lost"] button').first().click()]);
    await other.close();
    await up();
    await page.evaluate(() => window.linghang_visits.flush(true));
    const text = await reads(page, '停用');
    must(await page.evaluate(() => caches.keys().then((x) => x.filter((y) => y.startsWith('pack-')).length)) === 0, 'doors stay on the phone');
    must((await waiting(page)).length === 1, 'the outbox was wiped');
    await back_at_work(page, doors[0]);
    return text;
});
await scenario('the day is over: doors go, the outbox stays', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    await page.evaluate(async () => { /* as it is after midnight */
        for (const name of await caches.keys()) if (name.startsWith('pack-')) {
            const from = await caches.open(name), to = await caches.open('pack-1');
            for (const q of await from.keys()) await to.put(q, await from.match(q));
            await caches.delete(name);
        }
    });
    await page.goto(here + '/w/today');
    must(!(await page.innerText('body')).includes('顺路走访'), 'yesterday is shown');
    await up();
    await page.goto(here + '/w/today');
    await ready(page);
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '第二天看不到昨天的门';
});
await scenario('two hundred visits queued over a day', async ({ page, doors, down, up }) => {
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.evaluate(async (ids) => { /* as the form stores them, one after another */
        const db = await new Promise((ok) => { const r = indexedDB.open('linghang-visits', 1); r.onsuccess = () => ok(r.result); });
        for (let i = 0; i < 200; i++)
            await new Promise((ok, no) => {
                const tr = db.transaction(['outbox'], 'readwrite', { durability: 'strict' });
                tr.objectStore('outbox').put({ id: crypto.randomUUID(), visit: ids[i % ids.length], door: String(i),
                    body: { visit_id: ids[i % ids.length], outcome: 'well' }, fields: {}, at: i, tries: 0, next: 0, state: 'queued', why: '' });
                tr.oncomplete = ok;
                tr.onabort = no;
            });
    }, doors);
    await up();
    await emptied(page, 60000);
    let n = 0;
    for (const id of doors) n += saves(id);
    must(n === 200, `stored ${n}`);
    return '200 次都传了，各一次';
}, { doors: 4 });
await scenario('two workers at one door', async ({ page, doors, down, up }) => {
    const other = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' }), second = await other.newPage();
    await sign_in(second);
    await take_along(second);
    await down();
    await save(page, doors[0]);
    await proxy.start();
    await save(second, doors[0]);
    await emptied(second);
    await up();
    await emptied(page);
    await page.goto(here + '/w/today');
    await ready(page);
    const text = await bar(page);
    await other.close();
    must(saves(doors[0]) === 2, `stored ${saves(doors[0])}, both are to be there`);
    must(text.includes('两笔都留着'), text);
    return text;
});
await scenario('the door moved to another grid meanwhile', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    const [[mine]] = rows(`SELECT CAST(grid_id AS TEXT) FROM visit WHERE id = ${doors[0]}`);
    const [[place]] = rows(`SELECT CAST(place_id AS TEXT) FROM door WHERE id = (SELECT door_id FROM visit WHERE id = ${doors[0]})`);
    const [[other]] = rows(`SELECT CAST(id AS TEXT) FROM grid WHERE id <> ${mine} AND area_id = (SELECT area_id FROM grid WHERE id = ${mine}) LIMIT 1`);
    const where = `(SELECT id FROM place WHERE id = ${place} UNION SELECT parent_id FROM place WHERE id = ${place})`;
    write(`UPDATE grid_place SET grid_id = ${other} WHERE grid_id = ${mine} AND place_id IN ${where}`);
    await up();
    try {
        await emptied(page);
    } finally {
        write(`UPDATE grid_place SET grid_id = ${mine} WHERE grid_id = ${other} AND place_id IN ${where}`);
    }
    await page.goto(here + '/w/today');
    await ready(page);
    const text = await bar(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    must(text.includes('现在归第'), text);
    write(`UPDATE door SET grid_id = ${mine} WHERE id = (SELECT door_id FROM visit WHERE id = ${doors[0]})`);
    return text;
});
await scenario('the visit was closed by another meanwhile', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    write(`UPDATE visit SET state = 'called_off', closed_at = 1, version = version + 1 WHERE id = ${doors[0]}`);
    await up();
    await emptied(page);
    await page.goto(here + '/w/today');
    await ready(page);
    const text = await bar(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    must(text.includes('另外记着'), text);
    return text;
});
await scenario('the clock of the phone is two days wrong', async ({ page, doors, down, up }) => {
    await page.addInitScript(() => { const real = Date.now, off = 2 * 864e5; Date.now = () => real() + off; });
    await take_along(page);
    await down();
    await save(page, doors[0]);
    await up();
    await emptied(page);
    const [[at, skew]] = rows(`SELECT visited_at, device_skew FROM visit WHERE id = ${doors[0]}`);
    must(Math.abs(at - Date.now()) < 120000, 'the server believed the phone');
    must(Math.abs(skew - 2 * 864e5) < 120000, `skew ${skew}`);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '按服务器的时间记';
});
await scenario('a phone two days ahead still shows the doors of today', async ({ page, doors, down, up }) => {
    await page.evaluate(() => caches.keys().then((x) => Promise.all(x.filter((y) => y.startsWith('pack-')).map((y) => caches.delete(y)))));
    proxy.behind = 2 * 864e5;
    await take_along(page);
    await down();
    await save(page, doors[0]);
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '门都在，存了、传了';
});
await scenario('two taps on save are one visit', async ({ page, doors, down, up }) => {
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-well]');
    await page.evaluate(() => { const b = document.querySelector('.foot button.t'); b.click(); b.click(); });
    await page.waitForURL('**/w/today');
    await ready(page);
    must((await waiting(page)).length === 1, `${(await waiting(page)).length} in the outbox`);
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return '点两下也是一条';
});
await scenario('what became of it, told in person without a net', async ({ page, doors, down, up }) => {
    const raised = await fetch(base + '/api/v1/visits', { method: 'POST', headers: { Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
        body: JSON.stringify({ visit_id: doors[0], outcome: 'needs', needs: '楼道的灯坏了' }) }).then((r) => r.json());
    const need = raised.needs[0].id;
    write(`UPDATE need SET state = 'done', closed_at = 1, answer = '换了新灯', version = version + 1 WHERE id = ${need}`);
    write(`UPDATE visit SET plan_day = 1 WHERE id = ${doors[0]}`);
    await take_along(page);
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('form[action$="/told"] button');
    await until(page, (x) => x.length === 1 && x[0].kind === 'told');
    const text = await bar(page);
    await page.reload();
    await ready(page);
    must(await page.isDisabled('form[action$="/told"] button'), 'it asks again');
    await up();
    await emptied(page);
    must(rows(`SELECT COUNT(*) FROM visit_need WHERE id = ${need} AND told_at > 0`)[0][0] === 1, 'not told');
    return text;
});
await scenario('the phone is full', async ({ page, doors, down, up }) => {
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.fill('#text', '想请人来看看水管');
    const filled = await page.evaluate(async () => { /* other things take what room there is, to the last bytes */
        const db = await new Promise((ok) => { const r = indexedDB.open('linghang-visits', 1); r.onsuccess = () => ok(r.result); });
        const fill = (id, size) => new Promise((ok) => {
            const tr = db.transaction(['fact'], 'readwrite', { durability: 'strict' });
            tr.objectStore('fact').put({ id, bytes: crypto.getRandomValues(new Uint8Array(size)) });
            tr.oncomplete = () => ok(true);
            tr.onabort = () => ok(false);
        });
        let n = 0;
        for (let size = 65536; size >= 16; size /= 2) for (let i = 0; i < 400 && await fill('filler' + n, size); i++) n++;
        return n;
    });
    await page.click('.foot button.t');
    await page.waitForFunction(() => /存不下了/.test(document.body.innerText));
    const text = await bar(page);
    must(await page.isVisible('#text') && await page.inputValue('#text') === '想请人来看看水管', 'what was typed is lost');
    must((await waiting(page)).length === 0, 'said not stored, yet it is');
    await page.evaluate((n) => new Promise((ok) => {
        const r = indexedDB.open('linghang-visits', 1);
        r.onsuccess = () => {
            const tr = r.result.transaction(['fact'], 'readwrite');
            for (let i = 0; i < n; i++) tr.objectStore('fact').delete('filler' + i);
            tr.oncomplete = ok;
        };
    }), filled);
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return text;
}, { quota: 4 << 20 });
await scenario('three saves with a photo each', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 1000);
    must(photo.buffer.length > 200000, `only ${photo.buffer.length} bytes`);
    await down();
    for (const x of doors) await save(page, x, (p) => choose(p, [photo]));
    const text = await bar(page);
    await page.reload();
    await ready(page);
    must((await waiting(page)).length === 3, 'not all in the outbox');
    await up();
    await emptied(page, 3 * QUIET_MS);
    for (const x of doors) {
        must(saves(x) === 1, `stored ${saves(x)} times`);
        must(JSON.stringify(photos(x)) === '[[1000,1000]]', `photos ${JSON.stringify(photos(x))}`);
    }
    must(await page.evaluate(() => window.linghang_visits.all('draft').then((x) => x.length)) === 0, 'photos stay on the phone');
    return text;
}, { doors: 3 });
await scenario('a photo whose answer is lost', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 2000);
    await down();
    await save(page, doors[0], (p) => choose(p, [photo]));
    proxy.mode = 'lose';
    await up();
    for (const end = Date.now() + QUIET_MS; proxy.arrivals === 0 && Date.now() < end; await page.waitForTimeout(50))
        await page.evaluate(() => window.linghang_visits.flush(true));
    must(proxy.arrivals > 0, 'nothing was sent');
    proxy.mode = 'on';
    await emptied(page, 2 * QUIET_MS);
    must(proxy.arrivals > 1, 'no answer was lost');
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    must(JSON.stringify(photos(doors[0])) === '[[1600,1600]]', `photos ${JSON.stringify(photos(doors[0]))}`);
    return '照片也只有一张';
});
await scenario('a photo that lies on its side, named as ours', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0], async (p) => {
        await p.click('label[for=o-needs]');
        await p.fill('#text', '楼道的灯坏了');
        await p.setInputFiles('#photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: turned });
        await p.waitForFunction(() => document.querySelectorAll('[data-photos] .phs img').length === 1);
    });
    const kept = await page.evaluate(() => window.linghang_visits.all('draft').then((all) => all.filter((x) => x.list)
        .map((x) => String.fromCharCode(...new Uint8Array(x.list[0])).includes('Exif'))));
    must(JSON.stringify(kept) === '[false]', `kept ${JSON.stringify(kept)}`);
    await up();
    await emptied(page, 2 * QUIET_MS);
    must(JSON.stringify(photos(doors[0])) === '[[16,24]]', `photos ${JSON.stringify(photos(doors[0]))}`);
    return '立着的';
});
await scenario('a draft keeps its photo', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 300);
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await choose(page, [photo]);
    await until(page, (x) => x.some((y) => y.list && y.list.length === 1), 'draft');
    await page.goto(here + '/w/today');
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    must(await page.evaluate(() => document.querySelector('#photo').files.length) === 1, 'the photo is gone');
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    await up();
    await emptied(page, 2 * QUIET_MS);
    must(photos(doors[0]).length === 1, `photos ${JSON.stringify(photos(doors[0]))}`);
    return '照片还在';
});
await scenario('photos that are more than the phone holds', async ({ page, doors, down, up }) => {
    const photo = await picture(page, 1600);
    await down();
    let text = '', without = 0;
    for (const x of doors) {
        await page.goto(here + '/w/visit/' + x);
        await ready(page);
        await choose(page, [photo]);
        await page.click('.foot button.t');
        await page.waitForFunction(() => location.pathname === '/w/today' || /先不带照片存/.test(document.body.innerText));
        if (new URL(page.url()).pathname !== '/w/today') {
            text = await bar(page);
            must(await page.inputValue('#text') === '楼道的灯坏了', 'what was typed is lost');
            without++;
            await page.click('#visit-bar button:has-text("先不带照片存")');
        }
        await page.waitForURL('**/w/today');
        await ready(page);
    }
    must(without > 0 && without < doors.length, `${without} of ${doors.length} were saved without`);
    must((await waiting(page)).length === doors.length, 'not all in the outbox');
    await up();
    await emptied(page, 4 * QUIET_MS);
    for (const x of doors) must(saves(x) === 1, `stored ${saves(x)} times`);
    must(doors.filter((x) => photos(x).length === 1).length === doors.length - without, 'a stored photo did not arrive');
    return text;
}, { doors: 5, quota: 6 << 20 });
await scenario('another signs in on the same phone', async ({ page, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    proxy.mode = '503';
    await up();
    await page.goto(here + '/hat');
    await Promise.all([page.waitForNavigation(), page.click('form[action*="logout"] button')]);
    proxy.mode = 'on';
    proxy.arrivals = 0;
    await sign_in(page, 'clerk');
    await page.goto(here + '/w/today');
    await ready(page);
    await page.evaluate(() => window.linghang_visits.flush(true));
    must(proxy.arrivals === 0 && saves(doors[0]) === 0, 'handed in under another name');
    const text = await reads(page, '登录后自动上传');
    await page.goto(here + '/hat');
    await Promise.all([page.waitForNavigation(), page.click('form[action*="logout"] button')]);
    await back_at_work(page, doors[0]);
    return text;
});
/* The pages of doors that lie on the phone. */
const taken = (page) => page.evaluate(async () => {
    const packs = (await caches.keys()).filter((x) => x.startsWith('pack-'));
    const of = async (name) => (await (await caches.open(name)).keys()).map((q) => new URL(q.url).pathname);
    return (await Promise.all(packs.map(of))).flat().filter((x) => x.startsWith('/w/visit/'));
});
await scenario('the session is over: the next answer takes the doors, not what was saved', async ({ page, context, doors, down, up }) => {
    must((await taken(page)).includes('/w/visit/' + doors[0]), 'no door was taken along');
    await down();
    await save(page, doors[0]);
    await context.clearCookies();
    await up();
    await page.evaluate(() => window.linghang_visits.flush(true));
    const text = await reads(page, '登录过期了');
    must((await taken(page)).length === 0, 'doors stay on the phone');
    must((await waiting(page)).length === 1, 'the outbox was wiped');
    await back_at_work(page, doors[0]);
    return text;
});
await scenario('the session is over, nothing was saved: opening a page takes the doors', async ({ page, context, doors, down, up }) => {
    must((await taken(page)).includes('/w/visit/' + doors[0]), 'no door was taken along');
    await context.clearCookies();
    await page.goto(here + '/w/today');
    must(new URL(page.url()).pathname === '/login', `stands at ${page.url()}`);
    must((await taken(page)).length === 0, 'doors stay on the phone');
    await down();
    await page.goto(here + '/w/today');
    must((await page.innerText('body')).includes('没取到'), 'shows something of the day');
    await up();
    return '门都清掉了';
});
await scenario('another signs in in a second tab: what the first saved waits for him', async ({ page, context, doors, down, up }) => {
    await down();
    await save(page, doors[0]);
    proxy.mode = '503'; /* so that nothing goes before the other is there */
    await up();
    const other = await context.newPage();
    other.setDefaultTimeout(QUIET_MS);
    await context.clearCookies();
    await sign_in(other, 'clerk');
    await other.goto(here + '/hat');
    proxy.mode = 'on';
    await page.evaluate(() => window.linghang_visits.flush(true));
    await until(page, (x) => x.length === 1 && x[0].state === 'queued');
    must(saves(doors[0]) === 0, 'handed in under another name');
    const text = await reads(page, '登录过期了');
    await context.clearCookies();
    await sign_in(other);
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    must(rows(`SELECT COUNT(*) FROM visit_event e JOIN person p ON p.id = e.by_person WHERE e.visit_id = ${doors[0]} AND p.login = '${accounts.clerk.login}'`)[0][0] === 0, 'by the other');
    return text;
});
await scenario('an answer that breaks off, or that a gate gave, takes nothing off the phone', async ({ page, doors, up }) => {
    proxy.mode = 'gate';
    await save(page, doors[0], async (p) => { await p.click('label[for=o-needs]'); await p.fill('#text', '想有人陪着去医院'); });
    must((await waiting(page)).length === 1 && saves(doors[0]) === 0, 'a gate took it');
    proxy.mode = 'cut';
    proxy.arrivals = 0;
    await page.evaluate(() => window.linghang_visits.flush(true));
    must(proxy.arrivals === 1 && (await waiting(page)).length === 1, 'half an answer took it');
    proxy.mode = 'on';
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return reads(page, '四位数字');
});
await scenario('the phone closes the store under the page: the next tap saves', async ({ page, doors, down, up }) => {
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-well]');
    await down();
    await page.evaluate(() => {
        const was = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function () {
            IDBDatabase.prototype.transaction = was;
            throw new DOMException('closing', 'InvalidStateError');
        };
        document.querySelector('.foot button.t').click();
    });
    const text = await reads(page, '还没有存');
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    return text;
});
await scenario('another signs in without the first having signed out', async ({ page, context, doors, down, up }) => {
    const visit = here + '/w/visit/' + doors[0];
    await down();
    await page.goto(visit);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.fill('#text', '想请人来看看水管');
    await until(page, (x) => x.some((y) => (y.fields.text || [])[0] === '想请人来看看水管'), 'draft');
    await page.evaluate(() => new Promise((ok, no) => { /* as settle() keeps what the server said */
        const r = indexedDB.open('linghang-visits', 1);
        r.onsuccess = () => {
            const tr = r.result.transaction(['note'], 'readwrite');
            tr.objectStore('note').put({ id: 'n1', who: document.documentElement.dataset.who, door: '1803', text: '编号 N-1，四位数字 0000' });
            tr.oncomplete = ok;
            tr.onabort = no;
        };
    }));
    await up();
    await context.clearCookies();
    await sign_in(page, 'clerk');
    must(!(await taken(page)).includes('/w/visit/' + doors[0]), 'the doors of the first stay on the phone');
    await page.goto(here + '/w/today');
    await ready(page);
    must(!(await bar(page)).includes('四位数字'), 'the other reads the word of a need');
    await context.clearCookies();
    await sign_in(page);
    await page.goto(visit);
    await ready(page);
    must(await page.inputValue('#text') === '想请人来看看水管', 'the draft is gone');
    return reads(page, '四位数字');
});
await scenario('a new version waits while a form is open', async ({ page, doors, down, up }) => {
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.fill('#text', '写到一半');
    proxy.version = `new ${doors[0]}`;
    await page.evaluate(async () => {
        const reg = await navigator.serviceWorker.getRegistration(), old = reg.active;
        await reg.update();
        const next = reg.installing || reg.waiting;
        if (next.state !== 'installed') await new Promise((ok) => next.addEventListener('statechange', ok, { once: true }));
        if (reg.waiting !== next || reg.active !== old) throw new Error('the new one did not wait');
    });
    must(!(await bar(page)).includes('有新版'), 'asked while a form is open');
    must(await page.inputValue('#text') === '写到一半', 'the page was taken away');
    await down();
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    await page.waitForFunction(() => /有新版/.test((document.querySelector('#visit-bar') || {}).innerText));
    const text = await bar(page);
    await up();
    await emptied(page);
    must(saves(doors[0]) === 1, `stored ${saves(doors[0])} times`);
    await page.evaluate(() => { document.documentElement.dataset.old = '1'; });
    await page.click('#visit-bar button:has-text("点一下更新")');
    await page.waitForFunction(() => !document.documentElement.dataset.old && document.documentElement.dataset.visits === 'ready');
    must(await page.evaluate(() => navigator.serviceWorker.getRegistration().then((x) => !x.waiting)), 'still waiting');
    return text;
});

/* ---- what it looks like ---- */

await scenario('every state is readable in every look', async ({ page, doors, down, up }) => {
    const look = async (name) => {
        const found = [];
        for (const keep of process.env.SHOTS ? [false, true] : [false]) for (const view of VIEWS) {
            await page.setViewportSize({ width: view.width, height: view.height });
            await page.emulateMedia({ colorScheme: view.dark ? 'dark' : 'light' });
            await dress(page, view);
            if (keep) await shot(page, process.env.SHOTS, `${name}-${view.name}`);
            else found.push(...(await inspect(page)).map((x) => `${name}, ${view.name}: ${x}`));
            await page.evaluate(() => { delete document.documentElement.dataset.m; delete document.documentElement.dataset.z; });
        }
        must(found.length === 0, found.slice(0, 4).join(' | '));
    };
    const put = (items) => page.evaluate((list) => new Promise((ok, no) => { /* as they lie in the stores; null goes */
        const r = indexedDB.open('linghang-visits', 1);
        r.onsuccess = () => {
            const tr = r.result.transaction(['outbox', 'note'], 'readwrite');
            for (const [name, id, x] of list) if (x) tr.objectStore(name).put({ id, ...x }); else tr.objectStore(name).delete(id);
            tr.oncomplete = ok;
            tr.onabort = no;
        };
    }), items);
    proxy.version = `look ${doors[0]}`;
    await page.evaluate(() => navigator.serviceWorker.getRegistration().then((x) => x.update()));
    await page.waitForFunction(() => /有新版/.test((document.querySelector('#visit-bar') || {}).innerText));
    await look('version');
    await down();
    await page.goto(here + '/w/visit/' + doors[0]);
    await ready(page);
    await page.click('label[for=o-needs]');
    await page.click('.foot button.t');
    await reads(page, '请写下要帮什么');
    await look('form');
    await page.fill('#text', '想有人陪着去医院');
    await page.click('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    const one = { visit: doors[1], door: '1802', body: {}, fields: {}, at: 1, tries: 0, next: 0, state: 'queued', why: '' };
    await put([['outbox', 'look-held', { ...one, state: 'held', why: '每件写 2 到 1000 个字' }], ['outbox', 'look-other', { ...one, who: '1', by: '李静' }],
        ['note', 'look-note', { door: '1803', text: '“哪天再来”您和李静记得不一样，两个都留着，请当面问了再选一个' }]]);
    await page.reload();
    await ready(page);
    await reads(page, '要您看一下');
    await look('waiting');
    await put([['outbox', 'look-held', null], ['outbox', 'look-other', null]]);
    await page.reload();
    await ready(page);
    proxy.mode = '401';
    await up();
    await page.evaluate(() => window.linghang_visits.flush(true));
    await reads(page, '登录过期了');
    await look('signed-out');
    await down();
    await page.evaluate(() => caches.keys().then((x) => Promise.all(x.filter((y) => y.startsWith('pack-')).map((y) => caches.delete(y)))));
    await page.goto(here + '/w/visit/' + doors[0]);
    await look('wiped');
    return '有新版、没填、待上传、要看、同事的、两个说法、登录过期、清掉了';
}, { doors: 2, once: true });

/* ---- the browser is killed ---- */

/* All processes of the browser that uses this folder, at once: it leads a group of its own. */
function kill(dir) {
    const pid = readlinkSync(join(dir, 'SingletonLock')).split('-').pop();
    const group = +readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ')[2];
    const own = +readFileSync('/proc/self/stat', 'utf8').split(') ').pop().split(' ')[2];
    must(group !== own, 'the browser is of our own group');
    process.kill(-group, 'SIGKILL');
}
async function killed(name, when) {
    const title = `battery pull ${name}`;
    if (only && !title.includes(only)) return;
    const dir = mkdtempSync(join(tmpdir(), 'linghang-battery-')), bad = [];
    let read = '';
    const start = () => chromium.launchPersistentContext(dir, { executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
        headless: true, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'], viewport: PHONE, locale: 'zh-CN' });
    const id = await door();
    try {
        await proxy.start();
        proxy.mode = 'on';
        proxy.arrivals = 0;
        let context = await start(), page = context.pages()[0] || await context.newPage();
        page.setDefaultTimeout(QUIET_MS);
        await sign_in(page);
        await take_along(page);
        await page.goto(here + '/w/visit/' + id);
        await ready(page);
        await page.click('label[for=o-well]');
        if (when === 'save') await proxy.stop();
        else proxy.mode = 'lose';
        if (when === 'save') { /* whatever had reached the disk by then */
            await until(page, (x) => x.length > 0, 'draft');
            await page.evaluate(() => setTimeout(() => document.querySelector('.foot button.t').click(), 0));
        } else {
            await page.click('.foot button.t');
            await until(page, (x) => x.length > 0 && proxy.arrivals > 0);
        }
        kill(dir);
        await context.close().catch(() => null);
        proxy.mode = 'on';
        await proxy.start();
        context = await start();
        page = context.pages()[0] || await context.newPage();
        await page.goto(here + '/w/today');
        if (new URL(page.url()).pathname === '/login') { await sign_in(page); await page.goto(here + '/w/today'); }
        await ready(page);
        await emptied(page);
        if (when === 'save' && saves(id) === 0) { /* not told that it was stored: it is written as it stood */
            await page.goto(here + '/w/visit/' + id);
            await ready(page);
            must(await page.isChecked('#o-well'), 'neither stored nor a draft');
            await page.click('.foot button.t');
            await page.waitForURL('**/w/today');
            await ready(page);
            await emptied(page);
            read = '没写完的还在，再点一次保存';
        } else read = '重开后还在，自动传了';
        must(saves(id) === 1, `stored ${saves(id)} times`);
        await context.close();
    } catch (e) {
        bad.push(e.message.split('\n')[0]);
    }
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    await done_with([id]);
    t.check(title, bad);
    results.push([bad.length ? 'FAIL' : 'ok', title, read]);
}
await killed('during a save', 'save');
await killed('during an upload', 'upload');

await browser.close();
await proxy.stop();
console.log('== what the worker read');
for (const [how, title, read] of results) console.log(`${how.padEnd(5)}${title}${read ? ': ' + read : ''}`);
t.end();
