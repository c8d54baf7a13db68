/* board.js -- live regions, partial page loads and letter keys of the staff pages; loaded after app.js. Pages work without it. */
/* SPDX-License-Identifier: Apache-2.0 */
(function () {
'use strict';
var d = document, kit = window.linghang, all = kit.all, jobs = {};

/* Puts the server's answer for `url` into the element `id`. The server is asked with X-Part: id and may answer the
   fragment or the whole page (then the element of the same id is taken). Same origin only: the answer is our own HTML. */
function part(url, id, opt) {
    var box = d.getElementById(id), u = new URL(url, location.href), mine = {};
    if (!box || u.origin !== location.origin) return Promise.reject(new Error('not ours'));
    jobs[id] = mine;
    box.setAttribute('aria-busy', 'true');
    opt = opt || {};
    opt.headers = { 'X-Part': id };
    opt.credentials = 'same-origin';
    return fetch(u, opt).then(function (r) {
        if (r.redirected && /^\/login/.test(new URL(r.url).pathname)) { location.assign(r.url); return null; }
        if (!r.ok && r.status !== 422) throw new Error(String(r.status));
        return r.text();
    }).then(function (text) {
        if (text === null || jobs[id] !== mine) return;
        var doc = new DOMParser().parseFromString(text, 'text/html'), from = doc.getElementById(id) || doc.body;
        put(box, Array.prototype.slice.call(from.childNodes));
    }).then(function () { done(); }, function (e) { done(); throw e; });
    function done() { if (jobs[id] === mine) { delete jobs[id]; box.removeAttribute('aria-busy'); } }
}
/* Replaces the children and keeps what the person had: scroll, focus, the chosen item. */
function put(box, nodes) {
    var a = d.activeElement, mark = box.contains(a) ? a.id || a.getAttribute('href') : null;
    var cur = box.querySelector('.qi[aria-current]'), chosen = cur && cur.getAttribute('href'), top = box.scrollTop;
    while (box.firstChild) box.removeChild(box.firstChild);
    nodes.forEach(function (n) { box.appendChild(d.importNode(n, true)); });
    box.scrollTop = top;
    all('.qi', box).forEach(function (q) {
        if (chosen && q.getAttribute('href') === chosen) pick(q);
    });
    if (mark) all('[id],a[href]', box).some(function (x) {
        if (x.id !== mark && x.getAttribute('href') !== mark) return false;
        x.focus({ preventScroll: true });
        return true;
    });
    kit.tick();
}

/* data-swap="#id" on a link or form. Anything that fails falls back to the plain page. */
function swap(a, quiet) {
    var id = a.getAttribute('data-swap').slice(1);
    return part(a.href, id).then(function () {
        var box = d.getElementById(id);
        /* in one column the part stands far below the list */
        if (!quiet && box.getBoundingClientRect().top > innerHeight * 0.7) { box.scrollIntoView(); box.focus({ preventScroll: true }); }
        if (quiet) history.replaceState(null, '', a.href); else history.pushState(null, '', a.href);
    }, function () { location.assign(a.href); });
}
d.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('a[data-swap]');
    if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    if (a.classList.contains('qi')) pick(a);
    swap(a);
});
d.addEventListener('submit', function (e) {
    var f = e.target, b = e.submitter;
    if (e.defaultPrevented || !f.hasAttribute('data-swap')) return;
    e.preventDefault();
    var id = f.getAttribute('data-swap').slice(1), body = new URLSearchParams(new FormData(f));
    if (b && b.name) body.append(b.name, b.value);
    (f.method === 'get' ? part(f.action.split('?')[0] + '?' + body, id) : part(f.action, id, { method: 'POST', body: body }))
        .then(function () { f.removeAttribute('data-busy'); }, function () { location.reload(); });
});
window.addEventListener('popstate', function () { location.reload(); });

/* Live regions: <section id data-live="/path" data-on="need visit">. A message of /events carries words (topics or
   ids, "" = all); a region is refetched when one is its id or stands in data-on. A region with half-typed text waits. */
var late = {};
function hit(box, words) {
    var on = (box.getAttribute('data-on') || '').split(/\s+/);
    return !words.length || words.some(function (w) { return w === box.id || on.indexOf(w) >= 0; });
}
function stale(words) { all('[data-live][id]').forEach(function (b) { if (hit(b, words)) later(b); }); }
function touched(box) {
    return all('input,textarea,select', box).some(function (x) {
        return x === d.activeElement || (/^(text|search|tel|number|textarea)$/.test(x.type) && x.value !== x.defaultValue);
    });
}
function later(box) {
    var id = box.id;
    clearTimeout(late[id]);
    late[id] = setTimeout(function () {
        if (d.hidden || touched(box)) {
            late[id] = setTimeout(function () { later(box); }, 2000);
            return;
        }
        delete late[id];
        part(box.getAttribute('data-live'), id).catch(function () { /* the next message tries again */ });
    }, 150);
}
if (d.querySelector('[data-live]') && window.EventSource) {
    kit.listen('/events', function (e) { stale(e.data.split(/\s+/).filter(Boolean)); }, function () { stale([]); });
}

/* Letter keys. J and K move through the .qi of [data-list]; data-key="m" (or "/", "Enter") clicks or focuses its
   element. Never while typing, never with a modifier, never on a held key, and never for an element inside a region
   that is being fetched: the Enter of the old need must not hit. button[data-keys] switches them off. */
var on = kit.store.get('keys') !== 'off';
all('[data-keys]').forEach(function (b) {
    b.hidden = false;
    b.setAttribute('aria-pressed', String(on));
    b.addEventListener('click', function () {
        on = !on;
        kit.store.set('keys', on ? 'on' : 'off');
        b.setAttribute('aria-pressed', String(on));
    });
});
function pick(q) {
    all('.qi[aria-current]', q.closest('[data-list]') || d).forEach(function (x) { x.removeAttribute('aria-current'); });
    q.setAttribute('aria-current', 'true');
}
var wait;
function move(step) {
    var list = all('[data-list] .qi'), i = list.findIndex(function (q) { return q.hasAttribute('aria-current'); });
    var q = list[Math.min(list.length - 1, Math.max(0, i + step))];
    if (!q) return;
    pick(q);
    q.focus();
    if (!q.hasAttribute('data-swap')) return;
    var box = d.getElementById(q.getAttribute('data-swap').slice(1));
    if (box) box.setAttribute('aria-busy', 'true');
    clearTimeout(wait);
    wait = setTimeout(function () { swap(q, true); }, 150);
}
d.addEventListener('keydown', function (e) {
    var t = e.target, typing = /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName) || t.isContentEditable;
    if (e.key === 'Escape' && typing) { t.blur(); return; }
    if (!on || typing || e.repeat || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    var k = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    if (k === 'j' || k === 'k') { e.preventDefault(); move(k === 'j' ? 1 : -1); return; }
    /* Enter on a link or button is its own, except on an item of the list, where it is the first action */
    if (k === 'Enter' && t.closest('a,button,summary') && !t.closest('.qi')) return;
    var x = all('[data-key]').filter(function (b) {
        return b.getAttribute('data-key') === k && !b.closest('[aria-busy=true]') && b.offsetParent;
    })[0];
    if (!x) return;
    e.preventDefault();
    if (/^(INPUT|TEXTAREA|SELECT|SUMMARY)$/.test(x.tagName)) x.focus(); /* what unfolds is the next with Tab */
    if (!/^(INPUT|TEXTAREA|SELECT)$/.test(x.tagName)) x.click();
});
})();
