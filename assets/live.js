/* live.js -- a page of residents that follows one thing: [data-events] names a stream that says only that something changed,
   data-live the page whose element of the same id takes its place. Pages work without it. */
/* SPDX-License-Identifier: Apache-2.0 */
(function () {
'use strict';
var d = document, box = d.querySelector('[data-events][data-live][id]'), wait;
if (!box || !window.EventSource) return;
function load() {
    if (d.hidden) { wait = setTimeout(load, 2000); return; }
    fetch(box.getAttribute('data-live'), { headers: { 'X-Part': box.id }, credentials: 'same-origin' }).then(function (r) {
        return r.ok ? r.text() : '';
    }).then(function (text) {
        var from = new DOMParser().parseFromString(text, 'text/html').getElementById(box.id);
        if (!from || from.innerHTML === box.innerHTML) return;
        box.textContent = '';
        Array.prototype.slice.call(from.childNodes).forEach(function (n) { box.appendChild(d.importNode(n, true)); });
    }).catch(function () { /* the next message tries again */ });
}
function later() {
    clearTimeout(wait);
    wait = setTimeout(load, 150);
}
window.linghang.listen(box.getAttribute('data-events'), later, later);
})();
