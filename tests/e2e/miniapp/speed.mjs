// SPDX-License-Identifier: MIT
// Times on a slow phone (Chromium's Slow 4G, CPU 4x slower): medians of several visits. Started by
// "run.py --speed"; a report, not a test.
import { APP, initData, person, Stage } from './stage.mjs';

const VISITS = 5;
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs in the page: notes when the first frame with a heading of the screen was drawn. */
function watchHeading() {
  const seen = new MutationObserver(() => {
    if (!document.querySelector('h2'))
      return;
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.usefulAt = performance.now();
    }));
  });
  seen.observe(document, { childList: true, subtree: true });
}

async function visit(page, address) {
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.usefulAt);
  return page.evaluate(() => ({
    paint: Math.round(performance.getEntriesByName('first-paint')[0]?.startTime ?? 0),
    useful: Math.round(window.usefulAt),
  }));
}

const stage = await Stage.open();
await person(2900, 'ru');
const times = { first: [], repeat: [] };
for (let i = 0; i < VISITS; i++) {
  const page = await stage.page();
  await page.addInitScript(watchHeading);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const hash = new URLSearchParams({ tgWebAppData: await initData(2900), tgWebAppVersion: '8.0', tgWebAppPlatform: 'android', tgWebAppThemeParams: '{}' });
  times.first.push(await visit(page, `${APP}#${hash}`));
  await page.goto('about:blank');
  times.repeat.push(await visit(page, `${APP}#${hash}`));
  await page.context().close();
}
for (const [kind, list] of Object.entries(times))
  console.log(`${kind} visit: first paint ${median(list.map((t) => t.paint))} ms, first useful paint ${median(list.map((t) => t.useful))} ms (median of ${VISITS})`);
await stage.close();
