// SPDX-License-Identifier: MIT
// The client of apid's API. Answers are checked, so that nothing malformed reaches a screen.
import * as v from 'valibot';

import type { components, operations } from './api.gen';
import { takeEarly } from './early';
import { config } from './config';
import { initData } from './telegram';

export type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Plan = Schemas['Plan'];
export type Order = Schemas['Order'];
export type Keys = Schemas['Keys'];
export type Subscription = Schemas['Subscription'];
export type NewOrder = Pick<Schemas['NewOrder'], 'plan' | 'subscription' | 'method' | 'email'>;
export type NodeChoice = Schemas['NodeChoice'];
export type Traffic = operations['getTraffic']['responses'][200]['content']['application/json'];
export type Nodes = operations['getNodes']['responses'][200]['content']['application/json'];

const TIMEOUT_MS = 12_000;

/* --- failures --------------------------------------------------------------------------------- */

export type FailureKind = 'offline' | 'timeout' | 'problem' | 'malformed';

export class ApiError extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly slug = '',
    readonly status = 0,
    readonly retryAfterMs = 0,
    readonly field = '',
  ) {
    super(`${kind} ${slug}`.trim());
    this.name = 'ApiError';
  }

  /** The launch data is too old or not taken: only opening the app anew helps. */
  get isStale(): boolean {
    return this.slug === 'init-data-expired' || this.slug === 'unauthorized' || this.status === 401;
  }

  /** Asking once more may help. */
  get isPassing(): boolean {
    return this.kind !== 'problem' || this.status >= 500 || this.status === 429;
  }
}

export function retryAfterMs(header: string | null, now = Date.now()): number {
  if (!header)
    return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 300_000) : 0;
}

async function problemOf(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = v.safeParse(v.object({ type: v.string(), field: v.optional(v.string()) }), body);
  // Not ours, but of a proxy, of a page that blocks, of a host without an API: it knows nothing of what we asked for.
  if (!problem.success && answer.status < 500 && answer.status !== 401 && answer.status !== 429)
    return new ApiError('malformed', '', answer.status);
  const slug = problem.success ? (/^urn:qentvpn:problem:([a-z-]+)$/.exec(problem.output.type)?.[1] ?? '') : '';
  const field = problem.success ? (problem.output.field ?? '') : '';
  return new ApiError('problem', slug, answer.status, retryAfterMs(answer.headers.get('Retry-After')), field);
}

/* --- what answers must look like; TypeScript compares this with the generated types ------------ */

type Shape<T> = v.GenericSchema<unknown, T>;
const whole = v.pipe(v.number(), v.integer());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const status = v.picklist(['active', 'expired', 'exhausted', 'disabled']);

const country = v.nullable(v.string());

const Money: Shape<Schemas['Money']> = v.object({
  amount_minor: count,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  text: v.string(),
});
const Glance: Shape<Schemas['SubscriptionGlance']> = v.object({
  id: whole, plan: v.string(), status, expires_at: whole,
  traffic_limit_bytes: v.nullable(count), traffic_used_bytes: count,
});
const MeShape: Shape<Me> = v.object({
  id: whole, telegram_id: whole, name: v.string(), username: v.string(),
  language: v.picklist(['ru', 'en']), role: v.picklist(['user', 'admin']),
  created_at: whole, now: whole,
  shop: v.object({ name: v.string(), support_url: v.nullable(v.string()) }),
  subscriptions: v.array(Glance),
});
const PlansShape: Shape<{ plans: Plan[] }> = v.object({
  plans: v.array(v.object({
    code: v.string(), title: v.string(), titles: v.object({ ru: v.string(), en: v.string() }),
    period: v.pipe(whole, v.minValue(1)), period_unit: v.picklist(['days', 'months']),
    traffic_limit_bytes: v.nullable(count), device_limit: v.nullable(whole), replicas: whole,
    prices: v.array(v.object({ method: v.string(), price: Money })),
  })),
});
const OrderShape: Shape<Order> = v.object({
  id: whole, plan: v.string(), subscription_id: v.nullable(whole),
  status: v.picklist(['preparing', 'open', 'paid', 'expired', 'canceled', 'refunded']),
  price: Money, method: v.string(), pay_url: v.nullable(v.string()),
  payment_failed: v.boolean(), failure: v.nullable(v.string()),
  created_at: whole, paid_at: v.nullable(whole),
});
const OrdersShape: Shape<{ orders: Order[] }> = v.object({ orders: v.array(OrderShape) });
const SubscriptionShape: Shape<Subscription> = v.object({
  id: whole, plan: v.string(), status, created_at: whole, expires_at: whole,
  traffic_limit_bytes: v.nullable(count), traffic_used_bytes: count,
  device_limit: v.nullable(whole), keys_revision: whole, replicas: whole,
  nodes: v.array(v.object({ title: v.string(), country })),
});
const NodesShape: Shape<Nodes> = v.object({
  subscription_id: whole,
  nodes: v.array(v.object({
    name: v.string(), title: v.string(), country, current: v.boolean(), available: v.boolean(), down: v.boolean(),
    load_percent: v.nullable(whole),
  })),
});
export const KeysShape: Shape<Keys> = v.object({
  subscription_id: whole, keys_revision: whole, config_link: v.string(), qr: v.string(),
  links: v.array(v.object({
    uri: v.string(), protocol: v.string(), node: v.string(),
    conf: v.optional(v.string()), filename: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,15}\.conf$/))),
  })),
});
const TrafficShape: Shape<Traffic> = v.object({
  subscription_id: whole,
  days: v.array(v.object({
    day_start: whole, bytes: count,
    nodes: v.array(v.object({ title: v.nullable(v.string()), country, bytes: count })),
  })),
});

/* --- calls ------------------------------------------------------------------------------------ */

interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  body?: unknown;
  key?: string;
  signal?: AbortSignal;
}

/** A request that began before this code was there; aborting gives up on it. */
function joined(early: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return Promise.race([early, new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason as Error)))]);
}

async function call<T>(shape: Shape<T>, path: string, { method = 'GET', body, key, signal }: Call = {}): Promise<T> {
  const { api } = await config();
  const stop = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, TIMEOUT_MS);
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  try {
    const early = method === 'GET' ? takeEarly(path) : undefined;
    const answer = await (early ? joined(early, stop.signal) : fetch(api + path, {
      method,
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        Authorization: `tma ${initData()}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }));
    if (!answer.ok)
      throw await problemOf(answer);
    const parsed = v.safeParse(shape, await answer.json().catch(() => undefined));
    if (!parsed.success)
      throw new ApiError('malformed', '', answer.status);
    return parsed.output;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted)
      throw error;
    throw new ApiError(late ? 'timeout' : 'offline');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

export const api = {
  me: (signal?: AbortSignal) => call(MeShape, '/me', { signal }),
  setLanguage: (language: Me['language']) => call(MeShape, '/me', { method: 'PATCH', body: { language } }),
  plans: async (signal?: AbortSignal) => (await call(PlansShape, '/plans', { signal })).plans,
  orders: async (signal?: AbortSignal) => (await call(OrdersShape, '/orders', { signal })).orders,
  order: (id: number, signal?: AbortSignal) => call(OrderShape, `/orders/${id}`, { signal }),
  createOrder: (order: NewOrder, key: string) => call(OrderShape, '/orders', { method: 'POST', body: order, key }),
  subscription: (id: number, signal?: AbortSignal) => call(SubscriptionShape, `/subscriptions/${id}`, { signal }),
  keys: (id: number, signal?: AbortSignal) => call(KeysShape, `/subscriptions/${id}/keys`, { signal }),
  traffic: (id: number, signal?: AbortSignal) => call(TrafficShape, `/subscriptions/${id}/traffic?days=30`, { signal }),
  nodes: (id: number, signal?: AbortSignal) => call(NodesShape, `/subscriptions/${id}/node`, { signal }),
  /** Null moves to the best other one. */
  move: (id: number, node: string | null) => call(SubscriptionShape, `/subscriptions/${id}/node`, { method: 'POST', body: { node } }),
  rotate: (id: number) => call(SubscriptionShape, `/subscriptions/${id}/rotate`, { method: 'POST' }),
};
