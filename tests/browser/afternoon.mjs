/* afternoon -- an afternoon of twelve doors by touch: taps per door with and without something to note; what the pages
   weigh; how long until they can be used on a weak 3G with a processor six times slower, the first time and from what
   the phone took along. Figures, no verdict but the taps.
   BASE_URL, ACCOUNTS as serve.py gives them. */
/* SPDX-License-Identifier: Apache-2.0 */
import { launch, settings, tally } from './lib.mjs';

const { base, accounts, vars } = settings(), t = tally(), browser = await launch();
const ROUNDS = 5, DOORS = 12;
const WEAK = { offline: false, latency: 400, downloadThroughput: 400 * 1024 / 8, uploadThroughput: 200 * 1024 / 8 };
const median = (list) => list.slice().sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function worker() {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true,
        locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    await page.goto(base + '/login');
    await page.fill('[name=login]', accounts.grid_worker.login);
    await page.fill('[name=password]', accounts.grid_worker.password);
    await Promise.all([page.waitForNavigation(), page.click('form[action="/login"] button.t')]);
    return { context, page };
}
const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.visits === 'ready');

/* ---- taps ---- */

const { context, page } = await worker();
let taps = 0;
async function tap(what) { await page.locator(what).first().tap(); taps++; }
await page.goto(base + '/w/today');
await ready(page);
const well = [], noted = [];
for (let i = 0; i < DOORS; i++) {
    const rows = page.locator('a[data-visit]');
    if (await rows.count() === 0) throw new Error('not twelve doors');
    taps = 0;
    const before = await page.locator('a[data-visit]').count();
    await rows.first().tap();
    taps++;
    await page.waitForURL('**/w/visit/*');
    await ready(page);
    if (i % 3 === 2) {
        await tap('label[for=o-needs]');
        await tap('label[for=c-clinic]');
        await page.fill('#text', '周五上午去医院复查，想有人陪');
    } else await tap('label[for=o-well]');
    await tap('.foot button.t');
    await page.waitForURL('**/w/today');
    await ready(page);
    while ((await page.evaluate(() => window.linghang_visits.all('outbox'))).length) await page.evaluate(() => window.linghang_visits.flush(true));
    await page.goto(base + '/w/today');
    await ready(page);
    (i % 3 === 2 ? noted : well).push(taps);
    if (await page.locator('a[data-visit]').count() >= before) throw new Error('the door is still on the list');
}
t.check(`all is well: ${Math.max(...well)} taps, one opens the door`, Math.max(...well) <= 3 ? [] : [`${well}`]);
t.check(`something to note: ${Math.max(...noted)} taps and a sentence`, Math.max(...noted) <= 4 ? [] : [`${noted}`]);
console.log(`== doors ${well.length + noted.length}: taps when all is well ${median(well)}, with something to note ${median(noted)}`);

/* ---- weight and time ---- */

const weights = {};
for (const path of ['/w/today', '/w/visit/' + vars.visit]) {
    const fresh = await worker(), cdp = await fresh.context.newCDPSession(fresh.page);
    let bytes = 0;
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await cdp.send('Network.setBypassServiceWorker', { bypass: true });
    cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
    await fresh.page.goto(base + path);
    await ready(fresh.page);
    weights[path] = bytes;
    await fresh.context.close();
}
async function usable(target, path) {
    await target.goto('about:blank');
    const began = Date.now();
    await target.goto(base + path, { waitUntil: 'domcontentloaded' });
    await target.waitForFunction(() => [...document.querySelectorAll('button,a.btn,.btn')].some((b) => b.getClientRects().length));
    return Date.now() - began;
}
/* When the largest part of the page was painted. Its forms work from then on: scripts are not needed for them. */
const painted = (target) => target.evaluate(() => new Promise((ok) => new PerformanceObserver((list) =>
    ok(list.getEntries().pop().startTime)).observe({ type: 'largest-contentful-paint', buffered: true })));
for (const path of ['/w/today', '/w/visit/' + vars.visit]) {
    const first = [], paints = [], kept = [];
    for (let i = 0; i < ROUNDS; i++) {
        const cold = await worker(), cdp = await cold.context.newCDPSession(cold.page);
        await cdp.send('Network.enable');
        await cdp.send('Network.clearBrowserCache');
        await cdp.send('Network.setBypassServiceWorker', { bypass: true });
        await cdp.send('Network.emulateNetworkConditions', WEAK);
        await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
        first.push(await usable(cold.page, path));
        paints.push(await painted(cold.page));
        await cold.context.close();
        const warm = await worker();
        await warm.page.goto(base + '/w/today');
        await ready(warm.page);
        await warm.page.evaluate(() => navigator.serviceWorker.ready);
        await warm.page.goto(base + '/w/today');
        await ready(warm.page);
        await warm.context.setOffline(true);
        const slow = await warm.context.newCDPSession(warm.page);
        await slow.send('Emulation.setCPUThrottlingRate', { rate: 6 });
        kept.push(await usable(warm.page, path));
        await warm.context.close();
    }
    const name = path.startsWith('/w/visit/') ? '/w/visit/…' : path;
    console.log(`== ${name}: ${(weights[path] / 1024).toFixed(1)} KB with all it loads; weak 3G, processor 6 times slower: painted after `
        + `${(median(paints) / 1000).toFixed(2)} s, with all scripts after `
        + `${(median(first) / 1000).toFixed(2)} s the first time, ${(median(kept) / 1000).toFixed(2)} s without a net (medians of ${ROUNDS})`);
}
await context.close();
await browser.close();
t.end();
