/* app.js -- progressive enhancement of every page: type size, clocks, drafts, double submit, no net, read-aloud. Pages work
   without it. */
/* SPDX-License-Identifier: Apache-2.0 */
(function () {
'use strict';
var d = document, h = d.documentElement;
function all(s, r) { return Array.prototype.slice.call((r || d).querySelectorAll(s)); }
var store = {
    get: function (k) { try { return localStorage.getItem(k); } catch (e) { return null; } },
    set: function (k, v) { try { localStorage.setItem(k, v); } catch (e) { /* private mode: no memory */ } },
    del: function (k) { try { localStorage.removeItem(k); } catch (e) { /* same */ } },
    keys: function () { try { return Object.keys(localStorage); } catch (e) { return []; } }
};

/* Type size: <form class="md" action="/mode"> with buttons m = std | elder | xl. The server owns the cookie; here
   the page changes at once and the form is sent in the background, so nothing typed is lost. */
function mode(v) {
    if (v === 'std') h.removeAttribute('data-m'); else h.setAttribute('data-m', 'elder');
    if (v === 'xl') h.setAttribute('data-z', 'xl'); else h.removeAttribute('data-z');
}
d.addEventListener('submit', function (e) {
    var f = e.target, b = e.submitter;
    if (!f.classList.contains('md') || !b || !window.fetch) return;
    e.preventDefault();
    e.stopPropagation();
    var was = h.getAttribute('data-z') || h.getAttribute('data-m') || 'std';
    var body = new URLSearchParams(new FormData(f));
    body.set('m', b.value);
    mode(b.value);
    fetch(f.action, { method: 'POST', body: body, credentials: 'same-origin', redirect: 'manual' }).then(function (r) {
        if (r.type !== 'opaqueredirect' && !r.ok) mode(was);
    }, function () { mode(was); });
    var next = all('button', f).filter(function (x) { return x.offsetParent; })[0];
    if (next) next.focus();
}, true);

/* Second submit of the same form is swallowed for 8 s. The buttons stay enabled in the DOM (a disabled button would
   drop its own name=value), they only say they are busy. */
d.addEventListener('submit', function (e) {
    var f = e.target;
    if (e.defaultPrevented || f.method === 'get') return;
    if (navigator.onLine === false) { e.preventDefault(); no_net(f); return; }
    if (f.hasAttribute('data-busy')) { e.preventDefault(); return; }
    f.setAttribute('data-busy', '');
    all('button', f).forEach(function (b) { if (b.type === 'submit') b.setAttribute('aria-disabled', 'true'); });
    setTimeout(function () { free(f); }, 8000);
});
/* Without a net nothing is sent and nothing is lost; the sentence goes when the net is back. */
function no_net(f) {
    var p = d.getElementById('no-net') || d.createElement('p');
    p.id = 'no-net';
    p.className = 'bar x all mb3';
    p.setAttribute('role', 'alert');
    p.textContent = '现在没有网，还没发出去。您填的都还在，有网了再点一次。';
    f.insertBefore(p, f.firstChild);
    p.scrollIntoView({ block: 'nearest' });
}
window.addEventListener('online', function () {
    var p = d.getElementById('no-net');
    if (p) p.remove();
});
if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js').catch(function () { /* pages work without */ });
function free(f) {
    f.removeAttribute('data-busy');
    all('[aria-disabled]', f).forEach(function (b) { b.removeAttribute('aria-disabled'); });
}
window.addEventListener('pageshow', function () { all('form[data-busy]').forEach(free); });

/* Clocks: <time data-due="ms since 1970, or ISO" data-lv="g">还剩 3 小时</time>. The rule is the server's (src/base/html.h):
   |due - now| rounded down, at least 1 分; minutes below an hour, hours below two days, then days; late from the due time on.
   Level: late or <= 10 min x (hot); <= 60 min a (amber); more g (green). tests/clock_words.h is tried in both.
   Updated every 30 s. <html data-now="ms"> is the server's time when it wrote the page: it corrects a wrong clock of
   this machine. */
var skew = 0, nav = window.performance && performance.getEntriesByType && performance.getEntriesByType('navigation')[0];
if (h.dataset.now && nav && nav.type !== 'back_forward' && performance.timeOrigin)
    skew = h.dataset.now - (performance.timeOrigin + nav.responseStart);
function due(ms, now) {
    var left = ms - now, n = Math.max(1, Math.floor(Math.abs(left) / 60000));
    var t = n < 60 ? n + ' 分' : n < 2880 ? Math.floor(n / 60) + ' 小时' : Math.floor(n / 1440) + ' 天';
    return { text: (left <= 0 ? '超时 ' : '还剩 ') + t, lv: left <= 600000 ? 'x' : left <= 3600000 ? 'a' : 'g' };
}
function tick() {
    var now = Date.now() + skew, live = d.getElementById('live'), said = '';
    all('time[data-due]').forEach(function (t) {
        var v = t.dataset.due, c = due(/^\d+$/.test(v) ? +v : Date.parse(v), now), was = t.dataset.lv;
        if (t.textContent !== c.text) t.textContent = c.text;
        if (was !== c.lv) {
            t.dataset.lv = c.lv;
            if (t.dataset.seen) said = (t.getAttribute('data-name') || '') + ' ' + c.text; /* spoken only when a level changes */
        }
        t.dataset.seen = '1';
    });
    if (said && live) live.textContent = said;
}
tick();
setInterval(tick, 30000);

/* Drafts: <textarea data-draft="KEY"> is kept on this device until a page says data-sent="KEY" or its writer signs out, 24 h
   at most, and comes back to whoever wrote it: who is signed in (<html data-who>), or nobody. */
var P = 'draft:', OWN = P + (h.dataset.who || '') + ':';
all('[data-sent]').forEach(function (s) {
    store.del(OWN + s.getAttribute('data-sent'));
});
d.addEventListener('submit', function (e) {
    if (e.defaultPrevented || e.target.getAttribute('action') !== '/logout') return;
    store.keys().forEach(function (x) { if (x.indexOf(OWN) === 0) store.del(x); });
});
store.keys().forEach(function (k) {
    if (k.indexOf(P) === 0 && !(Date.now() - parseInt(store.get(k), 10) < 864e5)) store.del(k);
});
all('textarea[data-draft]').forEach(function (t) {
    var k = OWN + t.getAttribute('data-draft'), old = store.get(k), wait;
    if (old && !t.value) t.value = old.slice(old.indexOf('|') + 1);
    t.addEventListener('input', function () {
        clearTimeout(wait);
        wait = setTimeout(function () { if (t.value) store.set(k, Date.now() + '|' + t.value.slice(0, 4000)); else store.del(k); }, 300);
    });
});

/* Read aloud: <button data-say hidden>. Shown where the browser can speak; a second press stops. */
if (window.speechSynthesis && window.SpeechSynthesisUtterance) {
    all('[data-say]').forEach(function (b) {
        b.hidden = false;
        b.addEventListener('click', function () {
            var on = speechSynthesis.speaking;
            speechSynthesis.cancel();
            if (on) return;
            var u = new SpeechSynthesisUtterance(d.getElementById('main').innerText);
            u.lang = 'zh-CN';
            u.rate = 0.9;
            speechSynthesis.speak(u);
        });
    });
    window.addEventListener('pagehide', function () { speechSynthesis.cancel(); });
}

/* A stream that says what changed: `say` at each message, `missed` when there may have been some. One that was refused is
   asked for again after some seconds; the browser by itself gives up then. Meanwhile what it would have told is fetched:
   whoever is signed out by now reads that. */
function listen(url, say, missed, lost) {
    var es = new EventSource(url);
    es.onmessage = say;
    es.onopen = function () { if (lost) missed(); lost = false; };
    es.onerror = function () {
        lost = true;
        if (es.readyState !== 2) return;
        missed();
        setTimeout(function () { listen(url, say, missed, true); }, 5000 + Math.random() * 5000);
    };
}

/* <fieldset data-when="ID">: shown while that input is checked. */
function when() {
    all('[data-when]').forEach(function (x) {
        var i = d.getElementById(x.getAttribute('data-when'));
        x.hidden = !!i && !i.checked;
    });
}
d.addEventListener('change', when);
when();
/* Photos of an input in [data-photos] are made small in the page: 1600 pixels, JPEG, and so without place or device. What
   cannot be read here goes as it is: the server does the same. Chosen ones are shown below the input. */
var SIDE = 1600, SMALL = 'photo.jpg', shrinking = Promise.resolve();
function small(file) {
    return createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (pic) {
        var k = Math.min(1, SIDE / Math.max(pic.width, pic.height)), c = d.createElement('canvas');
        c.width = Math.max(1, Math.round(pic.width * k));
        c.height = Math.max(1, Math.round(pic.height * k));
        c.getContext('2d').drawImage(pic, 0, 0, c.width, c.height);
        pic.close();
        return new Promise(function (ok) { c.toBlob(ok, 'image/jpeg', 0.75); });
    }).then(function (b) { return b ? new File([b], SMALL, { type: 'image/jpeg' }) : file; }, function () { return file; });
}
function put_files(input, files) {
    var t = new DataTransfer(), list = input.parentNode.querySelector('.phs') || input.parentNode.appendChild(d.createElement('p'));
    files.forEach(function (f) { t.items.add(f); });
    input.files = t.files;
    list.className = 'fx wr gp phs mt2';
    all('img', list).forEach(function (i) { URL.revokeObjectURL(i.src); });
    list.textContent = '';
    files.forEach(function (f, i) {
        var img = d.createElement('img');
        img.src = URL.createObjectURL(f);
        img.alt = '选好的照片 ' + (i + 1);
        list.appendChild(img);
    });
}
d.addEventListener('change', function (e) {
    var f = e.target;
    if (f.type !== 'file' || !f.closest('[data-photos]') || !window.createImageBitmap || !window.DataTransfer) return;
    var chosen = Array.prototype.slice.call(f.files);
    shrinking = Promise.all(chosen.map(small)).then(function (files) {
        if (f.files.length !== chosen.length || f.files[0] !== chosen[0]) return;
        put_files(f, files);
        f.dispatchEvent(new Event('photos', { bubbles: true }));
    });
});
/* The error summary, or the first wrong field, gets the focus. */
var bad = d.querySelector('[role=alert][tabindex]') || d.querySelector('[aria-invalid=true]');
if (bad) bad.focus();

window.linghang = { all: all, store: store, tick: tick, due: due, listen: listen, put_files: put_files, shrunk: function () { return shrinking; } };
})();
