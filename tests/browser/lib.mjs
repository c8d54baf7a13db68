/* lib -- what every browser test shares: Chromium, one page check, ok/FAIL lines. Knows no page of the product. */
/* SPDX-License-Identifier: Apache-2.0 */
import { chromium } from 'playwright-core';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/* The header the product sends; the gallery is served under the same one. */
export const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/* The four looks every page must survive. */
export const VIEWS = [
    { name: 'phone', width: 360, height: 740 },
    { name: 'elder', width: 360, height: 740, elder: true },
    { name: 'desk', width: 1440, height: 900 },
    { name: 'dark', width: 360, height: 740, dark: true },
];

/* Counts checks and prints one line for each; end() prints the sum and sets the exit code. */
export function tally() {
    let passed = 0, failed = 0;
    return {
        check(name, problems) {
            if (problems.length === 0) {
                passed++;
                console.log(`ok ${name}`);
                return true;
            }
            failed++;
            console.log(`FAIL ${name}`);
            for (const p of problems.slice(0, 12)) console.log(`     ${p}`);
            if (problems.length > 12) console.log(`     and ${problems.length - 12} more`);
            return false;
        },
        end() {
            console.log(`${passed} passed, ${failed} failed`);
            process.exitCode = failed ? 1 : 0;
        },
    };
}

/* Debian's Chromium; installs it and a Chinese font when they are missing and we may. */
export async function launch() {
    const exe = process.env.CHROMIUM || '/usr/bin/chromium';
    if (!existsSync(exe)) apt(['chromium', 'fonts-noto-cjk']);
    return chromium.launch({
        executablePath: exe,
        headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
            '--disable-sync', '--no-first-run'],
    });
}
function apt(names) {
    const run = (args) => execFileSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

/* Opens a context of one look and collects what must not happen: console errors (a CSP refusal is one), script
   errors, requests to any other host. Read and empty with take(). */
export async function open(browser, base, view, more = {}) {
    const context = await browser.newContext({
        viewport: { width: view.width, height: view.height },
        colorScheme: view.dark ? 'dark' : 'light',
        locale: 'zh-CN', timezoneId: 'Asia/Shanghai', serviceWorkers: 'block', ...more,
    });
    const origin = new URL(base).origin;
    let bad = [];
    await context.route((url) => /^https?:$/.test(url.protocol) && url.origin !== origin, (route) => {
        bad.push(`request to another host: ${route.request().url()}`);
        return route.abort();
    });
    const page = await context.newPage();
    page.on('console', (m) => { if (m.type() === 'error' && !quiet.some((r) => r.test(m.text()))) bad.push(`console: ${m.text()}`); });
    page.on('pageerror', (e) => bad.push(`script error: ${e.message}`));
    return { context, page, take() { const b = bad; bad = []; return b; } };
}
/* A page that is meant to answer 4xx makes Chromium log this line. */
const quiet = [/^Failed to load resource: the server responded with a status of 4(01|03|04|09|22)/];

/* Elder mode at its largest, whatever the server's cookie says: the attributes are the contract of app.css. The
   next look of the same page takes it off again. */
export async function dress(page, view) {
    await page.evaluate((elder) => {
        const d = document.documentElement.dataset;
        if (elder) [d.m, d.z, d.dressed] = ['elder', 'xl', ''];
        else if ('dressed' in d) ['m', 'z', 'dressed'].forEach((k) => delete d[k]);
    }, !!view.elder);
}

/* Accessibility and layout of the page as it stands; [] when all is well. */
export async function inspect(page) {
    const out = await page.evaluate(() => {
        const de = document.documentElement, w = de.clientWidth, found = [];
        if (de.scrollWidth > w) {
            const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > w + 1 && getComputedStyle(e).position !== 'absolute');
            found.push(`scrolls sideways: ${de.scrollWidth} > ${w}: ` + wide.slice(0, 4).map((e) => e.tagName.toLowerCase() + (e.getAttribute('class') ? '.' + e.getAttribute('class').replace(/ /g, '.') : '')).join(', '));
        }
        for (const e of document.querySelectorAll('[style]')) found.push(`style attribute on ${e.tagName.toLowerCase()}`);
        if (document.querySelectorAll('h1').length > 1) found.push('more than one h1');
        for (const e of document.body.querySelectorAll('*'))
            if (/hidden|clip/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth && e.checkVisibility() && !e.matches('.vh,.vh *,svg,svg *,input,textarea,select'))
                found.push(`cut off: ${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 16)}"`);
        /* On a phone a finger needs 44 px, in elder mode 56; links within a sentence are exempt, two words of a link may be narrower, and what lies in a label is hit through it. */
        const tap = de.dataset.m === 'elder' ? 56 : 44;
        for (const e of w <= 480 ? document.querySelectorAll('a[href],button,summary,select,textarea,input:not([type=hidden]),label.chip,.opt label,.rate label') : []) {
            const s = getComputedStyle(e), hit = (e.matches('input') && e.closest('label')) || e, r = hit.getBoundingClientRect();
            if (!r.width || !e.checkVisibility() || s.opacity === '0' || s.display === 'inline' || e.matches('.skip,.vh') || matchMedia('print').matches) continue;
            if (r.height < tap - 0.5 || (r.width < tap - 0.5 && !e.matches('.lk'))) found.push(`small to tap: ${Math.round(r.width)} x ${Math.round(r.height)} ${e.tagName.toLowerCase()} ${e.className} "${e.textContent.trim().slice(0, 12)}"`);
        }
        return found;
    });
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
    const run = () => page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), RULES);
    let axe = await run();
    if (axe.violations.some((v) => v.id === 'target-size')) axe = await tall(page, run); /* what a bar at the bottom covers is scrolled to */
    for (const v of axe.violations)
        for (const n of v.nodes.slice(0, 3))
            out.push(`axe ${v.id}: ${n.target.join(' ')}: ${(n.any[0] || n.all[0] || n.none[0] || { message: v.help }).message}`);
    return out;
}

/* Does `act` as on a screen that is tall enough: bars fixed to the bottom stand at the end and hide nothing. */
async function tall(page, act) {
    const was = page.viewportSize(), height = await page.evaluate(() => document.documentElement.scrollHeight);
    if (height <= was.height) return act();
    await page.setViewportSize({ width: was.width, height: Math.min(height, 12000) });
    const got = await act();
    await page.setViewportSize(was);
    return got;
}
/* The whole page. */
export async function shot(page, dir, name, full = true) {
    const path = join(dir, name + '.png'), take = () => page.screenshot({ path, caret: 'initial' }); // hiding the caret would leave style attributes
    mkdirSync(dir, { recursive: true });
    await (full ? tall(page, take) : take());
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.mjs': 'text/plain' };
/* Serves the source tree read-only on a free port of this machine, under the product's CSP. For the gallery.
   `extra(rq, rs)` may answer first and then returns true. */
export async function serveTree(port = 0, extra = () => false) {
    const server = createServer((rq, rs) => {
        rs.setHeader('Content-Security-Policy', CSP);
        if (extra(rq, rs)) return;
        const path = normalize(decodeURIComponent(new URL(rq.url, 'http://x').pathname));
        const file = join(ROOT, path), type = TYPES[extname(file)];
        if (rq.method !== 'GET' || path.includes('..') || !type || !existsSync(file)) {
            rs.writeHead(rq.method === 'POST' ? 204 : 404).end();
            return;
        }
        rs.writeHead(200, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' });
        rs.end(readFileSync(file));
    });
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    return { base: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close(); } };
}

/* BASE_URL, and the accounts as JSON from ACCOUNTS or the file ACCOUNTS_FILE:
   { "dispatcher": { "login": "..", "password": ".." }, ..., "vars": { "code": "..", "grid": ".." } } */
export function settings() {
    const base = (process.env.BASE_URL || '').replace(/\/$/, '');
    if (!base) {
        console.error('BASE_URL is not set, for example BASE_URL=http://127.0.0.1:8080');
        process.exit(2);
    }
    const file = process.env.ACCOUNTS_FILE;
    const accounts = JSON.parse(process.env.ACCOUNTS || (file ? readFileSync(file, 'utf8') : '{}'));
    return { base, accounts, vars: accounts.vars || {} };
}
export const fill = (path, vars) => path.replace(/\{(\w+)\}/g, (all, k) => (k in vars ? encodeURIComponent(vars[k]) : all));

/* Logs in through the form a person uses; throws when the page stays on /login. */
export async function login(page, base, who) {
    await page.goto(base + '/login');
    await page.fill('[name=login]', who.login);
    await page.fill('[name=password]', who.password);
    await Promise.all([page.waitForLoadState('load'), page.press('[name=password]', 'Enter'), page.waitForURL((u) => u.pathname !== '/login', { timeout: 8000 })]);
}
