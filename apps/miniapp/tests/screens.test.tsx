// SPDX-License-Identifier: MIT
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Boundary } from '@/components/boundary';
import { I18nProvider } from '@/lib/i18n';
import { makeQueryClient } from '@/lib/queries';
import { en } from '@/lib/texts.en';
import { rememberKeys } from '@/lib/vault';
import { Buy } from '@/screens/buy';
import { Help } from '@/screens/help';
import { Home } from '@/screens/home';
import { Keys } from '@/screens/keys';
import { Node } from '@/screens/node';
import { Order } from '@/screens/order';
import { Traffic } from '@/screens/traffic';

const now = Math.floor(Date.now() / 1000);
const plan = {
  code: 'month', title: 'Month', titles: { ru: 'Месяц', en: 'Month' }, period: 1, period_unit: 'months', traffic_limit_bytes: null, device_limit: 1, replicas: 1,
  prices: [{ method: 'yookassa', price: { amount_minor: 19900, currency: 'RUB', text: '199.00' } }],
};
const me = (status?: string) => ({
  id: 1, telegram_id: 1, name: '<b>x</b>', username: '', language: 'en', role: 'user', created_at: now, now, shop: { name: 'Shop', support_url: null },
  subscriptions: status ? [{ id: 3, plan: 'month', status, expires_at: now + 86_400 * 10, traffic_limit_bytes: null, traffic_used_bytes: 0 }] : [],
});

const subscription = {
  ...me('active').subscriptions[0], created_at: now, device_limit: null, keys_revision: 2, replicas: 1, nodes: [],
};
const orderOf = (more = {}) => ({
  id: 7, plan: 'month', subscription_id: null, status: 'open', price: plan.prices[0]!.price, method: 'yookassa', pay_url: null,
  payment_failed: false, failure: null, created_at: now - 60, paid_at: null, ...more,
});
const keysOf = (link: string) => ({ subscription_id: 3, keys_revision: 1, config_link: link, qr: '', links: [] });

/** By path, and for what changes things with the method before it. */
let answers: Record<string, unknown>;
let asked: string[];
beforeEach(() => {
  answers = { '/me': me(), '/plans': { plans: [plan] }, '/orders': { orders: [] } };
  asked = [];
  vi.stubGlobal('fetch', (url: string, { method = 'GET' }: RequestInit = {}) => {
    const path = url.replace(/^.*\/api\/v1/, '');
    const name = method === 'GET' ? path : `${method} ${path}`;
    asked.push(name);
    const body = answers[name];
    return body === undefined
      ? Promise.reject(new TypeError('offline'))
      : Promise.resolve(body).then((known) => (known instanceof Response ? known : new Response(JSON.stringify(known))));
  });
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function hide() {
    this.open = false;
  };
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function show(children: ReactNode) {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { retry: false, networkMode: 'always' } });
  return render(
    <QueryClientProvider client={client}>
      <I18nProvider language="en" texts={en}>{children}</I18nProvider>
    </QueryClientProvider>,
  );
}

describe('home', () => {
  it('invites on the first visit', async () => {
    show(<Home />);
    expect(await screen.findByText(en.welcome)).toBeDefined();
    expect(screen.getByRole('button', { name: en.choosePlan })).toBeDefined();
    expect(screen.queryByRole('button', { name: /Keys/ })).toBeNull();
  });
  it('shows what is left', async () => {
    answers['/me'] = me('active');
    show(<Home />);
    expect(await screen.findByText('10')).toBeDefined();
    expect(screen.getByRole('button', { name: en.connect })).toBeDefined();
  });
  it('tells the time of day when that matters', async () => {
    const known = me('active');
    answers['/me'] = { ...known, subscriptions: known.subscriptions.map((sub) => ({ ...sub, expires_at: now + 7500 })) };
    show(<Home />);
    expect((await screen.findByText(/^Active until/)).textContent).toMatch(/\d\d:\d\d$/);
  });
  it('speaks of no traffic that is left when the time is over', async () => {
    const known = me('expired');
    answers['/me'] = { ...known, subscriptions: known.subscriptions.map((sub) => ({ ...sub, traffic_limit_bytes: 1024 })) };
    show(<Home />);
    expect(await screen.findByText(en.expiredText)).toBeDefined();
    expect(screen.queryByText(/left$/)).toBeNull();
  });
  it('tells subscriptions of one plan apart', async () => {
    const known = me('active');
    const [sub] = known.subscriptions;
    answers['/me'] = { ...known, subscriptions: [sub, { ...sub, id: 4, expires_at: now + 86_400 * 40 }] };
    show(<Home />);
    const names = (await screen.findAllByRole('radio')).map((radio) => radio.closest('label')?.textContent);
    expect(new Set(names).size).toBe(2);
  });
  it.each(['expired', 'exhausted'])('offers to renew when %s', async (status) => {
    answers['/me'] = me(status);
    show(<Home />);
    expect(await screen.findByRole('button', { name: en.renew })).toBeDefined();
  });
  it('says what to do without a network', async () => {
    answers = {};
    show(<Home />);
    expect((await screen.findByRole('alert')).textContent).toContain(en.errorOfflineText);
    answers = { '/me': me(), '/plans': { plans: [plan] }, '/orders': { orders: [] } };
    fireEvent.click(screen.getByRole('button', { name: en.retry }));
    expect(await screen.findByText(en.welcome)).toBeDefined();
  });
});

describe('buying', () => {
  it('counts devices and asks for the plan', async () => {
    const chosen = vi.fn();
    show(<Buy subscription={undefined} confirming={null} onConfirm={chosen} />);
    expect(await screen.findByText(/up to 1 device$/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: en.continue }));
    expect(chosen).toHaveBeenCalledWith('month');
  });
  it('tells of several servers at once', async () => {
    answers['/plans'] = { plans: [{ ...plan, replicas: 2 }] };
    show(<Buy subscription={undefined} confirming={null} onConfirm={vi.fn()} />);
    expect(await screen.findByText(/2 servers at once$/)).toBeDefined();
  });
  it('shows the price before the money', async () => {
    show(<Buy subscription={undefined} confirming="month" onConfirm={vi.fn()} />);
    expect(await screen.findByRole('button', { name: /^Pay .*199$/ })).toBeDefined();
  });
  it('never puts another plan in the place of one that is not sold any more', async () => {
    const chosen = vi.fn();
    show(<Buy subscription={undefined} confirming="gone" onConfirm={chosen} />);
    expect(await screen.findByRole('button', { name: en.continue })).toBeDefined();
    expect(screen.queryByRole('button', { name: /^Pay / })).toBeNull();
  });
  it('has words for an empty shop', async () => {
    answers['/plans'] = { plans: [{ ...plan, prices: [] }] };
    show(<Buy subscription={undefined} confirming={null} onConfirm={vi.fn()} />);
    expect(await screen.findByText(en.noPlans)).toBeDefined();
  });
});

describe('keys', () => {
  it('shows the link before the first account is ready', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/abc');
    show(<Keys id={3} />);
    expect(await screen.findByText('https://h/s/abc')).toBeDefined();
    expect(screen.getByText(en.keysPreparing)).toBeDefined();
  });
  it('gives AmneziaWG as a file, a code and a text', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = {
      subscription_id: 3, keys_revision: 1, config_link: 'https://h/s/abc', qr: '',
      links: [{ uri: 'vpn://AAAA', protocol: 'amneziawg', node: 'Germany', conf: '[Interface]\nJc = 5', filename: 'de1.conf' }],
    };
    show(<Keys id={3} />);
    expect(await screen.findByText('AmneziaWG · Germany')).toBeDefined();
    for (const name of [en.awgOpen, en.awgSave, en.awgQr, en.awgCopy])
      expect(screen.getByRole('button', { name })).toBeDefined();
    for (const text of [en.singleKeys, en.keysIntro])
      expect(screen.queryByText(text)).toBeNull();
  });
  it('shows the last known ones while it asks', async () => {
    rememberKeys({ ...keysOf('https://h/s/known'), subscription_id: 4 });
    answers['/subscriptions/4/keys'] = new Promise(() => undefined);
    show(<Keys id={4} />);
    expect(await screen.findByText('https://h/s/known')).toBeDefined();
    expect(screen.queryByText(en.rotate)).toBeNull();
  });
  it('are gone with their subscription', async () => {
    rememberKeys({ ...keysOf('https://h/s/gone'), subscription_id: 5 });
    answers['/subscriptions/5/keys'] = new Response('{"type":"urn:qentvpn:problem:not-found"}', { status: 404 });
    show(<Keys id={5} />);
    expect((await screen.findByRole('alert')).textContent).toContain(en.errorNotFound);
    expect(screen.queryByText('https://h/s/gone')).toBeNull();
  });
  it('are kept when somebody else answers for the server', async () => {
    rememberKeys({ ...keysOf('https://h/s/kept'), subscription_id: 6 });
    answers['/subscriptions/6/keys'] = new Response('<h1>Blocked</h1>', { status: 404 });
    show(<Keys id={6} />);
    expect(await screen.findByText(en.keysStale)).toBeDefined();
    expect(screen.getByText('https://h/s/kept')).toBeDefined();
  });
  it('never shows a link that was replaced', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/old');
    answers['POST /subscriptions/3/rotate'] = subscription;
    show(<Keys id={3} />);
    fireEvent.click(await screen.findByRole('button', { name: en.rotate }));
    delete answers['/subscriptions/3/keys'];
    fireEvent.click(screen.getByRole('button', { name: en.rotateYes }));
    await waitFor(() => expect(screen.queryByText('https://h/s/old')).toBeNull());
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/new');
    fireEvent.click(await screen.findByRole('button', { name: en.retry }));
    expect(await screen.findByText('https://h/s/new')).toBeDefined();
  });
  it('are asked for again when nobody knows whether they were replaced', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/old');
    show(<Keys id={3} />);
    fireEvent.click(await screen.findByRole('button', { name: en.rotate }));
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/new');
    fireEvent.click(screen.getByRole('button', { name: en.rotateYes }));
    expect(await screen.findByText('https://h/s/new')).toBeDefined();
    expect(screen.getByText(en.errorOffline)).toBeDefined();
  });
  it('names each dialog by its own heading', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/abc');
    show(<Keys id={3} />);
    fireEvent.click(await screen.findByRole('button', { name: en.rotate }));
    expect(screen.getByRole('dialog', { name: en.rotateTitle })).toBeDefined();
  });
  it('of a paused subscription do not wait for a renewal', async () => {
    answers['/me'] = me('disabled');
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/abc');
    show(<Keys id={3} />);
    expect(await screen.findByText(en.disabledText)).toBeDefined();
    expect(screen.queryByText(en.keysInactive)).toBeNull();
  });
  it('has words for a buyer without any', async () => {
    show(<Keys id={undefined} />);
    expect(await screen.findByText(en.keysNone)).toBeDefined();
  });
});

describe('the node', () => {
  const nodes = [
    { name: 'de1', title: 'Germany', country: 'DE', current: true, available: true, down: false, load_percent: 10 },
    { name: 'nl1', title: 'Netherlands', country: 'NL', current: false, available: true, down: false, load_percent: 90 },
    { name: 'fi1', title: 'Finland', country: 'FI', current: false, available: false, down: true, load_percent: null },
  ];
  beforeEach(() => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/node'] = { subscription_id: 3, nodes };
  });
  it('tells health in words and offers what works', async () => {
    show(<Node id={3} />);
    expect(await screen.findByText(en.nodeCrowded)).toBeDefined();
    expect(screen.getByRole('button', { name: /Finland/ })).toHaveProperty('disabled', true);
    expect(screen.getByRole('button', { name: /Germany/ }).getAttribute('aria-current')).toBe('true');
  });
  it('is asked about before it is changed', async () => {
    show(<Node id={3} />);
    fireEvent.click(await screen.findByRole('button', { name: /Netherlands/ }));
    expect(screen.getByText('Switch to Netherlands?')).toBeDefined();
    expect(screen.getByText(en.nodeWarning)).toBeDefined();
  });
  it('cannot be changed without an active subscription', async () => {
    answers['/me'] = me('expired');
    show(<Node id={3} />);
    expect(await screen.findByText(en.nodeInactive)).toBeDefined();
    expect(screen.getByRole('button', { name: /Netherlands/ })).toHaveProperty('disabled', true);
  });
});

describe('traffic', () => {
  it('is told by node, for readers as well', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/traffic?days=30'] = {
      subscription_id: 3,
      days: [{ day_start: now, bytes: 3000, nodes: [{ title: 'Germany', country: 'DE', bytes: 2048 }, { title: null, country: null, bytes: 952 }] }],
    };
    show(<Traffic id={3} />);
    expect(await screen.findByRole('slider')).toBeDefined();
    expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/3.KB; Germany 2.KB; Other servers 952/);
    const heads = screen.getAllByRole('columnheader', { hidden: true }).map((cell) => cell.textContent);
    expect(heads).toEqual([en.dayColumn, 'Germany', en.otherNodes, en.totalColumn]);
  });
});

describe('the help', () => {
  it('keeps the language that was chosen, whatever was asked before', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    let late: (answer: unknown) => void = () => undefined;
    answers['/me'] = new Promise((done) => (late = done));
    answers['PATCH /me'] = { ...me(), shop: { name: 'Shop', support_url: 'https://t.me/fresh' } };
    show(<Help onLanguage={vi.fn()} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Русский' }));
    expect(await screen.findByRole('button', { name: en.support })).toBeDefined();
    late(me());
    await vi.advanceTimersByTimeAsync(100);
    expect(screen.getByRole('button', { name: en.support })).toBeDefined();
  });
  it('says when the language could not be kept', async () => {
    show(<Help onLanguage={vi.fn()} />);
    fireEvent.click(screen.getByRole('radio', { name: 'Русский' }));
    expect((await screen.findByRole('alert')).textContent).toContain(en.errorOffline);
    answers['PATCH /me'] = me();
    fireEvent.click(screen.getByRole('button', { name: en.retry }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });
});

describe('a second press at once', () => {
  const press = (name: string | RegExp) => {
    const button = screen.getByRole('button', { name });
    fireEvent.click(button);
    fireEvent.click(button);
  };
  const times = (name: string) => asked.filter((one) => one === name).length;
  beforeEach(() => {
    answers['/me'] = me('active');
  });
  it('makes no second order', async () => {
    answers['POST /orders'] = orderOf();
    show(<Buy subscription={undefined} confirming="month" onConfirm={vi.fn()} />);
    await screen.findByRole('button', { name: /^Pay / });
    press(/^Pay /);
    await waitFor(() => expect(location.search).toBe('?view=order&id=7'));
    expect(times('POST /orders')).toBe(1);
  });
  it('pays a declined order once', async () => {
    answers['/orders/7'] = orderOf({ payment_failed: true });
    answers['POST /orders'] = orderOf();
    show(<Order id={7} />);
    await screen.findByRole('button', { name: en.payAgain });
    press(en.payAgain);
    expect(await screen.findByText(en.waiting)).toBeDefined();
    expect(times('POST /orders')).toBe(1);
  });
  it('replaces the keys once', async () => {
    answers['/subscriptions/3/keys'] = keysOf('https://h/s/abc');
    answers['POST /subscriptions/3/rotate'] = subscription;
    show(<Keys id={3} />);
    fireEvent.click(await screen.findByRole('button', { name: en.rotate }));
    press(en.rotateYes);
    expect(await screen.findByText(en.rotated)).toBeDefined();
    expect(times('POST /subscriptions/3/rotate')).toBe(1);
  });
});

describe('an order', () => {
  it('that is paid for anew is not undone by an answer from before', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const declined = orderOf({ payment_failed: true });
    answers['/orders/7'] = declined;
    answers['POST /orders'] = orderOf();
    show(<Order id={7} />);
    const again = await screen.findByRole('button', { name: en.payAgain });
    let old: (answer: unknown) => void = () => undefined;
    answers['/orders/7'] = new Promise((done) => (old = done));
    await vi.advanceTimersByTimeAsync(4000);
    fireEvent.click(again);
    expect(await screen.findByText(en.waiting)).toBeDefined();
    old(declined);
    await vi.advanceTimersByTimeAsync(100);
    expect(screen.queryByText(en.payFailed)).toBeNull();
  });
  it('that is paid while the home screen waits changes it', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    answers['/orders'] = { orders: [orderOf()] };
    show(<Home />);
    expect(await screen.findByText(en.openOrder)).toBeDefined();
    answers['/orders'] = { orders: [orderOf({ status: 'paid', paid_at: now })] };
    answers['/me'] = me('active');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await screen.findByText(en.active)).toBeDefined();
  });
  it('tells its changes where readers of the screen listen already', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    answers['/orders/7'] = orderOf();
    show(<Order id={7} />);
    const told = (await screen.findByText(en.waiting)).closest('[role=status]');
    answers['/orders/7'] = orderOf({ status: 'paid', paid_at: now });
    await vi.advanceTimersByTimeAsync(8000);
    expect((await screen.findByText(en.paid)).closest('[role=status]')).toBe(told);
    expect(told).not.toBeNull();
  });
  it('that was paid between two answers changes the home screen', async () => {
    let orders: (answer: unknown) => void = () => undefined;
    answers['/orders'] = new Promise((done) => (orders = done));
    show(<Home />);
    expect(await screen.findByText(en.welcome)).toBeDefined();
    answers['/me'] = me('active');
    orders({ orders: [orderOf({ status: 'paid', paid_at: now })] });
    expect(await screen.findByText(en.active)).toBeDefined();
    expect(asked.filter((path) => path === '/me')).toHaveLength(2);
  });
  it('has a receipt once it is paid', async () => {
    answers['/orders/7'] = orderOf({ status: 'paid', paid_at: now });
    show(<Order id={7} />);
    expect(await screen.findByText(en.receipt)).toBeDefined();
    expect(screen.getByRole('button', { name: en.receiptCopy })).toBeDefined();
  });
});

it('a screen that breaks leaves words', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const Broken = () => {
    throw new Error('x');
  };
  show(<Boundary><Broken /></Boundary>);
  expect(screen.getByText(en.errorOther)).toBeDefined();
});
