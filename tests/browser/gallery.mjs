/* gallery -- checks the gallery pages in all looks; `node gallery.mjs serve [port]` only shows them. */
/* SPDX-License-Identifier: Apache-2.0 */
import { readdirSync } from 'node:fs';
import { VIEWS, dress, inspect, launch, open, serveTree, shot, tally } from './lib.mjs';

const names = readdirSync(new URL('.', import.meta.url)).filter((n) => /^gallery.*\.html$/.test(n));
if (process.argv[2] === 'serve') {
    const { base } = await serveTree(Number(process.argv[3] || 8090));
    for (const n of names) console.log(`${base}/tests/browser/${n}`);
} else {
    const shots = process.env.SHOTS || 'shots', t = tally();
    const tree = await serveTree(), browser = await launch();
    const views = [...VIEWS, { name: 'deskdark', width: 1440, height: 900, dark: true }, { name: 'deskelder', width: 1440, height: 900, elder: true }, { name: 'wall', width: 1920, height: 1080 }];
    for (const n of names) {
        for (const v of views) {
            const { context, page, take } = await open(browser, tree.base, v);
            await page.goto(`${tree.base}/tests/browser/${n}`);
            await dress(page, v);
            const bad = await inspect(page);
            await shot(page, shots, `${n.replace('.html', '')}-${v.name}`);
            t.check(`${n} ${v.name}`, [...bad, ...take()]);
            await context.close();
        }
    }
    await browser.close();
    tree.close();
    t.end();
}
