// SPDX-License-Identifier: MIT
// Started by run.py.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { APP, control, initData, payments, person, serveFiles, Stage, until } from './stage.mjs';

const GB = 2 ** 30;
const json = (body, status = 200, headers = {}) => (route) =>
  route.fulfill({ status, contentType: status < 400 ? 'application/json' : 'application/problem+json', headers, body: JSON.stringify(body) });
const problem = (slug, status, headers) =>
  json({ type: `urn:qentvpn:problem:${slug}`, title: slug, status, detail: slug }, status, headers);

const now = Math.floor(Date.now() / 1000);
const glance = (more = {}) => ({
  id: 3, plan: 'month', status: 'active', expires_at: now + 12 * 86400, traffic_limit_bytes: 100 * GB, traffic_used_bytes: 37.5 * GB, ...more,
});
const me = (subscriptions, more = {}) => ({
  id: 1, telegram_id: 1, name: 'Anna', username: 'anna', language: 'ru', role: 'user', created_at: now, now,
  shop: { name: 'QentVPN', support_url: 'https://t.me/support' }, subscriptions, ...more,
});

const nodeChoice = (name, title, country, more = {}) =>
  ({ name, title, country, current: false, available: true, down: false, load_percent: 20, ...more });
const nodes = (list) => ({ subscription_id: 3, nodes: list });
const subscription = (more = {}) => ({
  ...glance(), created_at: now - 86400, device_limit: 3, keys_revision: 1, replicas: 1, nodes: [{ title: 'Germany', country: 'DE' }], ...more,
});
const choices = [
  nodeChoice('de1', 'Germany', 'DE', { current: true, load_percent: 41 }),
  nodeChoice('nl1', 'Netherlands', 'NL', { load_percent: 72 }),
  nodeChoice('fi1', 'Helsinki 1', 'FI', { load_percent: 95 }),
  nodeChoice('us1', 'United States', 'US', { down: true, available: false, load_percent: null }),
  nodeChoice('x1', 'Somewhere', null, { available: false, load_percent: 100 }),
];

const CONF = `[Interface]
PrivateKey = ${'A'.repeat(43)}=
Address = 10.8.0.2/32
DNS = 1.1.1.1
Jc = 5
Jmin = 50
Jmax = 1000
S1 = 68
S2 = 149
H1 = 1106457265
H2 = 249455488
H3 = 1209847463
H4 = 1646644382

[Peer]
PublicKey = ${'B'.repeat(43)}=
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = nl1.example.org:51820
PersistentKeepalive = 25
`;

/** Presses what orders; returns the page to pay on. */
async function pressPay({ page, app }, button) {
  const isOrder = (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/api/v1/orders');
  const [popup] = await Promise.all([
    page.context().waitForEvent('page'),
    page.waitForResponse(isOrder).then(async (answer) => {
      // Where the provider was too slow for the answer, the buyer gets a button.
      if ((await answer.json()).pay_url === null)
        await app.getByRole('button', { name: 'Открыть страницу оплаты' }).click();
    }),
    button.click(),
  ]);
  return popup;
}

/** From the home screen to an order that waits for its payment; returns the order's id. */
async function toPayment(chat, first, plan = 'Месяц') {
  const { app, main } = chat;
  await main.filter({ hasText: first }).click();
  await app.getByText(plan, { exact: true }).click();
  await main.filter({ hasText: 'Продолжить' }).click();
  await app.getByRole('heading', { name: 'Ваш заказ' }).waitFor();
  const popup = await pressPay(chat, main.filter({ hasText: 'Оплатить' }));
  await app.getByRole('heading', { name: 'Ждём оплату' }).waitFor();
  await popup.close();
  const text = await app.getByText(/^Заказ \d+$/).textContent();
  return Number(text.replace(/\D/g, ''));
}

/** Presses a button that copies; returns what it copied. All pages share one clipboard. */
async function copied(page, app, name) {
  await page.evaluate(() => navigator.clipboard.writeText('nothing yet'));
  // The app says so for a moment only, which may be over when we look.
  await app.locator('main').evaluate((main) => {
    window.told = new Promise((done) => new MutationObserver(() => {
      if ([...main.querySelectorAll('button')].some((button) => button.textContent === 'Скопировано'))
        done();
    }).observe(main, { subtree: true, childList: true, characterData: true }));
  });
  await app.getByRole('button', { name, exact: true }).click();
  await app.locator('main').evaluate(() => window.told);
  return page.evaluate(() => navigator.clipboard.readText());
}

const scenarios = {
  async 'first visit to key in hand'(stage) {
    const chat = await stage.chat(2001);
    const { page, app, main, back } = chat;
    await app.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
    await stage.inspect(page, 'welcome');
    await stage.shot(page, 'chat-welcome');
    await main.filter({ hasText: 'Выбрать тариф' }).click();
    await app.getByText('Месяц', { exact: true }).waitFor();
    await stage.inspect(page, 'plans');
    await stage.shot(page, 'chat-plans');
    await back.click();
    await app.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
    const order = await toPayment(chat, 'Выбрать тариф');
    await stage.inspect(page, 'waiting');
    await stage.shot(page, 'chat-waiting');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await stage.inspect(page, 'paid');
    await stage.shot(page, 'chat-paid');
    await main.filter({ hasText: 'Получить ключ' }).click();
    await app.getByText('VLESS Reality').waitFor();
    await stage.inspect(page, 'keys');
    await stage.shot(page, 'chat-keys');
    const link = await copied(page, app, 'Скопировать ссылку');
    const list = await (await fetch(link)).text();
    assert.match(Buffer.from(list, 'base64').toString(), /^vless:\/\//, 'the copied link serves keys');
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      app.getByRole('button', { name: /^Добавить в/ }).click(),
    ]);
    await opened.locator('a[href^="happ:"]').first().waitFor();
    assert.equal(new URL(opened.url()).searchParams.get('app'), 'happ');
    assert.equal(await opened.locator('a[href^="happ:"]').first().getAttribute('href'), `happ://add/${link}`);
    await opened.close();
    await stage.nothingKept(page);
    await back.click();
    await app.getByText('Активна', { exact: true }).waitFor();
    await stage.inspect(page, 'home');
    await stage.shot(page, 'chat-home');
  },

  async 'renewal adds the time'(stage) {
    const chat = await stage.chat(2002);
    const { app, main, back } = chat;
    let order = await toPayment(chat, 'Выбрать тариф');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await back.click();
    await app.getByText('Активна', { exact: true }).waitFor();
    const before = await app.getByText(/Действует до/).textContent();
    await app.getByRole('button', { name: 'Продлить' }).click();
    await app.getByText('Год', { exact: true }).click();
    await main.filter({ hasText: 'Продолжить' }).click();
    await app.getByText('Срок прибавится к оставшемуся.').waitFor();
    await (await pressPay(chat, main.filter({ hasText: 'Оплатить' }))).close();
    await app.getByRole('heading', { name: 'Ждём оплату' }).waitFor();
    order = Number((await app.getByText(/^Заказ \d+$/).textContent()).replace(/\D/g, ''));
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await back.click();
    await until('the later date', async () => (await app.getByText(/Действует до/).textContent()) !== before);
    await app.getByRole('button', { name: /Заказы/ }).click();
    const paid = app.getByText('оплачен', { exact: true });
    await paid.nth(1).waitFor();
    assert.equal(await paid.count(), 2);
    await stage.inspect(chat.page, 'history');
    await stage.shot(chat.page, 'chat-history');
  },

  async 'a declined payment is told and can be tried again'(stage) {
    const chat = await stage.chat(2003);
    const order = await toPayment(chat, 'Выбрать тариф');
    await control('/yookassa/pay', { order_id: String(order), result: 'canceled', reason: 'insufficient_funds' });
    await chat.app.getByText(/не хватает денег/).waitFor();
    await stage.inspect(chat.page, 'declined');
    await stage.shot(chat.page, 'chat-declined');
    const popup = await pressPay(chat, chat.main.filter({ hasText: 'Попробовать ещё раз' }));
    await popup.close();
    await chat.app.getByRole('heading', { name: 'Ждём оплату' }).waitFor();
    await until('a new payment', async () => (await payments(order)).some((p) => p.status === 'pending'));
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await chat.app.getByText('Ваш ключ готов.').waitFor();
  },

  async 'paid while the app was closed'(stage) {
    const chat = await stage.chat(2004);
    const order = await toPayment(chat, 'Выбрать тариф');
    await chat.back.click();
    await chat.app.getByRole('button', { name: /Ждём вашу оплату/ }).waitFor();
    await chat.page.close();
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    const page = await stage.app(2004);
    await page.getByText('Активна', { exact: true }).waitFor();
  },

  async 'paid while the home screen was open'(stage) {
    const chat = await stage.chat(2022);
    const order = await toPayment(chat, 'Выбрать тариф');
    await chat.back.click();
    const waiting = chat.app.getByRole('button', { name: /Ждём вашу оплату/ });
    await waiting.waitFor();
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await chat.app.getByText('Активна', { exact: true }).waitFor();
    await waiting.waitFor({ state: 'detached' });
  },

  async 'keys can be replaced'(stage) {
    const chat = await stage.chat(2005);
    const { app } = chat;
    const order = await toPayment(chat, 'Выбрать тариф');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await chat.main.filter({ hasText: 'Получить ключ' }).click();
    const link = app.getByText(/^http:.*\/s\//);
    const before = await link.textContent();
    await app.getByRole('button', { name: 'Заменить ключи' }).click();
    await app.getByRole('dialog').getByText(/перестанут работать/).waitFor();
    await stage.inspect(chat.page, 'rotate');
    await stage.shot(chat.page, 'chat-rotate');
    await app.getByRole('button', { name: 'Заменить', exact: true }).click();
    await app.getByText(/^Готово\./).waitFor();
    await until('the new link', async () => (await link.textContent()) !== before);
    assert.doesNotMatch(await (await fetch(before)).text(), /^dmxlc3M/, 'the old link serves no keys');
    await app.getByRole('button', { name: 'QR-код для другого устройства' }).click();
    await stage.inspect(chat.page, 'qr');
    await stage.shot(chat.page, 'chat-qr');
    await chat.back.click();
    await app.getByRole('dialog').waitFor({ state: 'detached' });
    await link.waitFor();
  },

  async 'another node can be chosen'(stage) {
    const chat = await stage.chat(2017);
    const { app } = chat;
    const order = await toPayment(chat, 'Выбрать тариф');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await chat.main.filter({ hasText: 'Получить ключ' }).click();
    const link = await app.getByText(/^http:.*\/s\//).textContent();
    await chat.back.click();
    await app.getByRole('button', { name: /^Сервер .*(Germany|Netherlands)/ }).click();
    const [old, wanted] = (await app.locator('[aria-current]').textContent()).includes('Germany')
      ? ['Germany', 'Netherlands'] : ['Netherlands', 'Germany'];
    await app.getByRole('button', { name: wanted }).click();
    await app.getByRole('dialog').getByText(/Ссылка останется той же/).waitFor();
    await stage.inspect(chat.page, 'move');
    await stage.shot(chat.page, 'chat-move');
    await app.getByRole('button', { name: 'Перейти', exact: true }).click();
    await app.getByText('Готово. Обновите подписку в приложении.').waitFor();
    await until('the new node', async () => (await app.locator('[aria-current]').textContent()).includes(wanted));
    await stage.inspect(chat.page, 'moved');
    await stage.shot(chat.page, 'chat-moved');
    await until('the new keys behind the same link', async () =>
      decodeURIComponent(Buffer.from(await (await fetch(link)).text(), 'base64').toString()).includes(wanted));
    // A second move at once is too soon, and the list goes back to what is true.
    await app.getByRole('button', { name: old }).click();
    await app.getByRole('button', { name: 'Перейти', exact: true }).click();
    await app.getByText('Вы только что это делали').waitFor();
    await stage.inspect(chat.page, 'move too soon');
    await stage.shot(chat.page, 'chat-move-soon');
    await app.getByRole('button', { name: 'Отмена' }).click();
    assert.match(await app.locator('[aria-current]').textContent(), new RegExp(wanted));
  },

  async 'a node that has just become full is told and taken back'(stage) {
    const routes = [
      ['**/api/v1/me', json(me([glance()]))],
      ['**/subscriptions/3', json(subscription({ replicas: 2, nodes: [{ title: 'Germany', country: 'DE' }, { title: 'Netherlands', country: 'NL' }] }))],
      ['**/subscriptions/3/node', (route) => (route.request().method() === 'POST' ? problem('conflict', 409)(route) : json(nodes(choices))(route))],
    ];
    const page = await stage.app(2018, { screen: '?view=node', routes });
    await page.getByRole('button', { name: 'Netherlands' }).click();
    await page.getByRole('button', { name: 'Перейти', exact: true }).click();
    await page.getByText('Этот сервер только что стал недоступен.').waitFor();
    await page.getByRole('button', { name: 'Отмена' }).click();
    assert.match(await page.locator('[aria-current]').textContent(), /Germany/);
    for (const name of ['United States', 'Somewhere'])
      assert.ok(await page.getByRole('button', { name }).isDisabled());
    await page.getByRole('button', { name: 'Выбрать лучший за меня' }).click();
    await page.getByRole('heading', { name: 'Перейти на лучший сервер?' }).waitFor();
  },

  async 'a key of AmneziaWG in hand'(stage) {
    const chat = await stage.chat(2021);
    const { app, page } = chat;
    const order = await toPayment(chat, 'Выбрать тариф', 'Роутер');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await app.getByText('Ваш ключ готов.').waitFor();
    await chat.main.filter({ hasText: 'Получить ключ' }).click();
    await app.getByText('AmneziaWG · Sweden').waitFor();
    await app.getByText('Вручную', { exact: true }).click();
    assert.match(await copied(page, app, 'Скопировать настройки'), /^\[Interface\][^]*\nJc ?= ?\d[^]*\[Peer\]/);
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      app.getByRole('button', { name: 'Добавить в AmneziaVPN' }).click(),
    ]);
    assert.match(await opened.locator('a[href^="vpn:"]').first().getAttribute('href'), /^vpn:\/\/[\w-]{100,}$/);
    await opened.close();
    await stage.inspect(page, 'AmneziaWG');
    await stage.shot(page, 'chat-amneziawg');
  },

  async 'AmneziaWG as a file, a code and a text'(stage) {
    const link = `${new URL(APP).origin}/s/abcdefghijklmnopqrstuvwxyz012345`;
    const keys = {
      subscription_id: 3, keys_revision: 1, config_link: link, qr: 'data:image/png;base64,',
      links: [{ protocol: 'amneziawg', node: 'Netherlands', uri: 'vpn://AAAA', conf: CONF, filename: 'nl1.conf' }],
    };
    const routes = [['**/api/v1/me', json(me([glance()]))], ['**/subscriptions/3/keys', json(keys)]];
    let page = await stage.app(2020, { screen: '?view=keys', routes });
    await page.getByText('AmneziaWG · Netherlands').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Сохранить файл' }).click()]);
    assert.equal(file.suggestedFilename(), 'nl1.conf');
    assert.equal(await readFile(await file.path(), 'utf8'), CONF);
    await page.getByText('Вручную', { exact: true }).click();
    assert.equal(await copied(page, page, 'Скопировать настройки'), CONF);
    await stage.inspect(page, 'conf');
    await page.getByRole('button', { name: 'QR-код для AmneziaWG' }).click();
    await stage.inspect(page, 'conf qr');
    await stage.shot(page, 'conf-qr');
    await stage.nothingKept(page);
    await stage.leave(page.context());
    // A native client saves files itself.
    page = await stage.app(2020, { screen: '?view=keys', routes, secure: {} });
    await page.getByRole('button', { name: 'Сохранить файл' }).click();
    await until('the download', () => page.evaluate(() => window.downloads?.length));
    assert.deepEqual(await page.evaluate(() => window.downloads), [{ url: `${link}?format=awg&node=nl1`, file_name: 'nl1.conf' }]);
  },

  async 'every screen, width and theme'(stage) {
    const looks = [
      { width: 320, height: 640, language: 'ru' },
      { width: 430, height: 932, language: 'en', dark: true },
      { width: 1280, height: 800, language: 'en', touch: false },
    ];
    const share = (i, by) => Math.round(((i * by) % 11) * 0.2 * GB);
    const days = Array.from({ length: 30 }, (_, i) => ({
      day_start: now - i * 86400, bytes: share(i, 37) + share(i, 23) + (i > 20 ? GB : 0),
      nodes: [
        { title: 'Germany', country: 'DE', bytes: share(i, 37) }, { title: 'Netherlands', country: 'NL', bytes: share(i, 23) },
        ...(i > 20 ? [{ title: null, country: null, bytes: GB }] : []),
      ],
    }));
    const orders = ['paid', 'open', 'refunded', 'expired'].map((status, i) => ({
      id: 40 - i, plan: i % 2 ? 'year' : 'month', subscription_id: 3, status, price: { amount_minor: 19900, currency: 'RUB', text: '199.00' },
      method: 'yookassa', pay_url: null, payment_failed: false, failure: null, created_at: now - 86400 * (i + 1), paid_at: i % 2 ? null : now - 86000 * (i + 1),
    }));
    const keys = {
      subscription_id: 3, keys_revision: 1, config_link: `${new URL(APP).origin}/s/abcdefghijklmnopqrstuvwxyz012345`, qr: 'data:image/png;base64,',
      links: [
        ...['vless', 'shadowsocks'].map((protocol) => ({ protocol, node: 'Germany', uri: `${protocol}://${'x'.repeat(180)}` })),
        { protocol: 'amneziawg', node: 'Netherlands', uri: `vpn://${'x'.repeat(600)}`, conf: CONF, filename: 'nl1.conf' },
      ],
    };
    for (const look of looks) {
      const subs = [glance()];
      const routes = [
        ['**/api/v1/me', json(me(subs, { language: look.language }))],
        ['**/traffic?days=30', json({ subscription_id: 3, days })],
        ['**/subscriptions/3/keys', json(keys)],
        ['**/subscriptions/3', json(subscription({ nodes: choices.slice(0, 2).map(({ title, country }) => ({ title, country })) }))],
        ['**/subscriptions/3/node', json(nodes(choices))],
        ['**/api/v1/orders', json({ orders })],
        ['**/api/v1/orders/40', json(orders[0])],
      ];
      const name = `${look.width}${look.dark ? '-dark' : ''}-${look.language}`;
      for (const screen of ['home', 'buy', 'keys', 'node', 'traffic', 'history', 'order&id=40', 'help']) {
        const page = await stage.app(2006, { ...look, routes, screen: screen === 'home' ? '' : `?view=${screen}` });
        await stage.inspect(page, `${screen} ${name}`);
        await stage.shot(page, `${screen.replace(/\W.*/, '')}-${name}`, true);
        await stage.leave(page.context());
      }
    }
  },

  async 'expired, exhausted and several subscriptions'(stage) {
    const states = {
      expired: [glance({ status: 'expired', expires_at: now - 86400 })],
      exhausted: [glance({ status: 'exhausted', traffic_used_bytes: 100 * GB })],
      ending: [glance({ expires_at: now + 7500, traffic_limit_bytes: null })],
      several: [glance(), glance({ id: 4, plan: 'year', status: 'expired', expires_at: now - 864000 })],
    };
    for (const [name, subs] of Object.entries(states)) {
      const page = await stage.app(2007, { routes: [['**/api/v1/me', json(me(subs))]] });
      await page.getByText('Месяц').first().waitFor();
      await stage.inspect(page, name);
      await stage.shot(page, `home-${name}`);
      await stage.leave(page.context());
    }
  },

  async 'the theme follows Telegram'(stage) {
    const chat = await stage.chat(2008);
    await chat.app.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
    const colorOf = (locator) => locator.evaluate((el) => getComputedStyle(el).backgroundColor);
    const parts = { page: chat.app.locator('html'), header: chat.page.locator('#sheet-top'), button: chat.main };
    const colors = async () => Object.fromEntries(
      await Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await colorOf(part)])));
    await chat.app.locator('html[data-theme=light]').waitFor();
    await chat.main.waitFor();
    const light = await colors();
    assert.equal(light.header, light.page, 'one with the page');
    await chat.page.emulateMedia({ colorScheme: 'dark' });
    await chat.app.locator('html[data-theme=dark]').waitFor();
    for (const name of Object.keys(parts))
      await until(`another colour of the ${name}`, async () => (await colors())[name] !== light[name]);
    await until('a header as the page', async () => (await colors()).header === (await colors()).page);
    await stage.inspect(chat.page, 'dark');
    await stage.shot(chat.page, 'chat-dark');
  },

  async 'errors say what to do'(stage) {
    const cases = {
      down: [(route) => route.abort(), 'Нет связи'],
      malformed: [json({ id: 'x' }), 'Сервер ответил что-то странное'],
      html: [(route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }), 'Серверу нездоровится'],
      stale: [problem('init-data-expired', 401), 'Откройте приложение ещё раз'],
    };
    for (const [name, [answer, text]] of Object.entries(cases)) {
      const page = await stage.app(2009, { routes: [['**/api/v1/**', answer]] });
      await page.getByText(text).first().waitFor();
      await stage.inspect(page, name);
      await stage.shot(page, `error-${name}`);
      await stage.leave(page.context());
    }
  },

  async 'too many requests are waited out'(stage) {
    let refused = 0;
    const busy = (route) => (refused++ < 1 ? problem('rate-limited', 429, { 'Retry-After': '1' })(route) : route.continue());
    const page = await stage.app(2010, { routes: [['**/api/v1/me', busy]] });
    await page.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
    assert.ok(refused >= 2);
  },

  async 'offline keeps the keys on the screen'(stage) {
    const chat = await stage.chat(2011);
    const order = await toPayment(chat, 'Выбрать тариф');
    await control('/yookassa/pay', { order_id: String(order), result: 'succeeded' });
    await chat.app.getByText('Ваш ключ готов.').waitFor();
    await chat.main.filter({ hasText: 'Получить ключ' }).click();
    await chat.app.getByText('VLESS Reality').waitFor();
    await chat.back.click();
    await chat.page.route('**/api/v1/**', (route) => route.abort());
    await chat.app.getByRole('button', { name: /^Ключи/ }).click();
    await chat.app.getByText(/^http:.*\/s\//).waitFor();
    await chat.app.getByText('VLESS Reality').waitFor();
  },

  async 'a start without a network shows the keys of the secure storage'(stage) {
    const link = `${new URL(APP).origin}/s/abcdefghijklmnopqrstuvwxyz012345`;
    const keys = { subscription_id: 3, keys_revision: 1, config_link: link, qr: 'data:image/png;base64,', links: [{ protocol: 'vless', node: 'Germany', uri: 'vless://x' }] };
    const screen = '?view=keys';
    let page = await stage.app(2016, {
      screen, secure: {}, routes: [['**/api/v1/me', json(me([glance()]))], ['**/subscriptions/3/keys', json(keys)]],
    });
    await page.getByText(link).waitFor();
    const secure = await until('the kept keys', () => page.evaluate(() => window.kept.last && window.kept['keys-3'] && window.kept));
    await stage.nothingKept(page);
    await stage.leave(page.context());
    page = await stage.app(2016, { screen, secure, routes: [['**/api/v1/**', (route) => route.abort()]] });
    await page.getByText('Нет связи: показаны последние известные ключи.').waitFor();
    await page.getByText(link).waitFor();
    await stage.inspect(page, 'offline');
    await stage.shot(page, 'keys-offline');
  },

  async 'a start without a network and without the server'(stage) {
    const link = `${new URL(APP).origin}/s/abcdefghijklmnopqrstuvwxyz012345`;
    const keys = { subscription_id: 3, keys_revision: 1, config_link: link, qr: 'data:image/png;base64,', links: [{ protocol: 'vless', node: 'Germany', uri: 'vless://x' }] };
    const secure = { last: '3', 'keys-3': JSON.stringify(keys) };
    const site = await serveFiles();
    const page = await stage.app(2019, { worker: true, secure, address: site.address });
    await until('the worker', () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'));
    const names = await page.evaluate(async () => {
      const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map((request) => request.url);
    });
    assert.ok(names.length > 5);
    for (const name of names)
      assert.match(name, /\/app\/(_next\/static\/chunks\/[\w~.-]+)?$/, 'only files of the build are kept');
    site.breakDown();
    await page.reload();
    await page.getByText('Серверу нездоровится').waitFor();
    await site.close();
    await page.reload();
    await page.getByRole('button', { name: /^Ключи/ }).click();
    await page.getByText('Нет связи: показаны последние известные ключи.').waitFor();
    await page.getByText(link).waitFor();
    await stage.shot(page, 'keys-no-server');
  },

  async 'hostile texts are harmless'(stage) {
    const evil = `<img src=x onerror=alert(1)>\u202e"'&${'Ж😀'.repeat(5000)}`;
    const routes = [
      ['**/api/v1/me', json(me([glance({ plan: evil })], { name: evil, shop: { name: evil, support_url: 'javascript:alert(1)' } }))],
      ['**/api/v1/plans', json({ plans: [{ code: evil, title: evil, titles: { ru: evil, en: evil }, period: 12, period_unit: 'months', traffic_limit_bytes: 9e15, device_limit: 99999, replicas: 1,
        prices: [{ method: evil, price: { amount_minor: 999999999999, currency: 'RUB', text: '9' } }] }] })],
    ];
    routes.push(
      ['**/subscriptions/3', json(subscription({ plan: evil, nodes: [{ title: evil, country: '<b>' }] }))],
      ['**/subscriptions/3/node', json(nodes([nodeChoice(evil, evil, '<b>', { current: true }), nodeChoice('b', evil, 'ZZ')]))],
      ['**/traffic?days=30', json({ subscription_id: 3, days: [{ day_start: now, bytes: 9e15, nodes: [{ title: evil, country: evil, bytes: 5e15 }, { title: `${evil}2`, country: null, bytes: 4e15 }] }] })],
      ['**/subscriptions/3/keys', json({ subscription_id: 3, keys_revision: 1, config_link: `${APP}${evil}`, qr: evil, links: [{ protocol: evil, node: evil, uri: `javascript:${evil}` }] })],
      ['**/api/v1/orders/7', json({ id: 7, plan: evil, subscription_id: 3, status: 'paid', price: { amount_minor: 1, currency: 'XXX', text: evil }, method: evil, pay_url: 'javascript:alert(1)', payment_failed: false, failure: evil, created_at: -1, paid_at: 9e12 })],
    );
    for (const screen of ['', '?view=buy', '?view=help', '?view=node', '?view=traffic', '?view=keys', '?view=order&id=7']) {
      const page = await stage.app(2012, { width: 320, routes, screen });
      await stage.inspect(page, `hostile ${screen}`);
      await stage.shot(page, `hostile${screen.replace(/\W+/g, '-')}`);
      assert.equal(await page.locator('img:not([src^="/app/_next/static/flags/"])').count(), 0);
      await stage.leave(page.context());
    }
  },

  async 'outside of Telegram'(stage) {
    const page = await stage.page();
    await page.route('**/config.json', json({ api: '/api/v1', bot: 'https://t.me/qent_sandbox_bot' }));
    await page.goto(APP);
    await page.getByRole('link', { name: 'Открыть бота' }).waitFor();
    await stage.inspect(page, 'outside');
    await stage.shot(page, 'outside');
  },

  async 'without the runtime configuration the API is beside the pages'(stage) {
    const page = await stage.app(2015, { routes: [['**/config.json', (route) => route.abort()], ['**/api/v1/me', json(me([]))]] });
    await page.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
  },

  async 'forged and old launch data lead to a friendly page'(stage) {
    await person(2013, 'ru');
    const old = await initData(2013, { auth_date: now - 90 * 86400 });
    for (const launch of [old, 'user=%7B%22id%22%3A1%7D&auth_date=1&hash=00']) {
      const page = await stage.app(2013, { launch });
      await page.getByText('Откройте приложение ещё раз').first().waitFor();
      await stage.leave(page.context());
    }
  },

  async 'everything works by keyboard'(stage) {
    const page = await stage.app(2014);
    await page.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
    await page.locator('h1:focus').waitFor();
    await page.getByRole('button', { name: 'Выбрать тариф' }).focus();
    await page.keyboard.press('Enter');
    // Each screen gives its heading the focus, which must not come after ours.
    await page.locator('h1:focus').filter({ hasText: 'Выберите тариф' }).waitFor();
    await page.getByRole('radio').first().focus();
    await page.keyboard.press('ArrowDown');
    await until('the second plan', () => page.getByRole('radio').nth(1).isChecked());
    await page.getByRole('button', { name: 'Назад' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Интернет без границ' }).waitFor();
  },

  async 'nobody else is called'(stage) {
    const hosts = new Set();
    const page = await stage.page();
    page.context().on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(APP);
    await page.waitForLoadState('networkidle');
    assert.deepEqual([...hosts], [new URL(APP).host]);
  },
};

const words = process.argv.slice(2);
const chosen = Object.entries(scenarios).filter(([name]) => !words.length || words.some((word) => name.includes(word)));
const stage = await Stage.open();
let failed = 0;
for (const [name, run] of chosen) {
  const start = Date.now();
  stage.faults = [];
  try {
    await run(stage);
    stage.noFaults('at the end');
    console.log(`ok      ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.message}`);
    for (const page of stage.browser.contexts().flatMap((context) => context.pages()))
      await stage.picture(page, `failed-${name.replace(/\W+/g, '-')}`).catch(() => undefined);
  }
  for (const context of stage.browser.contexts())
    await stage.leave(context);
}
await stage.close();
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
