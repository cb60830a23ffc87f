// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, it, vi } from 'vitest';

import { api } from '@/lib/api';
import { config, parseConfig } from '@/lib/config';

const order = {
  id: 42, plan: 'month', subscription_id: null, status: 'open', price: { amount_minor: 19900, currency: 'RUB', text: '199.00' },
  method: 'yookassa', pay_url: 'https://pay.example/1', payment_failed: false, failure: null, created_at: 1, paid_at: null,
};
const answer = (body: unknown, init?: ResponseInit) => () =>
  Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), init));

function serve(reply: (url: string, init: RequestInit) => Promise<Response>) {
  const calls: [string, RequestInit][] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    if (url.endsWith('/config.json'))
      return answer({ api: '/api/v1' })();
    calls.push([url, init]);
    return reply(url, init);
  });
  return calls;
}

afterEach(() => {
  delete window.qentBoot;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the API client', () => {
  it('sends the launch data and the idempotency key', async () => {
    const calls = serve(answer(order));
    await expect(api.createOrder({ plan: 'month', method: 'yookassa' }, 'key-1')).resolves.toEqual(order);
    const [url, init] = calls[0]!;
    expect(url).toBe('http://localhost:3000/api/v1/orders');
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit', body: '{"plan":"month","method":"yookassa"}' });
    expect(init.headers).toMatchObject({ Authorization: 'tma ', 'Idempotency-Key': 'key-1' });
  });
  it.each([
    ['no JSON', 'not json'], ['an empty answer', ''], ['a wrong type', { ...order, id: 'x' }], ['a missing field', { id: 42 }],
    ['an unknown status', { ...order, status: 'new' }], ['null', 'null'],
  ])('refuses %s', async (_, body) => {
    serve(answer(body));
    await expect(api.order(42)).rejects.toMatchObject({ kind: 'malformed' });
  });
  it.each([
    ['me', () => api.me(), { id: 1, subscriptions: [{}] }],
    ['plans', () => api.plans(), { plans: [{ code: 'x', prices: null }] }],
    ['orders', () => api.orders(), { orders: [{ ...order, price: { amount_minor: -1, currency: 'RUB', text: '' } }] }],
    ['a subscription', () => api.subscription(1), { id: 1, nodes: 'all' }],
    ['keys', () => api.keys(1), { subscription_id: 1, keys_revision: 1, config_link: 'x', qr: '', links: [{ uri: 'x' }] }],
    ['keys with a file of a foreign name', () => api.keys(1), {
      subscription_id: 1, keys_revision: 1, config_link: 'x', qr: '', links: [{ uri: 'x', protocol: 'x', node: 'x', conf: 'x', filename: '../x.exe' }],
    }],
    ['nodes', () => api.nodes(1), { subscription_id: 1, nodes: [{ name: 'x', current: 'yes' }] }],
    ['traffic', () => api.traffic(1), { subscription_id: 1, days: [{ day_start: 1, bytes: 1.5, nodes: [] }] }],
  ])('refuses malformed %s', async (_, ask, body) => {
    serve(answer(body));
    await expect(ask()).rejects.toMatchObject({ kind: 'malformed' });
  });
  it('takes what the page asked for early, once', async () => {
    const body = { subscription_id: 1, days: [] };
    const calls = serve(answer(body));
    window.qentBoot = { config: Promise.resolve({}), answers: { '/subscriptions/1/traffic?days=30': answer(body)() } };
    await expect(api.traffic(1)).resolves.toEqual(body);
    expect(calls).toHaveLength(0);
    await expect(api.traffic(1)).resolves.toEqual(body);
    expect(calls).toHaveLength(1);
  });
  it('tells when the early request failed or hangs', async () => {
    serve(answer({}));
    window.qentBoot = { config: Promise.resolve({}), answers: { '/me': Promise.reject(new TypeError('failed')) } };
    await expect(api.me()).rejects.toMatchObject({ kind: 'offline' });
    vi.useFakeTimers();
    window.qentBoot.answers['/me'] = new Promise(() => undefined);
    const hanging = expect(api.me()).rejects.toMatchObject({ kind: 'timeout' });
    await vi.advanceTimersByTimeAsync(12_000);
    await hanging;
  });
  it('reads problems', async () => {
    serve(answer({ type: 'urn:qentvpn:problem:rate-limited', title: '', status: 429, detail: '' }, { status: 429, headers: { 'Retry-After': '3' } }));
    await expect(api.me()).rejects.toMatchObject({ kind: 'problem', slug: 'rate-limited', status: 429, retryAfterMs: 3000, isPassing: true });
  });
  it('survives a failure that is no problem document', async () => {
    serve(answer('<h1>Bad Gateway</h1>', { status: 502 }));
    await expect(api.me()).rejects.toMatchObject({ kind: 'problem', slug: '', status: 502 });
  });
  it.each([403, 404, 451])('takes a %i that is no problem document for somebody else\'s', async (status) => {
    serve(answer('<h1>Blocked</h1>', { status }));
    await expect(api.keys(1)).rejects.toMatchObject({ kind: 'malformed', isPassing: true });
  });
  it('tells stale launch data', async () => {
    serve(answer({ type: 'urn:qentvpn:problem:init-data-expired' }, { status: 401 }));
    await expect(api.me()).rejects.toMatchObject({ isStale: true });
  });
  it('tells a network that is not there from one that hangs', async () => {
    serve(() => Promise.reject(new TypeError('failed')));
    await expect(api.me()).rejects.toMatchObject({ kind: 'offline' });
    vi.useFakeTimers();
    serve((_, init) => new Promise((_done, fail) => init.signal!.addEventListener('abort', () => fail(new DOMException('', 'AbortError')))));
    const hanging = expect(api.me()).rejects.toMatchObject({ kind: 'timeout' });
    await vi.advanceTimersByTimeAsync(12_000);
    await hanging;
  });
});

describe('the configuration', () => {
  it('that could not be fetched is asked for again', async () => {
    let network = false;
    vi.resetModules();
    const fresh: { config: typeof config } = await import('@/lib/config');
    vi.stubGlobal('fetch', () => network ? answer({ api: 'https://api.example/v1' })() : Promise.reject(new TypeError('offline')));
    expect((await fresh.config()).api).toBe('http://localhost:3000/api/v1');
    network = true;
    expect((await fresh.config()).api).toBe('https://api.example/v1');
  });
  it('may name another host', () => expect(parseConfig({ api: 'https://api.example/v1/' }).api).toBe('https://api.example/v1'));
  it('is relative to the page', () => expect(parseConfig({ api: '/api/v1' }).api).toBe('http://localhost:3000/api/v1'));
  it.each([null, 'x', { api: 5 }, { bot: 'javascript:alert(1)' }])('falls back for %s', (value) =>
    expect(parseConfig(value)).toEqual({ api: 'http://localhost:3000/api/v1' }));
});
