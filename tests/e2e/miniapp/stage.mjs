// SPDX-License-Identifier: MIT
// The browser, the sandbox's control API, and what all scenarios need.
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';

const require = createRequire(new URL('../../../apps/miniapp/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

export const APP = process.env.QENT_E2E_APP;
export const SANDBOX = process.env.QENT_E2E_SANDBOX;
const SHOTS = process.env.QENT_E2E_SHOTS;
// Ends what would wait for ever. Busy machines are slow: nothing here may depend on how long it is.
const WAIT_MS = 60_000;

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-popup-blocking',
];

export async function control(path, body) {
  const answer = await fetch(`${SANDBOX}/control${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {});
  if (!answer.ok)
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export const person = (id, language, name = 'Anna') =>
  control('/telegram/users', { id, first_name: name, language_code: language });
export const initData = async (id, more = {}) => (await control('/telegram/init-data', { user_id: id, ...more })).init_data;
export const payments = async (order) => (await control(`/yookassa/payments?order_id=${order}`)).payments;

export async function until(what, check) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const value = await check();
    if (value)
      return value;
    if (Date.now() > end)
      throw new Error(`waited for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };

/** The built pages on a server of their own, without an API, which can break and go away. */
export async function serveFiles() {
  let broken = false;
  const server = createServer((request, answer) => {
    if (broken) {
      answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
      return;
    }
    const path = new URL(request.url, 'http://x').pathname.replace(/^\/app\//, '').replace(/(^|\/)$/, '$1index.html');
    readFile(join(process.env.QENT_E2E_OUT, path)).then(
      (body) => answer.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain' }).end(body),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${server.address().port}/app/`,
    breakDown: () => {
      broken = true;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

const appFrames = (page) => page.frames().filter((frame) => !frame.url().startsWith(SANDBOX));

/** Runs in the page: until pictures are there and what moves has stopped, but for what never does. */
async function standStill() {
  const moving = document.getAnimations().filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity);
  const waits = [...moving.map((animation) => animation.finished), ...[...document.images].map((image) => image.decode())];
  await Promise.allSettled(waits);
}

/** Until every answer is on the screen. */
async function settled(page) {
  for (const frame of appFrames(page)) {
    await frame.locator('h1').first().waitFor();
    await frame.locator('.bone, [aria-busy=true]').first().waitFor({ state: 'detached' });
    await frame.evaluate(standStill);
  }
}

/** Runs in the page: a native client with secure storage, which begins with `kept`. */
function nativeClient(kept) {
  window.kept = { ...kept };
  window.TelegramWebviewProxy = {
    postEvent(type, text) {
      const data = JSON.parse(text ?? '{}');
      const reply = (name, more) => setTimeout(() => window.Telegram.WebView.receiveEvent(name, { req_id: data.req_id, ...more }));
      if (type === 'web_app_secure_storage_save_key') {
        window.kept[data.key] = data.value;
        reply('secure_storage_key_saved');
      } else if (type === 'web_app_request_file_download') {
        window.downloads = [...(window.downloads ?? []), data];
      } else if (type === 'web_app_secure_storage_get_key') {
        reply('secure_storage_key_received', { value: window.kept[data.key] ?? null });
      }
    },
  };
}

export class Stage {
  /** Page errors, violations of the policy, and calls to anybody else: any of them fails the scenario. */
  faults = [];

  static async open() {
    const stage = new Stage();
    await mkdir(SHOTS, { recursive: true });
    stage.browser = await chromium.launch({ executablePath: process.env.QENT_E2E_CHROMIUM, args: flags, timeout: WAIT_MS });
    return stage;
  }

  async close() {
    await this.browser.close();
  }

  /** Ends a profile and its pages, also in the middle of an answer to them. */
  async leave(context) {
    for (const page of context.pages())
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  }

  /** A new browser profile. */
  async page({ width = 390, height = 844, dark = false, locale = 'ru-RU', touch = true, worker = false } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale, timezoneId: 'Europe/Moscow',
      hasTouch: touch, serviceWorkers: worker ? 'allow' : 'block', permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1')
        this.faults.push(`asked ${hostname}`);
    });
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(text))
        this.faults.push(text);
    });
    return page;
  }

  /** The app alone, as native clients show it, without buttons outside of the page. */
  async app(user, { screen = '', language = 'ru', theme, routes = [], launch, secure, address = APP, ...look } = {}) {
    const page = await this.page({ locale: language === 'ru' ? 'ru-RU' : 'en-GB', ...look });
    for (const [path, handler] of routes)
      await page.route(path, handler);
    await person(user, language);
    if (secure)
      await page.addInitScript(nativeClient, secure);
    const hash = new URLSearchParams({
      tgWebAppData: launch ?? (await initData(user)), tgWebAppVersion: secure ? '9.0' : '8.0', tgWebAppPlatform: 'android',
      tgWebAppThemeParams: JSON.stringify(theme ?? {}),
    });
    await page.goto(`${address}${screen}#${hash}`);
    return page;
  }

  /** The app in the sandbox's chat, which plays Telegram's web client. */
  async chat(user, { language = 'ru', ...look } = {}) {
    await person(user, language);
    const page = await this.page({ locale: language === 'ru' ? 'ru-RU' : 'en-GB', ...look });
    await page.goto(`${SANDBOX}/chat?user=${user}`);
    await control('/telegram/send', { user_id: user, text: '/start' });
    // The chat puts its messages in anew whenever one comes: a press and its release may miss each other.
    await page.locator('#messages button[data-mark=app]').last().dispatchEvent('click');
    const app = page.frameLocator('#sheet-body iframe');
    // The same button closes the app until that has asked for a way back.
    const back = page.locator('#sheet-back').filter({ hasText: 'Back' });
    // The bot's button leads to the plans.
    await app.getByRole('heading', { name: language === 'ru' ? 'Выберите тариф' : 'Choose a plan' }).waitFor();
    await back.click();
    return { page, app, main: page.locator('#main-button'), back };
  }

  async shot(page, name, fullPage = false) {
    await settled(page);
    await this.picture(page, name, fullPage);
  }

  /** The page as it is at this moment. */
  picture(page, name, fullPage = false) {
    return page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  }

  /** What axe finds, small touch targets, and a page wider than the screen are failures. */
  async inspect(page, name) {
    await settled(page);
    for (const frame of appFrames(page)) {
      // As an evaluated text, which the page's policy does not stop.
      await frame.evaluate(axeSource);
      const found = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      const problems = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ').slice(0, 300)}`);
      const small = await frame.evaluate(() =>
        [...document.querySelectorAll('button, a[href], summary, label:has(input)')]
          .map((el) => [el, el.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
          .map(([el, box]) => `small target ${Math.round(box.width)}x${Math.round(box.height)}: ${el.textContent}`));
      const wide = await frame.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      problems.push(...small, ...(wide ? ['wider than the screen'] : []));
      if (problems.length)
        throw new Error(`${name}: ${problems.join('\n  ')}`);
    }
    this.noFaults(name);
  }

  noFaults(name) {
    if (this.faults.length)
      throw new Error(`${name}: ${this.faults.join('\n  ')}`);
  }

  /** Nothing may be kept in the browser. */
  async nothingKept(page) {
    for (const frame of appFrames(page)) {
      const kept = await frame.evaluate(async () => [
        ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
        ...(await indexedDB.databases()).map((d) => d.name), ...(await caches.keys()),
      ].filter(Boolean));
      if (kept.length)
        throw new Error(`kept in the browser: ${kept.join(', ')}`);
    }
  }
}
