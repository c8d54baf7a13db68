/* sw.js -- where there is no net: the worker's pages of today out of the cache that visit.js filled, and for everybody a
   page that says so and whom to call, instead of the browser's. Who looks at a guide of services gets the whole catalogue
   along, which then stands for each of its pages. Writes are never touched. Assets change their names with
   their content, so a kept one is always right. A cache of doors tells by its name until when it may be shown. */
/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
const PAGE = '/offline', KEPT = 'offline-' + VERSION, PACK = 'pack-', WAIT_MS = 3000, BOOK = '/s/all', BOOK_MS = 864e5;
const OUT = ['/logout', '/login']; /* who signs in may be another: the day is his who signed in last */
self.addEventListener('install', (e) => {
    e.waitUntil((async () => {
        const page = await fetch(PAGE, { credentials: 'same-origin' }), kept = await caches.open(KEPT);
        if (!page.ok) throw new Error('no page to keep');
        const parts = new Set((await page.clone().text()).match(/\/s\/[\w-]+\.[\w.-]+/g));
        await Promise.all([kept.put(PAGE, page), kept.addAll([...parts])]);
    })());
});
self.addEventListener('message', (e) => { if (e.data === 'skip') self.skipWaiting(); });
self.addEventListener('activate', (e) => {
    e.waitUntil((async () => {
        for (const name of await caches.keys()) if (name !== KEPT && !name.startsWith(PACK)) await caches.delete(name);
        await self.clients.claim();
    })());
});
/* Of today's pack; one whose day is over goes. */
async function of_today(request) {
    for (const name of await caches.keys()) {
        if (!name.startsWith(PACK)) continue;
        if (Date.now() >= +name.slice(PACK.length)) await caches.delete(name);
        else {
            const got = await (await caches.open(name)).match(new URL(request.url).pathname);
            if (got) return got;
        }
    }
    return null;
}
async function wipe() {
    for (const name of await caches.keys()) if (name.startsWith(PACK)) await caches.delete(name);
}
/* Signed out meanwhile: nothing of the day stays. Where to, a page that is opened does not let us see. */
async function wiped(response) {
    if (response.type === 'opaqueredirect' || new URL(response.url).pathname === '/login') await wipe();
    return response;
}
async function at_work(request) {
    const kept = await of_today(request), net = fetch(request).then(wiped);
    if (!kept) return net.catch(() => caches.match(PAGE));
    const late = new Promise((ok) => setTimeout(() => ok(kept), WAIT_MS));
    return Promise.race([net.catch(() => kept), late]);
}
/* Once a day, and never where data is dear. Nothing of the caller stands in it. */
async function keep_book() {
    const cache = await caches.open(KEPT), kept = await cache.match(BOOK);
    if (kept && Date.now() - Date.parse(kept.headers.get('date')) < BOOK_MS) return;
    if (navigator.connection && navigator.connection.saveData) return;
    const page = await fetch(BOOK, { credentials: 'same-origin' });
    if (page.ok && !page.redirected) await cache.put(BOOK, page);
}
async function guide(e, path) {
    try {
        const page = await fetch(e.request);
        if (page.ok) e.waitUntil(keep_book().catch(() => { /* the next page tries again */ }));
        return page;
    } catch (gone) {
        const book = await caches.match(BOOK);
        if (!book) return caches.match(PAGE);
        return path === BOOK ? book : Response.redirect(BOOK + path.slice(2).replace('/', '#'));
    }
}
self.addEventListener('fetch', (e) => {
    const url = new URL(e.request.url), own = url.origin === self.location.origin;
    if (own && e.request.method === 'POST' && OUT.includes(url.pathname)) e.waitUntil(wipe());
    if (e.request.method !== 'GET' || !own) return;
    if (e.request.mode === 'navigate' && url.pathname.startsWith('/w/') && !url.search)
        e.respondWith(at_work(e.request));
    else if (e.request.mode === 'navigate' && /^\/s(\/[\w-]+)?$/.test(url.pathname))
        e.respondWith(guide(e, url.pathname));
    else if (e.request.mode === 'navigate')
        e.respondWith(fetch(e.request).catch(() => caches.match(PAGE)));
    else if (url.pathname.startsWith('/s/'))
        e.respondWith(caches.match(e.request).then((kept) => kept || fetch(e.request)));
});
