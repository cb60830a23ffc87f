// SPDX-License-Identifier: MIT
// What the screens ask for, and how long an answer stays good.
import { QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { api, ApiError, type Order } from './api';
import { haptic } from './telegram';
import { forgetKeys, recallKeys, recallLast, rememberKeys, rememberLast } from './vault';

const FRESH_MS = 15_000;
const POLL_MS = 4000; // the API allows 30 requests in a minute
const POLL_SLOW_MS = 8000;
const POLL_SLOW_AFTER_S = 90;

export function shouldRetry(failures: number, error: Error): boolean {
  return error instanceof ApiError && error.isPassing && failures < (error.status === 429 ? 4 : 2);
}

export function retryDelay(failures: number, error: Error): number {
  if (error instanceof ApiError && error.retryAfterMs > 0)
    return error.retryAfterMs + Math.random() * 500;
  return Math.min(800 * 2 ** failures, 8000);
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MS, retry: shouldRetry, retryDelay, networkMode: 'always', refetchOnWindowFocus: true },
      mutations: { networkMode: 'always' },
    },
  });
}

export const isPending = (order: Order | undefined) => order?.status === 'open' || order?.status === 'preparing';

/** How soon to ask again about an order; false when nothing will change any more. */
export function pollDelay(order: Order | undefined, now = Date.now() / 1000): number | false {
  if (!order || !isPending(order))
    return false;
  return now - order.created_at > POLL_SLOW_AFTER_S ? POLL_SLOW_MS : POLL_MS;
}

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => api.me(signal) });
export const plansQuery = queryOptions({ queryKey: ['plans'], queryFn: ({ signal }) => api.plans(signal), staleTime: 120_000 });
export const ordersQuery = queryOptions({ queryKey: ['orders'], queryFn: ({ signal }) => api.orders(signal) });

export const orderQuery = (id: number) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: ({ signal }) => api.order(id, signal),
    staleTime: 0,
    refetchInterval: (query) => (query.state.status === 'error' ? POLL_SLOW_MS : pollDelay(query.state.data)),
  });

/** Links appear when the panel has answered: until then we ask again. */
export const keysQuery = (id: number) =>
  queryOptions({
    queryKey: ['keys', id],
    queryFn: async ({ signal }) => {
      const keys = await api.keys(id, signal).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404)
          forgetKeys(id);
        throw error;
      });
      rememberKeys(keys);
      rememberLast(id);
      return keys;
    },
    refetchInterval: (query) => (query.state.data?.links.length === 0 ? POLL_MS : false),
  });

/** Without an id, those of the subscription that was looked at last. */
export const lastKeysQuery = (id: number | undefined, enabled: boolean) =>
  queryOptions({
    queryKey: ['last-keys', id ?? 0],
    queryFn: async () => {
      const known = id ?? (await recallLast());
      return known ? recallKeys(known) : null;
    },
    enabled,
    staleTime: 0,
  });

export const subscriptionQuery = (id: number) =>
  queryOptions({ queryKey: ['subscription', id], queryFn: ({ signal }) => api.subscription(id, signal) });
export const nodesQuery = (id: number) =>
  queryOptions({ queryKey: ['nodes', id], queryFn: ({ signal }) => api.nodes(id, signal) });
export const trafficQuery = (id: number) =>
  queryOptions({ queryKey: ['traffic', id], queryFn: ({ signal }) => api.traffic(id, signal), staleTime: 60_000 });

export const useMe = () => useQuery(meQuery);
export const usePlans = () => useQuery(plansQuery);

/** Asks anew, once, for what a payment changes: of an order seen waiting for it, or paid since we know of the buyer. */
export function usePaid(order: Order | undefined): void {
  const client = useQueryClient();
  const waited = useRef<number>(undefined);
  const told = useRef<number>(undefined);
  useEffect(() => {
    if (isPending(order))
      waited.current = order?.id;
    if (order?.status !== 'paid' || order.id === told.current)
      return;
    const known = client.getQueryData(meQuery.queryKey)?.now ?? Infinity;
    if (order.id !== waited.current && known > (order.paid_at ?? 0))
      return;
    told.current = order.id;
    haptic('success');
    for (const queryKey of [meQuery.queryKey, ordersQuery.queryKey, ['subscription']])
      void client.invalidateQueries({ queryKey });
  }, [order, client]);
}
