// SPDX-License-Identifier: MIT
'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronRight, ReceiptText } from 'lucide-react';

import { ErrorCard, List, Screen, Skeleton, State } from '@/components/ui';
import type { Order } from '@/lib/api';
import { dateTime, money } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { go } from '@/lib/nav';
import { ordersQuery, usePlans } from '@/lib/queries';

import { planTitle } from './home';

const tones: Record<Order['status'], string> = {
  paid: 'text-good', open: 'text-warn', preparing: 'text-warn', expired: 'text-muted', canceled: 'text-muted', refunded: 'text-muted',
};

export function History() {
  const { t, language } = useI18n();
  const plans = usePlans();
  const orders = useQuery(ordersQuery);
  return (
    <Screen title={t.historyTitle}>
      {orders.data ? (
        orders.data.length === 0 ? (
          <State icon={ReceiptText} title={t.historyNone} text={t.historyNoneText} />
        ) : (
          <List>
            {orders.data.map((order) => (
              <li key={order.id} className="border-line not-first:border-t">
                <button
                  type="button"
                  onClick={() => go({ screen: 'order', id: order.id })}
                  className="flex min-h-14 w-full items-center gap-3 px-4 py-2.5 text-left active:bg-page"
                >
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium">{planTitle(plans.data, order.plan, language)}</span>
                    <span className="block text-sm text-muted">{fill(t.orderNumber, { id: order.id })}</span>
                    <span className="block text-sm text-muted">{dateTime(order.paid_at ?? order.created_at, language)}</span>
                  </span>
                  <span className="shrink-0 text-right">
                    <span className="block font-medium">{money(order.price, language)}</span>
                    <span className={`block text-sm ${tones[order.status]}`}>{t.orderStatus[order.status]}</span>
                  </span>
                  <ChevronRight aria-hidden className="size-5 shrink-0 text-muted" />
                </button>
              </li>
            ))}
          </List>
        )
      ) : orders.isError ? (
        <ErrorCard error={orders.error} onRetry={() => void orders.refetch()} busy={orders.isFetching} />
      ) : (
        <Skeleton parts={['cell', 'cell', 'cell']} />
      )}
    </Screen>
  );
}
