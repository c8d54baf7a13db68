/* pages -- every page of pages.json, in every look: accessibility, sideways scroll, console, CSP, other hosts, pictures.
   BASE_URL=http://127.0.0.1:8080 ACCOUNTS_FILE=accounts.json [SHOTS=dir] [ONLY=/d/] node pages.mjs
   A row: path ({x} comes from "vars" of the accounts), role ("guest" = not logged in), title (part of it),
   and if wanted status (expected HTTP status) and lands (path after redirects). A row may fill fields and click, to
   reach what only a sent form shows (status is then that of the answer), send a form past our scripts, open folded parts, or look at the paper of
   the given width (mm). A role without account is a failure. */
/* SPDX-License-Identifier: Apache-2.0 */
import { readFileSync } from 'node:fs';
import { VIEWS, dress, fill, inspect, launch, login, open, settings, shot, tally } from './lib.mjs';

const { base, accounts, vars } = settings();
const shots = process.env.SHOTS, only = process.env.ONLY || '';
const rows = JSON.parse(readFileSync(new URL(process.env.PAGES || 'pages.json', import.meta.url), 'utf8')).filter((r) => r.path.includes(only));
const t = tally(), browser = await launch();

for (const role of [...new Set(rows.map((r) => r.role))]) {
    let state;
    if (role !== 'guest') {
        try {
            if (!accounts[role]) throw new Error('no account given for this role');
            const { context, page } = await open(browser, base, VIEWS[2]);
            await login(page, base, accounts[role]);
            state = await context.storageState();
            await context.close();
        } catch (e) {
            t.check(`${role} logs in`, [e.message.split('\n')[0]]);
            continue;
        }
    }
    const { context, page, take } = await open(browser, base, VIEWS[0], { storageState: state });
    for (const r of rows.filter((x) => x.role === role)) {
        const name = `${role} ${r.path}${r.click || r.send ? ' sent' : r.open ? ' open' : ''}${r.paper ? ` on ${r.paper} mm` : ''}`;
        let came = [];
        try {
            came = await come(page, r);
        } catch (e) {
            came = [e.message.split('\n')[0]];
        }
        for (const v of VIEWS) {
            try {
                t.check(`${name} ${v.name}`, [...came, ...(await look(page, r, v)), ...take()]);
            } catch (e) {
                t.check(`${name} ${v.name}`, [...came, e.message.split('\n')[0], ...take()]);
            }
        }
    }
    await context.close();
}
await browser.close();
t.end();

/* Once for all looks: no script of ours asks how wide a window is, so a page that is turned is one that came so. */
async function come(page, r) {
    await page.emulateMedia({ media: null }); // paper has no buttons
    await page.setViewportSize({ width: VIEWS[0].width, height: VIEWS[0].height });
    let reply = await page.goto(base + fill(r.path, vars), { waitUntil: 'load' });
    if (r.open) await page.evaluate((s) => document.querySelectorAll(s).forEach((d) => { d.open = true; }), r.open);
    for (const [field, value] of Object.entries(r.fill || {})) {
        if (value === true) await page.check(fill(field, vars), { force: true }); // a chip hides its box
        else await page.fill(field, fill(value, vars));
    }
    if (r.click) {
        /* the browser's own check is off: what the server says is looked at */
        await page.evaluate(() => document.querySelectorAll('form').forEach((f) => { f.noValidate = true; }));
        [reply] = await Promise.all([page.waitForNavigation(), page.click(fill(r.click, vars))]);
    }
    if (r.send) [reply] = await Promise.all([page.waitForNavigation(), page.evaluate((s) => document.querySelector(s).submit(), r.send)]);
    const bad = [], at = new URL(page.url()).pathname;
    if (reply.status() !== (r.status || 200)) bad.push(`status ${reply.status()}, expected ${r.status || 200}`);
    if (r.lands && at !== r.lands) bad.push(`landed on ${at}, expected ${r.lands}`);
    if (!r.lands && r.role !== 'guest' && at === '/login') bad.push('was sent to /login');
    const title = await page.title();
    if (!title.includes(r.title)) bad.push(`title is "${title}", expected "${r.title}"`);
    return bad;
}

async function look(page, r, v) {
    const mm = 96 / 25.4;
    await page.emulateMedia({ media: r.paper ? 'print' : null, colorScheme: v.dark ? 'dark' : 'light' });
    await page.setViewportSize(r.paper ? { width: Math.round(r.paper * mm), height: Math.round(r.paper * mm * 1.4) } : { width: v.width, height: v.height });
    await dress(page, v);
    const bad = await inspect(page);
    if (r.sheets && v === VIEWS[0]) bad.push(...await sheets(page, r.sheets));
    if (shots) await shot(page, shots, `${picture(r)}-${v.name}`);
    return bad;
}

/* What is promised to be so many sheets prints on as many. */
async function sheets(page, most) {
    const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const n = (pdf.match(/\/Type\s*\/Page\b/g) || []).length;
    return n === most ? [] : [`prints ${n} sheets, not ${most}`];
}

/* "clerk-k-intake-sent": a name a person finds again, without the ids in the path. */
function picture(r) {
    const where = r.path.replace(/\{(\w+)\}/g, '$1').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'home';
    return [r.role, where, (r.click || r.send) && 'sent', r.open && 'open', r.paper && `paper${r.paper}`].filter(Boolean).join('-');
}
