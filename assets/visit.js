/* visit.js -- home visits where there is no net. What is saved at a door lies in IndexedDB until the server has
   acknowledged it; today's doors lie in a cache that says by its name until when. The page works without this file by
   its plain form, and without a service worker while it stays open. Contract: src/app/visit/README.md.
     draft   what is typed at a door, kept at every change, by who typed it, until he signs out, DRAFT_MS at most: {id, who,
             at, fields}; PHOTOS + its id, or that of an item of the outbox: its photos
     outbox  what was saved: {id: UUID, kind: visit | told, need, visit, door, body, who, by, at, tries, next,
             state: queued | held, why}; `who` saved it, and only he hands it in
     note    what the server said about a visit, shown once, to who saved it */
/* SPDX-License-Identifier: Apache-2.0 */
(function () {
'use strict';
const d = document, DAY_END = 'pack-', LOCK = 'linghang-outbox';
const SEND_MS = 20000, FIRST_MS = 2000, MOST_MS = 300000, LOOK_MS = 60000, LEASE_MS = 30000, DRAFT_MS = 864e5, FORGET_MS = 1000;
const PHOTOS = 'photos:', SLOW_BYTES_MS = 10; /* bytes that a weak net takes in a millisecond */
const CLOCK_MS = 600000, FULL = '手机里存不下了，还没有存。请删些照片或别的东西，再点一次保存';
const ME = d.documentElement.dataset.who || '';
const own = (id) => ME + ':' + id;

/* ---- the store ---- */

let opened = null;
/* Some phones close it while the page sleeps: then it is opened again. */
function open_store() {
    return opened || (opened = new Promise((ok, no) => {
        const r = indexedDB.open('linghang-visits', 1);
        r.onupgradeneeded = () => {
            for (const name of ['draft', 'outbox', 'note', 'fact']) r.result.createObjectStore(name, { keyPath: 'id' });
        };
        r.onsuccess = () => {
            r.result.onclose = () => { opened = null; };
            ok(r.result);
        };
        r.onerror = () => no(r.error);
    }));
}
/* One transaction; resolves when it is on the disk, with what `work` asked for. */
async function tx(stores, work, how = 'strict') {
    const db = await open_store();
    return new Promise((ok, no) => {
        let t, got;
        try {
            t = db.transaction(stores, 'readwrite', { durability: how });
        } catch (closed) {
            opened = null;
            throw closed;
        }
        t.oncomplete = () => ok(got && got.result);
        t.onerror = t.onabort = () => no(t.error || new Error('no room'));
        got = work((name) => t.objectStore(name));
    });
}
const all = (name) => tx([name], (s) => s(name).getAll());
const get = (name, id) => tx([name], (s) => s(name).get(id));
const put = (name, value) => tx([name], (s) => s(name).put(value));
const del = (name, id) => tx([name], (s) => s(name).delete(id));

function uuid() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64;
    b[8] = b[8] & 63 | 128;
    const h = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
    return h.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/* ---- what the worker reads ---- */

let bar;
function say(level, text, button, act) {
    if (!bar) {
        bar = d.createElement('div');
        bar.id = 'visit-bar';
        bar.setAttribute('role', 'status');
        const main = d.getElementById('main');
        main.insertBefore(bar, main.querySelector('.top') ? main.querySelector('.top').nextSibling : main.firstChild);
    }
    const p = d.createElement('p');
    p.className = 'bar mb3 ' + level;
    const words = d.createElement('span');
    words.className = 'sp';
    words.textContent = text;
    p.appendChild(words);
    if (button) {
        const b = d.createElement('button');
        b.type = 'button';
        b.className = 'btn s';
        b.textContent = button;
        b.addEventListener('click', act);
        p.appendChild(b);
    }
    bar.appendChild(p);
}
let facts = {};
function is_mine(item) { return !item.who || !ME || item.who === ME; }
function is_writing() { return !!d.querySelector('[data-visit-form]:not([hidden])'); }
async function show() {
    const items = await all('outbox'), notes = (await all('note')).filter(is_mine);
    if (bar) bar.textContent = '';
    const held = items.filter((x) => x.state === 'held'), others = items.filter((x) => !is_mine(x));
    const waiting = items.length - held.length - others.filter((x) => x.state === 'queued').length;
    if (facts.saved) say('g', facts.saved + ' 记下了');
    if (facts.trouble) say('x', facts.trouble, facts.without && '先不带照片存', facts.without);
    if (facts.newer && !is_writing()) say('t', '有新版', '点一下更新', () => facts.newer.waiting && facts.newer.waiting.postMessage('skip'));
    for (const n of notes)
        say('t', (n.door ? n.door + '：' : '') + n.text, '知道了', () => del('note', n.id).then(show));
    for (const by of new Set(others.map((x) => x.by || '别的同事')))
        say('', by + '存的 ' + others.filter((x) => (x.by || '别的同事') === by).length + ' 条还在，' + by + '登录后自动上传');
    for (const x of held.filter(is_mine))
        say('x', x.door + ' 这一条要您看一下：' + x.why, '打开', () => again(x));
    if (facts.revoked) say('x', '这台手机已经停用，存着的 ' + items.length + ' 条还在，重新登录后再传', '去登录', () => { location.href = '/login'; });
    else if (facts.signed_out && waiting)
        say('', '登录过期了，' + waiting + ' 条记录都在，登录后自动上传', '去登录', () => { location.href = '/login'; });
    else if (waiting)
        say('', waiting + ' 条存在手机里，' + (facts.sending ? '正在上传' : '有网自动传'), '现在传', () => flush(true));
    mark(items);
}
/* Doors whose visit still lies on the phone. */
function mark(items) {
    for (const a of d.querySelectorAll('a[data-visit]')) {
        const mine = items.find((x) => x.visit === a.dataset.visit && x.kind !== 'told'), b = a.lastElementChild;
        b.textContent = mine ? mine.state === 'held' ? '要看一下' : '待上传' : '走访';
        b.className = mine ? 'tag a' : 'btn s o';
    }
    for (const form of d.querySelectorAll('form[action$="/told"]'))
        if (items.some((x) => x.kind === 'told' && x.need === form.elements.need.value)) is_told(form);
}
/* A held one goes back into its form, under a key of its own. */
async function again(x) {
    const photos = x.photos && await get('draft', PHOTOS + x.id);
    await tx(['draft', 'outbox'], (s) => {
        if (x.kind !== 'told') s('draft').put({ id: own(x.visit), who: ME, at: Date.now(), fields: x.fields });
        if (photos) {
            s('draft').delete(photos.id);
            s('draft').put(Object.assign(photos, { id: PHOTOS + own(x.visit), at: Date.now() }));
        }
        return s('outbox').delete(x.id);
    });
    location.href = '/w/visit/' + x.visit;
}

/* ---- sending ---- */

async function csrf() {
    const field = d.querySelector('input[name=csrf]'), kept = await get('fact', 'csrf');
    if (field && field.value && (!kept || kept.value !== field.value) && !d.documentElement.dataset.kept)
        await put('fact', { id: 'csrf', who: ME, value: field.value });
    return field && !d.documentElement.dataset.kept ? field.value : kept && is_mine(kept) ? kept.value : '';
}
/* With photos it is a form. Its bytes are the same each time, as the key wants it. */
function form_of(item, photos) {
    const parts = [], line = '--' + item.id + '\r\nContent-Disposition: form-data; name="';
    for (const name of Object.keys(item.body))
        parts.push(line + name + '"\r\n\r\n' + (item.body[name] === true ? 1 : item.body[name]) + '\r\n');
    for (const bytes of photos) parts.push(line + 'photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n', bytes, '\r\n');
    return new Blob(parts.concat('--' + item.id + '--\r\n'));
}
async function post(item) {
    const kept = item.photos ? await get('draft', PHOTOS + item.id) : null;
    const body = kept ? form_of(item, kept.list) : JSON.stringify(item.body);
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), SEND_MS + (body.size || 0) / SLOW_BYTES_MS);
    try {
        const r = await fetch(item.kind === 'told' ? '/api/v1/needs/' + item.need + '/told' : '/api/v1/visits', {
            method: 'POST', credentials: 'same-origin', signal: stop.signal, body: body,
            headers: { 'Content-Type': kept ? 'multipart/form-data; boundary=' + item.id : 'application/json',
                'Idempotency-Key': item.id, 'X-CSRF-Token': await csrf() },
        });
        return { status: r.status, json: await r.json().catch(() => ({})) };
    } catch (e) {
        return { status: 0, json: {} };
    } finally {
        clearTimeout(timer);
    }
}
/* Signed in anew: the forms of a fresh page carry another word. In another tab somebody else may have: then it waits. */
async function fresh_csrf() {
    const r = await fetch('/hat', { credentials: 'same-origin' }).catch(() => null);
    const text = r && r.ok && !r.url.endsWith('/login') ? await r.text().catch(() => '') : '';
    const m = text.match(/name="?csrf"?[^>]*value="([^"]+)"/), who = text.match(/<html[^>]* data-who="(\d+)"/);
    if (!m || !who) return false;
    facts.signed_out = who[1] !== ME; /* of this page */
    if (facts.signed_out) return false;
    await put('fact', { id: 'csrf', who: ME, value: m[1] });
    const field = d.querySelector('input[name=csrf]');
    if (field) field.value = m[1];
    return true;
}
function why_of(json) {
    return (json.errors || []).map((e) => e.message).join('；') || json.detail || '没有收下';
}
/* Said by the server, not by a gate on the way: this session has ended. */
function is_out(status, json) { return status === 401 && !!json && json.status === 401; }
/* Ended from elsewhere, as a lost phone is: ACCOUNT_LOST in app/account. */
function is_lost(status, json) { return (status === 401 || status === 403) && /设备已经停用/.test(json && json.detail || ''); }
/* True: go on with the next one. Only an answer that came whole, and says so, takes it off the phone: under its key the
   same one can be had again. */
async function settle(item, a) {
    if (a.status >= 200 && a.status < 400 && !a.json.visit && !a.json.told) a.status = 0;
    if (a.status === 200 || a.status === 201) {
        const told = (a.json.notes || []).map((text, i) => ({ id: item.id + i, who: item.who, door: item.door, text: text }));
        for (const n of a.json.needs || [])
            if (n.word) told.push({ id: item.id + n.id, who: item.who, door: item.door,
                text: '“' + n.text.slice(0, 12) + '”的编号 ' + n.number + '，四位数字 ' + n.word });
        const gone = (s) => {
            s('draft').delete(PHOTOS + item.id);
            return s('outbox').delete(item.id);
        };
        await tx(['outbox', 'draft', 'note'], (s) => {
            for (const n of told) s('note').put(n);
            return gone(s);
        }).catch(() => { /* no room for what was said: it is read now */
            facts.trouble = told.map((n) => n.text).join('；');
            return tx(['outbox', 'draft'], gone);
        });
        facts.signed_out = false;
        return true;
    }
    if (is_lost(a.status, a.json)) {
        facts.revoked = true;
        await wipe();
        return false;
    }
    if (a.status === 401) {
        facts.signed_out = true;
        if (is_out(a.status, a.json)) await wipe();
        return false;
    }
    if (a.status === 403 && !item.fresh && await fresh_csrf()) {
        item.fresh = true;
        return settle(item, await post(item));
    }
    if (a.status === 403 && facts.signed_out) return false;
    if (a.status === 0 || a.status === 408 || a.status === 429 || a.status >= 500) {
        const wait = Math.min(MOST_MS, FIRST_MS * Math.pow(2, item.tries)) * (0.7 + Math.random() * 0.6);
        await put('outbox', Object.assign(item, { tries: item.tries + 1, next: Date.now() + wait }))
            .catch(() => { /* no room: it is sent again without having waited */ });
        return a.status === 500; /* what fails by itself keeps no other back; a server that asks for time gets it */
    }
    await put('outbox', Object.assign(item, { state: 'held', why: why_of(a.json) }));
    return true;
}
async function send_all(now, hold) {
    facts.sending = true;
    try {
        for (const item of (await all('outbox')).sort((a, b) => a.at - b.at)) {
            if (item.state !== 'queued' || !is_mine(item) || (!now && item.next > Date.now())) continue;
            if (hold && !await hold()) break;
            if (!await settle(item, await post(item))) break;
        }
    } finally {
        facts.sending = false;
    }
    await show();
}
/* One sender across tabs: a lock of the browser, or, where there is none, a lease in the store. */
async function flush(now) {
    if (!(await all('outbox')).some((x) => x.state === 'queued')) return show();
    if (navigator.locks)
        return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock ? send_all(now) : null);
    const me = uuid(), db = await open_store();
    const hold = () => new Promise((ok) => {
        const t = db.transaction(['fact'], 'readwrite'), s = t.objectStore('fact'), r = s.get('lease');
        let got = false;
        r.onsuccess = () => {
            if (r.result && r.result.who !== me && r.result.until > Date.now()) return;
            got = true;
            s.put({ id: 'lease', who: me, until: Date.now() + LEASE_MS });
        };
        t.oncomplete = () => ok(got);
        t.onabort = () => ok(false);
    });
    if (!await hold()) return null;
    try {
        return await send_all(now, hold);
    } finally {
        const lease = await get('fact', 'lease');
        if (lease && lease.who === me) await del('fact', 'lease');
    }
}

/* ---- today's doors, taken along ---- */

async function wipe() {
    if (window.caches)
        for (const name of await caches.keys()) if (name.indexOf(DAY_END) === 0) await caches.delete(name);
    await del('fact', 'pack');
}
async function take_along() {
    if (!window.caches || !navigator.onLine || d.documentElement.dataset.kept) return;
    const r = await fetch('/api/v1/pack', { credentials: 'same-origin' }).catch(() => null);
    if (!r) return;
    const pack = await r.json().catch(() => null);
    if (is_lost(r.status, pack)) {
        facts.revoked = true;
        await wipe();
        return;
    }
    if (is_out(r.status, pack)) await wipe();
    if (!r.ok || !pack) return;
    /* until when, by the clock of this phone, be it wrong */
    const skew = Date.now() - pack.now, until = pack.wipe_at + Math.round(skew / CLOCK_MS) * CLOCK_MS;
    const name = DAY_END + until, cache = await caches.open(name), parts = new Set(), was = await get('fact', 'pack');
    const build = Array.from(d.querySelectorAll('script[src],link[href]'), (x) => x.src || x.href).join();
    const seen = {}, known = was && was.build === build && was.seen || {};
    const keep = () => put('fact', { id: 'pack', wipe_at: pack.wipe_at, name: pack.name, skew: skew, build: build, seen: seen });
    await keep();
    const pages = pack.doors.map((x) => ['/w/visit/' + x.visit_id, JSON.stringify(x)]);
    for (const [page, sign] of [['/w/today', '']].concat(pages)) {
        if (sign && known[page] === sign && await cache.match(page)) { /* as it was: nothing to load again */
            seen[page] = sign;
            continue;
        }
        const got = await fetch(page, { credentials: 'same-origin' }).catch(() => null);
        if (!got || !got.ok || got.redirected) continue;
        const text = await got.text();
        (text.match(/\/s\/[\w.-]+/g) || []).forEach((x) => parts.add(x));
        /* a kept copy says so: its forms carry words of an old session */
        await cache.put(page, new Response(text.replace('<html ', '<html data-kept="1" '),
            { headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
        seen[page] = sign;
    }
    for (const x of [...parts]) if (await cache.match(x)) parts.delete(x);
    await cache.addAll([...parts]).catch(() => { /* no room: the pages come without */ });
    await keep();
    for (const q of await cache.keys()) { /* closed meanwhile, or quiet now */
        const path = new URL(q.url).pathname;
        if (path.indexOf('/w/visit/') === 0 && !pages.some((x) => x[0] === path)) await cache.delete(q);
    }
    for (const old of await caches.keys())
        if (old.indexOf(DAY_END) === 0 && old !== name) await caches.delete(old);
}
async function day_end() {
    const pack = await get('fact', 'pack');
    if (pack && Date.now() - (pack.skew || 0) >= pack.wipe_at) await wipe();
    await tx(['outbox', 'draft'], (s) => { /* what was typed and not saved; photos of what waits are no draft */
        s('outbox').getAllKeys().onsuccess = (items) => {
            const waits = new Set(items.target.result.map((id) => PHOTOS + id));
            s('draft').openCursor().onsuccess = (e) => {
                const x = e.target.result;
                if (!x) return;
                if (!waits.has(x.key) && !(Date.now() - x.value.at < DRAFT_MS)) x.delete();
                x.continue();
            };
        };
    }, 'relaxed');
}
/* Who signs out leaves no name and no phone that he typed; what he saved waits for him. */
function forget() {
    return tx(['draft'], (s) => {
        for (const from of [own(''), PHOTOS + own('')]) s('draft').delete(IDBKeyRange.bound(from, from + '\uffff'));
    }, 'relaxed');
}
d.addEventListener('submit', async (e) => {
    if (e.defaultPrevented || e.target.getAttribute('action') !== '/logout') return;
    e.preventDefault();
    await Promise.race([forget(), new Promise((ok) => setTimeout(ok, FORGET_MS))]).catch(() => { /* no store */ });
    e.target.submit();
});

/* ---- at the door ---- */

const CHIPS = (form) => Array.from(form.querySelectorAll('[name=chip]:checked'));
function label_of(input) {
    const l = d.querySelector('label[for="' + input.id + '"]');
    return l ? l.textContent.trim() : '';
}
function read(form) {
    const fields = {};
    for (const x of form.elements) {
        if (!x.name || x.name === 'csrf' || x.name === 'key' || x.type === 'submit' || x.type === 'file') continue;
        if ((x.type === 'checkbox' || x.type === 'radio') && !x.checked) continue;
        (fields[x.name] = fields[x.name] || []).push(x.value);
    }
    return fields;
}
function fill(form, fields) {
    for (const x of form.elements) {
        const got = fields[x.name];
        if (!x.name || x.name === 'csrf' || x.name === 'key' || x.type === 'file') continue;
        if (x.type === 'checkbox' || x.type === 'radio') x.checked = !!got && got.indexOf(x.value) >= 0;
        else if (got && x.name !== 'base_rev') x.value = got[0];
    }
    form.dispatchEvent(new Event('change', { bubbles: true }));
}
function day_of(text) { return Math.round(Date.parse(text + 'T00:00:00Z') / 864e5); }
async function body_of(form, visit) {
    const one = (name) => form.elements[name] && form.elements[name].value ? form.elements[name].value.trim() : '';
    const pack = await get('fact', 'pack'), outcome = one('outcome');
    const met = outcome === 'well' || outcome === 'needs', words = one('text').replace(/\s+/g, ' ');
    const needs = !met ? [] : CHIPS(form).length
        ? CHIPS(form).map((c) => words ? label_of(c) + '：' + words : '走访时说想要' + label_of(c)) : words ? [words] : [];
    const body = { visit_id: visit, outcome: needs.length ? 'needs' : outcome, base_rev: +one('base_rev'),
        device_at: new Date().toISOString(), device_skew: pack && pack.skew || 0 };
    for (const name of ['promise', 'contact', 'name', 'kept', 'slips', 'job_id', 'job_text']) if (one(name)) body[name] = one(name);
    for (const name of ['agrees_match', 'agrees_share'])
        if (form.elements[name] && form.elements[name].checked) body[name] = true;
    if (needs.length) body.needs = needs.join('\n');
    if (one('next_on')) Object.assign(body, { says_next: true, next_day: day_of(one('next_on')) });
    if (one('quiet_on')) Object.assign(body, { says_quiet: true, quiet_until: day_of(one('quiet_on')) });
    return body;
}
async function new_item(what) {
    const pack = await get('fact', 'pack');
    return Object.assign({ id: uuid(), who: ME, by: pack && pack.name || '', at: Date.now(), tries: 0, next: 0,
        state: 'queued', why: '' }, what);
}
function title() { return d.querySelector('h1') ? d.querySelector('h1').textContent.trim() : ''; }
function is_told(form) {
    const b = form.querySelector('button');
    b.disabled = true;
    b.textContent = '记下了';
}
/* What can wait waits in the outbox; what cannot says so instead of losing the page. */
function beside(form) {
    form.addEventListener('submit', async (e) => {
        if (!/\/told$/.test(form.action)) {
            if (navigator.onLine) return;
            e.preventDefault();
            say('x', '现在没有网，这一项等有网再点；走访和当面告诉了可以先存');
            return;
        }
        e.preventDefault();
        e.stopPropagation();
        const button = form.querySelector('button'), label = button.textContent;
        if (button.disabled) return;
        is_told(form);
        try {
            await put('outbox', await new_item({ kind: 'told', need: form.elements.need.value, body: {}, door: title(),
                visit: form.action.split('/').slice(-2)[0] }));
        } catch (err) {
            button.disabled = false;
            button.textContent = label;
            facts.trouble = FULL;
            await show();
            return;
        }
        await flush(true);
    }, true);
}
async function at_door(form) {
    const visit = form.action.split('/').pop(), old = await get('draft', own(visit));
    const door = title();
    if (old) fill(form, old.fields);
    const input = form.elements.photo, photos = input && await get('draft', PHOTOS + own(visit));
    if (photos && window.DataTransfer)
        window.linghang.put_files(input, photos.list.map((b) => new File([b], 'photo.jpg', { type: 'image/jpeg' })));
    const photos_of = async () => {
        await window.linghang.shrunk();
        return Promise.all(Array.from(input ? input.files : [], (f) => f.arrayBuffer()));
    };
    if (input) input.addEventListener('photos', async () => { /* the draft's: what has no room stays in the page */
        const list = await photos_of();
        await (list.length ? tx(['draft'], (s) => s('draft').put({ id: PHOTOS + own(visit), who: ME, at: Date.now(), fields: {}, list: list }), 'relaxed')
            : del('draft', PHOTOS + own(visit))).catch(() => { /* no room */ });
    });
    let is_saving = false, is_putting = false, is_due = false;
    const put_draft = () => tx(['draft'], (s) => s('draft').put({ id: own(visit), who: ME, at: Date.now(), fields: read(form) }), 'relaxed')
        .catch(() => { /* no room: the page has it */ });
    const keep = async () => { /* at every change; what changes while one is written goes with the next */
        is_due = true;
        if (is_putting) return;
        for (is_putting = true; is_due && !is_saving;) {
            is_due = false;
            await put_draft();
        }
        is_putting = false;
    };
    form.addEventListener('change', keep);
    form.addEventListener('input', keep);
    window.addEventListener('pagehide', () => is_due && !is_saving && put_draft());
    form.addEventListener('submit', async (e) => {
        e.preventDefault();
        e.stopPropagation();
        if (is_saving || !form.reportValidity()) return; /* a second tap is the same visit */
        is_saving = true;
        let item, has_photos = input && input.files.length;
        try {
            const body = await body_of(form, visit);
            if (body.outcome === 'needs' && !body.needs) {
                is_saving = false;
                say('x', '请写下要帮什么，一件一句');
                form.elements.text.focus();
                return;
            }
            const list = body.needs ? await photos_of() : [];
            has_photos = list.length;
            item = await new_item({ kind: 'visit', visit: visit, door: door, body: body, fields: read(form), photos: list.length });
            await tx(['outbox', 'draft'], (s) => {
                s('draft').delete(own(visit));
                s('draft').delete(PHOTOS + own(visit));
                if (list.length) s('draft').put({ id: PHOTOS + item.id, who: ME, fields: {}, list: list });
                return s('outbox').put(item);
            });
        } catch (err) { /* nothing is lost: what is typed stands in the form */
            is_saving = false;
            facts.trouble = has_photos ? '照片太多或读不出来，手机里存不下，还没有存。可以先不带照片存，照片还在相册里' : FULL;
            facts.without = has_photos && (() => { window.linghang.put_files(input, []); form.requestSubmit(); });
            await show().catch(() => say('x', facts.trouble));
            return;
        }
        facts.trouble = facts.without = '';
        form.hidden = true;
        say('g', door + ' 已存在手机里', '下一户', () => { location.href = '/w/today'; });
        await flush(true);
        const sent = !await get('outbox', item.id);
        if (sent) tell_next(door);
        if (sent || (navigator.serviceWorker && navigator.serviceWorker.controller)) location.href = '/w/today';
    }, true);
}

/* ---- a new version waits until no form is open ---- */

function watch_version() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.ready.then((reg) => {
        const ask = () => {
            facts.newer = reg.waiting ? reg : null;
            return show();
        };
        ask();
        reg.addEventListener('updatefound', () => {
            const next = reg.installing;
            if (next) next.addEventListener('statechange', () => { if (next.state === 'installed') ask(); });
        });
    });
    let reloaded = !navigator.serviceWorker.controller;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
        if (reloaded || is_writing()) return;
        reloaded = true;
        location.reload();
    });
}

/* The list of doors says once what became of the one before. */
const SAVED = 'visit-saved';
function tell_next(door) {
    try { sessionStorage.setItem(SAVED, own(door)); } catch (e) { /* then it is only ticked off there */ }
}
function told_before() {
    try {
        const said = sessionStorage.getItem(SAVED) || '';
        sessionStorage.removeItem(SAVED);
        return said.startsWith(own('')) ? said.slice(own('').length) : '';
    } catch (e) {
        return '';
    }
}

async function begin() {
    facts.saved = told_before();
    await day_end();
    await csrf();
    const form = d.querySelector('form[data-visit-form]');
    if (form) await at_door(form);
    for (const other of d.querySelectorAll('form[action^="/w/visit/"]:not([data-visit-form])')) beside(other);
    await show();
    await flush();
    if (d.querySelector('a[href="/w/plan"]')) await take_along();
    watch_version();
    d.documentElement.dataset.visits = 'ready';
}
window.addEventListener('online', () => flush(true));
window.addEventListener('pageshow', (e) => { if (e.persisted) flush(); });
d.addEventListener('visibilitychange', () => { if (!d.hidden) flush(); });
setInterval(() => { flush(); day_end(); }, LOOK_MS);
if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
begin().catch(() => { /* no store: the plain forms are used */ });
window.linghang_visits = { flush: flush, all: all };
})();
