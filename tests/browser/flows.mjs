/* flows -- whole ways of people through the product: a resident without JavaScript asks for help; a dispatcher logs in
   and works by keyboard; an administrator plans a successor. BASE_URL, ACCOUNTS(_FILE) with "dispatcher", "admin" and "vars":
   { "code": building code, "post": a post that somebody holds }. ONLY=text runs those whose name holds it. */
/* SPDX-License-Identifier: Apache-2.0 */
import { VIEWS, fill, launch, login, open, settings, shot, tally } from './lib.mjs';

const { base, accounts, vars } = settings(), only = process.env.ONLY || '';
const shots = process.env.SHOTS || 'shots', t = tally(), browser = await launch();
/* Runs one flow; `step` throws on what is wrong, the flow's failure is the first one. */
async function flow(name, view, more, run) {
    if (!name.includes(only)) return;
    const { context, page, take } = await open(browser, base, view, more);
    page.setDefaultTimeout(8000);
    const bad = [];
    try {
        await run(page);
    } catch (e) {
        bad.push(`at ${new URL(page.url()).pathname}: ${e.message.split('\n')[0]}`);
        await shot(page, shots, `flow-${name.replace(/\W+/g, '-')}-failed`).catch(() => {});
    }
    t.check(name, [...bad, ...take().filter((x) => !x.includes('ERR_INTERNET_DISCONNECTED'))]);
    await context.close();
}
function must(ok, what) { if (!ok) throw new Error(what); }

const text = `厨房水管漏水，试一下 ${Date.now() % 100000}`;
let secret; /* the link the resident keeps */
await flow('resident asks for help without script', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/b/{code}', vars));
    await page.click('a[href^="/help"]');
    must(new URL(page.url()).pathname === '/help', 'the red tile did not lead to /help');
    const key = await page.getAttribute('form[action="/help"] [name=key]', 'value');
    must(/^[0-9a-f-]{36}$/i.test(key || ''), 'the form carries no UUID in the hidden field key');
    must(await page.inputValue('[name=place]'), 'the building was not carried over in field place');
    await page.fill('[name=text]', text);
    await page.fill('[name=contact]', '13800000000');
    await shot(page, shots, 'flow-help-filled');
    await page.click('form[action="/help"] button:not([type=button])');
    const at = new URL(page.url());
    must(/^\/n\/[^/]+$/.test(at.pathname) && at.searchParams.get('k'), `did not land on /n/{id}?k=: ${at.pathname}`);
    secret = at.pathname + at.search;
    const shown = await page.innerText('main');
    must(/\d{4}-\d{3,}|编号\s*\S+/.test(shown), 'shows no number');
    must(shown.includes(text), 'does not show what was asked');
    must(await page.locator(`a[href*="k="]`).count() > 0 || shown.includes(at.search), 'shows no link to come back with');
    await shot(page, shots, 'flow-need');
});
await flow('the link opens again and a reload does not ask twice', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    must(secret, 'no link from the flow before');
    const r = await page.goto(base + secret);
    must(r.status() === 200 && r.request().method() === 'GET', `status ${r.status()}`);
    const wrong = await page.goto(base + secret.replace(/k=[^&]+/, 'k=wrong'));
    must(wrong.status() === 404 || wrong.status() === 403, `a wrong key answers ${wrong.status()}`);
});
await flow('an empty request comes back with the error under the field', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/help?b={code}', vars));
    await page.fill('[name=contact]', '1380000');
    /* the browser's own check is off, the server's must speak */
    await page.evaluate(() => document.querySelectorAll('form').forEach((f) => { f.noValidate = true; }));
    const [reply] = await Promise.all([page.waitForNavigation(), page.click('form[action="/help"] button:not([type=button])')]);
    must(reply.status() === 422, `status ${reply.status()}, expected 422`);
    must(await page.locator('.err').count() > 0, 'no .err under a field');
    must(await page.inputValue('[name=contact]') === '1380000', 'what was typed is lost');
});
await flow('dispatcher logs in and finds it by keyboard', VIEWS[2], {}, async (page) => {
    must(accounts.dispatcher, 'no account given for dispatcher');
    await login(page, base, accounts.dispatcher);
    if (new URL(page.url()).pathname !== '/d/board') await page.goto(base + '/d/board');
    await page.waitForSelector('[data-list] .qi');
    must((await page.innerText('main')).includes(text.slice(-5)), 'the new request is not on the board');
    await page.keyboard.press('j');
    must(await page.locator('.qi[aria-current]:focus').count() === 1, 'J does not move to an item');
    await page.keyboard.press('k');
    await page.keyboard.press('/');
    must(await page.locator('[data-key="/"]:focus').count() === 1, '/ does not reach the search');
    await page.keyboard.press('Escape');
    await shot(page, shots, 'flow-board', false);
    /* every control is reachable with Tab and shows where the focus is */
    for (let i = 0; i < 12; i++) {
        await page.keyboard.press('Tab');
        const seen = await page.evaluate(() => {
            const e = document.activeElement, s = getComputedStyle(e);
            return e === document.body || s.outlineStyle !== 'none' || s.boxShadow !== 'none';
        });
        must(seen, `focus ${i + 1} is not visible`);
    }
});
await flow('dispatcher takes it in and signs out, hands on the keys only', VIEWS[2], {}, async (page) => {
    await login(page, base, accounts.dispatcher);
    await page.goto(base + '/d/board');
    const mine = page.locator('.qi', { hasText: text.slice(-5) }), at = page.locator('#detail', { hasText: text.slice(-5) });
    for (let i = 0; i < 100 && !(await mine.getAttribute('aria-current')); i++) await page.keyboard.press('j');
    await at.waitFor();
    await page.locator('#detail:not([aria-busy])').waitFor();
    must(await mine.evaluate((q) => q === document.activeElement), 'the focus is not on the chosen item');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('a')]);
    must((await page.innerText('#detail [role=status]')).length > 0, 'A took nothing in: no word of what was done');
    for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.getAttribute('href') === '/hat')); i++) await page.keyboard.press('Tab');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.innerText === '退出登录')); i++) await page.keyboard.press('Tab');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await page.goto(base + '/d/board');
    must(new URL(page.url()).pathname === '/login', 'is still signed in');
});
await flow('on a small desktop the menu stays in one row, and the board keeps its lanes under a bar', { width: 1280, height: 800 }, {}, async (page) => {
    for (const role of ['clerk', 'duty_lead', 'leader', 'dispatcher']) {
        await page.context().clearCookies();
        await login(page, base, accounts[role]);
        await page.goto(base + ({ clerk: '/k/intake', dispatcher: '/d/board' }[role] || '/l/desk'));
        const tops = await page.evaluate(() => [...document.querySelectorAll('.hd nav > ul > li')].map((l) => Math.round(l.getBoundingClientRect().y)));
        must(tops.length > 1 && new Set(tops).size === 1, `${role}: the menu stands in ${new Set(tops).size} rows`);
    }
    for (const bars of [0, 1, 2]) {
        if (bars) await page.evaluate(() => document.querySelector('.lanes').insertAdjacentHTML('beforebegin', '<p class="bar x all mb3" role="status"><span class="sp">外发消息现在发不出去</span></p>'));
        const covered = await page.evaluate(() => [...document.querySelectorAll('.lanes .lane')].filter((l) => {
            const r = l.getBoundingClientRect();
            return !l.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2));
        }).length);
        must(covered === 0, `${covered} lanes are covered with ${bars} bars`);
        must(await page.evaluate(() => document.querySelector('main').getBoundingClientRect().bottom <= innerHeight + 1), 'the board does not end on the screen');
        await shot(page, shots, `flow-board-1280-${bars}`, false);
    }
});
for (const script of [true, false])
    await flow(`on a phone a tap on the list leads to the need, ${script ? 'with' : 'without'} script`, VIEWS[0], { javaScriptEnabled: script }, async (page) => {
        await login(page, base, accounts.dispatcher);
        await page.goto(base + '/d/board');
        const second = page.locator('.qi').nth(1), name = await second.locator('b').first().innerText();
        await second.click();
        const detail = page.locator('#detail', { hasText: name });
        await detail.waitFor();
        await page.waitForURL(/id=\d+/);
        const top = (await detail.boundingBox()).y;
        must(top >= 0 && top < 740, `the need stands ${Math.round(top)} px down`);
        await page.click('a[href="#queue"]');
        must((await page.locator('#queue').boundingBox()).y < 740, 'the way back to the list leads elsewhere');
    });
for (const script of [true, false])
    await flow(`somebody offers help on a phone, ${script ? 'with' : 'without'} script`, VIEWS[0], { javaScriptEnabled: script }, async (page) => {
        let taps = 0, typed = 0;
        const tap = async (what) => { taps++; await page.click(what); };
        const type = async (field, words) => { typed++; await page.fill(`[name=${field}]`, words); };
        await page.goto(base + fill('/give?b={code}', vars));
        await tap('#skills summary >> nth=0');
        await tap('#skills details[open] .chip >> nth=0');
        await tap('label[for=when-work_eve]');
        await type('name', `新来的${script ? '甲' : '乙'}`);
        await type('contact', `0551-0000 ${script ? 4411 : 4412}`);
        await tap('[name=agrees_match]');
        await tap('form[action="/give"] .foot button');
        must(/^\/v\/\d+$/.test(new URL(page.url()).pathname), `did not land on his own page but on ${page.url()}`);
        const shown = await page.innerText('main');
        must(/四位数字\s*\d{4}/.test(shown), 'shows no number and word to come back with');
        must(taps <= 6 && typed <= 3, `${taps} taps and ${typed} fields are no two minutes`);
        /* half-hours of one day, then resting and coming back in one tap */
        await page.click('a[href*="/times"]');
        await page.click('details summary >> nth=1');
        await page.click('details[open] .chip >> nth=0');
        await page.click('button:has-text("记下来")');
        must((await page.innerText('main')).includes('6:00–6:30'), 'the half-hour is not kept');
        await page.click('a[href*="/pause"]');
        await page.click('form[action$="/pause"] button');
        must((await page.innerText('main')).includes('先歇一歇'), 'does not rest');
        await page.click('form[action$="/resume"] button');
        must((await page.innerText('main')).includes('欢迎回来'), 'did not come back');
        console.log(`note offering help: ${taps} taps, ${typed} fields`);
    });
await flow('the helper says yes, goes, and the four digits make the hours count', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/v/{helper}?k={helper_key}', vars));
    await page.click('a[href*="/edit"]'); /* he has promised his one time of the week */
    await page.fill('[name=week_max]', '3');
    await page.click('button:has-text("记下来")');
    await page.click('a[href*="/tasks"]');
    await page.click(fill('a[href*="/task/{offer}"]', vars));
    await page.click('form[action$="/accept"] button');
    must((await page.innerText('main')).includes('就能看到门牌'), 'the yes is not shown');
    await page.goto(base + fill('/n/{agreed}/help?k={agreed_key}', vars));
    await page.click('form[action*="/agree"] button');
    await page.goto(base + fill('/v/{helper}/task/{agreed_offer}/hours?k={helper_key}', vars));
    const day = new Date(Date.now() + 8 * 3600e3 - 864e5).toISOString().slice(0, 10);
    await page.fill('[name=day]', day);
    await page.fill('[name=started_at]', '09:00');
    await page.fill('[name=ended_at]', '10:30');
    await page.fill('[name=word]', vars.agreed_word);
    await page.click('button:has-text("办好了")');
    must((await page.innerText('body')).includes('算上了'), 'does not count at once');
    await page.goto(base + fill('/v/{helper}/hours?k={helper_key}', vars));
    must((await page.innerText('main')).includes('1.5 小时'), 'the hours are not in his list');
});
await flow('a helper who cannot come says so in one tap', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/v/{helper}/task/{offer}?k={helper_key}', vars));
    await page.click('form[action$="/cannot"] button');
    must(!(await page.innerText('main')).includes('临时来不了了'), 'is still asked');
});
await flow('a certificate is printed and found again by anybody', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/v/{giver}/hours?k={giver_key}', vars));
    must((await page.innerText('main')).includes('公示中'), 'does not say that it is shown first');
    await page.click('a[href*="/print/cert/"]');
    const form = await page.locator('form[action$="certificate.pdf"]').evaluate((f) => [f.action, [...new FormData(f)]]);
    const pdf = await page.request.post(form[0], { form: Object.fromEntries(form[1]) });
    must(pdf.status() === 200 && (await pdf.body()).subarray(0, 5).toString() === '%PDF-', `no PDF but ${pdf.status()}`);
    await page.goto(base + '/verify');
    await page.fill('[name=n]', vars.cert_number);
    await page.click('button:has-text("查一查")');
    const shown = await page.innerText('main');
    must(shown.includes('公示中') && shown.includes(vars.cert_number), 'the certificate is not found');
    must(!shown.includes('周师傅'), 'tells a name');
});
await flow('what to bring, where it is open, and a time booked without a name, on a phone without script', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    let taps = 0;
    const tap = async (what) => { taps++; await page.click(what); };
    await page.goto(base + '/');
    await tap('a[href="/s"] >> nth=0');
    await page.fill('[name=q]', '想看看社保交了多少');
    await tap('form[action="/s"] button');
    await tap('main ul a >> nth=0');
    const shown = await page.innerText('main');
    must(shown.includes('要带什么') && shown.includes('身份证原件'), 'does not say what to bring');
    must(/海恒社区党群服务中心\s*(开着|还没开|现在休息|今天|停开)/.test(shown), 'does not say whether it is open now');
    await shot(page, shots, 'flow-guide');
    await tap('a[href$="/book"]');
    await tap('a[href*="site=HH-ZX"]');
    await tap('details[open] .chip >> nth=0');
    await tap('button:has-text("就约这个时间")');
    must(/^\/q\/\d+$/.test(new URL(page.url()).pathname), `landed on ${page.url()}`);
    must(/Q-\d{6}-\d{4}/.test(await page.innerText('main')), 'shows no number to come with');
    must(taps <= 8, `${taps} taps`);
    console.log(`note booking a time: ${taps} taps, 1 field, no name`);
    await page.click('button:has-text("退掉")');
    must((await page.innerText('main')).includes('退掉了'), 'the time is not given back');
});
await flow('a form is filled in, printed and kept by nobody', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + '/s/elder-money');
    await page.click('a[href$="/form"]');
    await page.fill('[name=f0]', '王奶奶');
    await page.fill('[name=f1]', '3401 不是真的');
    await page.click('main form button.t');
    must((await page.innerText('main')).includes('3401 不是真的'), 'the paper does not hold what was typed');
    await page.goto(base + '/s/elder-money/form');
    must(await page.inputValue('[name=f1]') === '', 'something was kept');
});
await flow('a clerk calls, serves and hands home a list, hands on the keys only', VIEWS[2], {}, async (page) => {
    await login(page, base, accounts.clerk);
    await page.goto(base + fill('/k/queue?lane={lane}&c=3', vars));
    const press = async (key) => { await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]); };
    await press('n');
    const label = (await page.innerText('section[aria-label="在办的"] .f3')).trim();
    must(/^B\d{3}$/.test(label), `N called nobody but ${label}`);
    await press('r');
    must((await page.innerText('main')).includes('叫了 2 次'), 'R does not call again');
    await press('s');
    await page.keyboard.press('m'); /* unfolds; then the fields by Tab alone */
    for (let i = 0; i < 8 && !(await page.evaluate(() => document.activeElement.name === 'missing')); i++) await page.keyboard.press('Tab');
    await page.keyboard.type('居住证');
    await page.keyboard.press('Tab');
    await press('Enter');
    must((await page.innerText('[role=status]')).includes(`${label}：回去补材料`), 'M wrote nothing down');
    await press('t');
    const paper = await page.innerText('main');
    must(paper.includes('一次性告知单') && paper.includes('居住证'), 'T prints no list');
    await page.goto(base + fill('/k/queue?lane={lane}&c=3', vars));
    must(!(await page.innerText('#waiting')).includes(label), 'who went home still waits');
    await shot(page, shots, 'flow-counter');
});
await flow('who waits sees his call without touching the page', VIEWS[0], {}, async (page) => {
    const clerk = await open(browser, base, VIEWS[2]);
    await login(clerk.page, base, accounts.clerk);
    await clerk.page.goto(base + '/queue/HH-ZX');
    await clerk.page.goto(base + fill('/k/queue?lane={lane}&c=3', vars));
    await Promise.all([clerk.page.waitForNavigation(), clerk.page.click('button:has-text("替人取号")')]);
    const mine = await clerk.page.getAttribute('a[href^="/q/"]', 'href');
    await page.goto(base + mine);
    must(/前面还有 \d+ 位|下一个就是您/.test(await page.innerText('#turn')), 'does not say where he stands');
    const called = page.locator('#turn', { hasText: '请到 3 号窗口' });
    await clerk.page.goto(base + fill('/k/queue?lane={lane}&c=3', vars));
    for (let i = 0; i < 6 && !(await called.count()); i++) {
        if (await clerk.page.locator('[data-key=d]').count()) await Promise.all([clerk.page.waitForNavigation(), clerk.page.keyboard.press('d')]);
        const before = await page.innerText('#turn');
        await Promise.all([clerk.page.waitForNavigation(), clerk.page.keyboard.press('n')]);
        await page.waitForFunction((was) => document.getElementById('turn').innerText !== was, before);
    }
    must(await called.count() === 1, 'was not called in his turn');
    await clerk.context.close();
});
await flow('an errand is asked for, authorised for listed papers, and taken back', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + '/s/elder-money');
    await page.click('a[href$="/errand"]');
    await page.fill('[name=where]', vars.code);
    await page.fill('[name=contact]', '0551-0000 0043');
    await page.click('main form button.t');
    must(/^\/errand\/\d+$/.test(new URL(page.url()).pathname), `landed on ${page.url()}`);
    must((await page.innerText('main')).includes('前有人给您打电话'), 'no promise is made');
    await page.click('button:has-text("不办了")');
    must((await page.innerText('main')).includes('不办了'), 'is not taken back');
    await page.goto(base + fill('/errand/{errand_held}?k={errand_held_key}', vars));
    must((await page.innerText('main')).includes('在我们这里'), 'does not say where the papers are');
});
let when; /* the time that somebody has booked: the next one comes too late */
await flow('a room is booked on a phone without script or account', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    let taps = 0, typed = 0;
    const tap = async (what) => { taps++; await page.click(what); };
    const type = async (field, words) => { typed++; await page.fill(`[name=${field}]`, words); };
    await page.goto(base + fill('/site/{site}', vars));
    await tap('a[href$="/rooms"]');
    await tap('nav .chip >> nth=5');
    await tap(fill('a[href^="/book/{room}"]', vars));
    when = await page.getAttribute('a[href*="/new?at="] >> nth=3', 'href');
    await tap('a[href*="/new?at="] >> nth=3');
    await tap('label[for=purpose]'); /* the first one */
    await type('heads', '6');
    await type('name', '孙师傅');
    await type('contact', '0551-0000 4421');
    await tap('form .foot button');
    must(/^\/booked\/\d+$/.test(new URL(page.url()).pathname), `did not land on his own page but on ${page.url()}`);
    const shown = await page.innerText('main');
    must(shown.includes('订好了') && /四位数字\s*\d{4}/.test(shown), 'shows no number and word to come back with');
    must(taps <= 6 && typed <= 3, `${taps} taps and ${typed} fields`);
    await shot(page, shots, 'flow-booked');
    console.log(`note booking a room: ${taps} taps, ${typed} fields`);
});
await flow('who comes second has another time with one press, or waits', VIEWS[1], { javaScriptEnabled: false }, async (page) => {
    must(when, 'nobody has booked before');
    await page.goto(base + when);
    await page.click('label[for=purpose-class]');
    await page.fill('[name=heads]', '5');
    await page.fill('[name=name]', '钱师傅');
    await page.fill('[name=contact]', '0551-0000 4422');
    await page.click('form .foot button');
    must((await page.innerText('main')).includes('这个时间已经有人订了'), 'nothing says that it is taken');
    must(await page.locator('button[name=pick]').count() === 3, 'there are not three other times');
    must(await page.inputValue('[name=name]') === '钱师傅' && await page.isChecked('#purpose-class'), 'what was typed is lost');
    await shot(page, shots, 'flow-book-taken');
    const other = (await page.innerText('button[name=pick] >> nth=0')).trim();
    await page.click('button[name=pick] >> nth=0');
    const shown = await page.innerText('main');
    must(shown.includes('订好了'), 'the other time is not his');
    must(other.split(/\s+/).every((w) => shown.includes(w)), `got another time than ${other}`);
    await page.click('button:has-text("不用了")');
    must((await page.innerText('main')).includes('退了'), 'it is not given back');
});
await flow('the centre cancels: another time is one tap away', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/booked/{shut}?k={shut_key}', vars));
    must((await page.innerText('main')).includes('修空调'), 'does not say why');
    must(await page.locator('button[name=pick]').count() === 3, 'there are not three other times');
    await page.click('button[name=pick] >> nth=1');
    must((await page.innerText('main')).includes('订好了'), 'the other time is not his');
});
await flow('a clerk answers what waits for an answer, by keys alone', VIEWS[2], { javaScriptEnabled: false }, async (page) => {
    await login(page, base, accounts.clerk);
    await page.goto(base + '/w/rooms');
    await tab_to(page, fill('a[href="/w/booking/{to_answer}"]', vars));
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await tab_to(page, 'form[action$="/approve"] button');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    must((await page.innerText('h1')).includes('订好了'), 'it is not answered');
    await page.goto(base + '/w/rooms');
    must((await page.innerText(fill('section:has(a[href="/w/booking/{to_answer}"])', vars))).includes('要告诉本人的'), 'it still waits for an answer');
});
await flow('a wrong password says so and keeps the name', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + '/login');
    must(await page.locator('form[action="/login"] [name=csrf]').count() === 1, 'the login form has no csrf field');
    await page.fill('[name=login]', 'nobody');
    await page.fill('[name=password]', 'wrong');
    await page.press('[name=password]', 'Enter');
    await page.waitForLoadState('load');
    must(new URL(page.url()).pathname === '/login', 'left /login');
    must(await page.locator('[role=alert], .err').count() > 0, 'no message');
    must(await page.inputValue('[name=login]') === 'nobody', 'the name is lost');
});
await flow('type size works without script', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + fill('/b/{code}', vars));
    await page.click('form.md [value=elder]');
    must(await page.getAttribute('html', 'data-m') === 'elder', 'html has no data-m=elder after the click');
    must(new URL(page.url()).pathname === fill('/b/{code}', vars), 'did not come back to the page');
});
await flow('without a net: what was typed stays, a page says so, and all goes on when the net is back', VIEWS[0], { serviceWorkers: 'allow' }, async (page) => {
    const help = base + fill('/help?b={code}', vars), words = '断网的时候写的一句话';
    await page.goto(help);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await page.fill('[name=text]', words);
    await page.waitForFunction((w) => Object.keys(localStorage).some((k) => localStorage.getItem(k).includes(w)), words);
    await page.context().setOffline(true);
    await page.click('form[action="/help"] button.p');
    must((await page.innerText('#no-net')).includes('还在'), 'nothing says that it was not sent');
    must(await page.inputValue('[name=text]') === words, 'the words are lost');
    await page.goto(base + '/rates');
    must((await page.innerText('main')).includes('网不太好'), 'the browser shows its own page');
    must(await page.evaluate(() => getComputedStyle(document.querySelector('.card')).borderRadius !== '0px'), 'the page is bare');
    await shot(page, shots, 'flow-offline');
    await page.context().setOffline(false);
    await Promise.all([page.waitForNavigation(), page.click('a.btn.t')]);
    must(new URL(page.url()).pathname === '/rates' && !(await page.innerText('main')).includes('网不太好'), 'did not go on');
    await page.goto(help);
    must(await page.inputValue('[name=text]') === words, 'the words did not come back');
});
/* Only keys: Tab to a control, Space to choose, Enter to send. */
async function tab_to(page, selector) {
    for (let i = 0; i < 80; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    }
    throw new Error(`Tab never comes to ${selector}`);
}
await flow('the administrator plans a successor by keys alone, without script', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await login(page, base, accounts.admin);
    await page.goto(base + fill('/a/post/{post}?q=王', vars));
    await tab_to(page, 'input[name=person_id]');
    await page.keyboard.press('Space');
    await page.fill('[name=from_at]', `${new Date().getFullYear() + 1}-03-01`);
    await tab_to(page, 'form[action$="/appoint"] button');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    must((await page.innerText('main')).includes('已定，还没到日子'), 'the plan is not shown');
    await tab_to(page, 'form[action$="/end"] [name=sure]');
    await page.keyboard.press('Space');
    await tab_to(page, 'form[action$="/end"] button');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    must((await page.innerText('main')).includes('取消了'), 'the plan was not called off');
});
await flow('a centre closes today: staff say so once, without script', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await login(page, base, accounts.area_staff);
    await page.goto(base + '/w/sites');
    await page.click(fill('a[href="/w/site/{site_area}"]', vars));
    const send = () => Promise.all([page.waitForNavigation(), page.click('form[action$="/notice"] button.t')]);
    await page.fill('[name=from_day]', new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10));
    await page.fill('[name=reason]', '水管抢修');
    await send();
    must((await page.innerText('#late_why-e')).includes('提前七天'), 'nobody asks why it is told so late');
    must(await page.inputValue('[name=reason]') === '水管抢修', 'what was typed is lost');
    await page.fill('[name=late_why]', '早上突然漏水');
    await send();
    must((await page.innerText('main')).includes('记下来了'), 'nothing says that it is told');
});
await flow('a neighbour sees it beside the name, and asks for a meal to be brought', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    let taps = 0;
    const tap = (s) => { taps++; return Promise.all([page.waitForNavigation(), page.click(s)]); };
    await page.goto(base + fill('/b/{code}', vars));
    must((await page.innerText('main')).includes('水管抢修'), 'the building\'s page does not tell');
    await tap(fill('a[href="/site/{site_area}"]', vars));
    must((await page.innerText('main')).includes('早上突然漏水'), 'the site\'s page does not say why so late');
    await shot(page, shots, 'flow-site-closed');
    await page.goto(base + fill('/b/{code}', vars));
    await tap('a[href^="/canteen"]');
    await tap('a[href^="/help?c=eldercare"]');
    must((await page.inputValue('[name=text]')).includes('送到家'), 'the words are not filled in');
    must(await page.inputValue('[name=place]'), 'the building was not carried over');
    await tap('form[action="/help"] button.p');
    must(/^\/n\//.test(new URL(page.url()).pathname), 'it did not become a need');
    must(taps === 4, `${taps} taps`);
});
/* domain: Granny Cai fetches her grandchild from the 4:30 class, and reads what there is to eat. */
const press = (page, s) => Promise.all([page.waitForNavigation(), page.click(s)]);
let cai;
await flow('Granny Cai signs her grandchild up for the class, without an account', VIEWS[1], { javaScriptEnabled: false }, async (page) => {
    let taps = 0;
    const tap = (s) => { taps++; return press(page, s); };
    await page.goto(base + '/');
    await tap('a[href="/class"]');
    await tap(fill('a[href="/class/join/{term_open}"]', vars));
    must(!(await page.innerText('main')).includes('身份证'), 'an identity card is asked for');
    for (const [name, value] of Object.entries({ name: '蔡小满', guardian: '蔡奶奶', contact: '0551-0000 0044', label1: '外婆', word1: '桂花糖', note: '花生过敏' })) await page.fill(`[name=${name}]`, value);
    await page.check('[name=agrees]');
    await tap('form[action^="/class/join"] button.p');
    must((await page.innerText('#agrees_note-e')).includes('单独'), 'the note needs no consent of its own');
    must(await page.inputValue('[name=word1]') === '桂花糖', 'what was typed is lost');
    await page.check('[name=agrees_note]');
    await tap('form[action^="/class/join"] button.p');
    const text = await page.innerText('main');
    must(text.includes('有位置'), 'there is no place');
    cai = { link: page.url(), number: text.match(/K-[\d-]+/)[0], word: text.match(/四位数字\s+(\d{4})/)[1] };
    must(taps === 4, `${taps} taps`);
    await shot(page, shots, 'flow-class-signed-up');
});
await flow('at four the teacher on duty signs the child in by the word', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await login(page, base, accounts.class_teacher);
    await page.goto(base + fill('/k/class?t={term_open}', vars));
    must(!(await page.innerText('main')).includes('0551'), 'a telephone number is shown unasked');
    await press(page, 'a.row:has-text("蔡小满")');
    await page.fill('#in_word', '棉花糖');
    await press(page, 'form[action$="/arrive"] button[value=word]');
    must((await page.innerText('#word-e')).includes('没对上'), 'a wrong word is no fault');
    await page.fill('#in_word', '桂花糖');
    await press(page, 'form[action$="/arrive"] button[value=word]');
    must((await page.innerText('a.row:has-text("蔡小满")')).includes('在班里'), 'the child is not there');
});
await flow('she reads that it is there, and what the canteen cooks', VIEWS[1], { javaScriptEnabled: false }, async (page) => {
    await page.goto(base + '/find');
    await page.fill('[name=number]', cai.number);
    await page.fill('[name=word]', cai.word);
    await press(page, 'form[action="/find"] button.t');
    must((await page.innerText('main')).includes('到（外婆）'), 'nothing says that it is there');
    must((await page.innerText('main')).includes('还没有人看过'), 'somebody has looked');
    await page.goto(base + '/class');
    await press(page, 'main a[href="/canteen"]');
    must((await page.innerText('main')).match(/午饭|今天/), 'no menu is there');
    await shot(page, shots, 'flow-class-canteen');
});
await flow('at six it goes with who says the word; a record is opened with a purpose', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    await login(page, base, accounts.class_teacher);
    await page.goto(base + fill('/k/class?t={term_open}', vars));
    await press(page, 'a.row:has-text("蔡小满")');
    if (!(await page.isVisible('#card'))) await page.click('details:has(form[action$="/open"]) summary'); /* an alarm has opened it */
    await page.click('label[for=purpose-unwell]');
    await page.fill('#card', vars.card_open);
    await press(page, 'form[action$="/open"] button[value=note]');
    must((await page.innerText('main')).includes('花生过敏'), 'the note does not open');
    await page.fill('#out_word', '桂花糖');
    await press(page, 'form[action$="/collect"] button[value=word]');
    must((await page.innerText('a.row:has-text("蔡小满")')).includes('接走'), 'the child has not gone');
});
await flow('and Granny Cai reads who looked, and why', VIEWS[1], { javaScriptEnabled: false }, async (page) => {
    await page.goto(cai.link);
    const text = await page.innerText('main');
    must(text.includes('接走（外婆）'), 'nothing says that it was fetched');
    must(text.includes('健康情况：不舒服、受伤'), 'the opening is not told');
    await shot(page, shots, 'flow-class-who-looked');
});
await flow('somebody waits for a place, is moved up, and says yes', VIEWS[0], { javaScriptEnabled: false }, async (page) => {
    let taps = 0;
    const tap = (s) => { taps++; return press(page, s); };
    await page.goto(base + fill('/e/{event_last}', vars));
    must((await page.innerText('main')).includes('满了'), 'it is not full');
    await tap('a[href$="/join"]');
    await page.fill('[name=name]', '钱师傅');
    await tap('form[action$="/join"] button.p');
    must((await page.innerText('main')).includes('候补第 1'), 'nothing says where he stands');
    const link = page.url().replace('&new=1', '');
    await page.goto(base + fill('/joined/{last}?k={last_key}', vars));
    await tap('form[action$="/give"] button');
    await page.goto(link);
    must((await page.innerText('main')).includes('轮到您了'), 'he is not moved up');
    await tap('form[action$="/confirm"] button');
    must((await page.innerText('main')).includes('有您的位置'), 'the place is not his');
    must(taps === 4, `${taps} taps`);
    await shot(page, shots, 'flow-activity-moved-up');
});
await browser.close();
t.end();
