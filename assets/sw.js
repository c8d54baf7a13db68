/* sw.js -- where there is no net, a page that says so and whom to call, instead of the browser's. Keeps that page and
   what it is drawn with; nothing else is kept, and nothing that was online is answered from here but assets, whose
   names change with their content. */
/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
const PAGE = '/offline', KEPT = 'offline-' + VERSION;
self.addEventListener('install', (e) => {
    e.waitUntil((async () => {
        const page = await fetch(PAGE, { credentials: 'same-origin' }), kept = await caches.open(KEPT);
        if (!page.ok) throw new Error('no page to keep');
        const parts = new Set((await page.clone().text()).match(/\/s\/[\w.-]+/g));
        await Promise.all([kept.put(PAGE, page), kept.addAll([...parts])]);
        await self.skipWaiting();
    })());
});
self.addEventListener('activate', (e) => {
    e.waitUntil((async () => {
        for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
        await self.clients.claim();
    })());
});
self.addEventListener('fetch', (e) => {
    const own = new URL(e.request.url).origin === self.location.origin;
    if (e.request.mode === 'navigate' && own)
        e.respondWith(fetch(e.request).catch(() => caches.match(PAGE)));
    else if (own && new URL(e.request.url).pathname.startsWith('/s/'))
        e.respondWith(caches.match(e.request).then((kept) => kept || fetch(e.request)));
});
