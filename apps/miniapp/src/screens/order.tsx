// SPDX-License-Identifier: MIT
'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck, CircleX, Clock, ExternalLink, Hourglass, RotateCcw, Undo2 } from 'lucide-react';
import { useEffect } from 'react';

import { MainAction } from '@/components/main-action';
import { Button, Card, ErrorCard, Screen, Skeleton, State, type StateProps } from '@/components/ui';
import { useOrdering } from '@/lib/actions';
import type { Order as OrderData } from '@/lib/api';
import { money } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { replaceView } from '@/lib/nav';
import { isPending, keysQuery, orderQuery, ordersQuery, usePaid, usePlans } from '@/lib/queries';
import { confirmClosing, openLink } from '@/lib/telegram';

import { planTitle } from './home';
import { Receipt } from './receipt';

type Look = Pick<StateProps, 'icon' | 'tone' | 'title' | 'text'>;

/** An order's state for a person. */
function useLook(order: OrderData): Look {
  const { t } = useI18n();
  const id = order.subscription_id;
  const keys = useQuery({ ...keysQuery(id ?? 0), enabled: order.status === 'paid' && id !== null });
  if (isPending(order) && order.payment_failed)
    return { icon: CircleX, tone: 'danger', title: t.payFailed, text: t.reasons[order.failure ?? ''] ?? t.payFailedText };
  const looks: Record<OrderData['status'], Look> = {
    preparing: { icon: Hourglass, title: t.preparing, text: t.preparingText },
    open: { icon: Clock, title: t.waiting, text: t.waitingText },
    paid: { icon: BadgeCheck, tone: 'good', title: t.paid, text: keys.data?.links.length ? t.paidReady : t.paidText },
    expired: { icon: RotateCcw, tone: 'warn', title: t.orderExpired, text: t.orderExpiredText },
    canceled: { icon: CircleX, tone: 'warn', title: t.orderCanceled, text: t.orderExpiredText },
    refunded: { icon: Undo2, tone: 'warn', title: t.orderRefunded, text: t.orderRefundedText },
  };
  return looks[order.status];
}

function PayAgain({ order }: { order: OrderData }) {
  const { t } = useI18n();
  const again = useOrdering();
  const pay = () =>
    again.mutate({ plan: order.plan, method: order.method, ...(order.subscription_id ? { subscription: order.subscription_id } : {}) });
  return (
    <>
      {again.isError && <ErrorCard error={again.error} />}
      <MainAction text={t.payAgain} busy={again.isPending} onPress={pay} />
    </>
  );
}

/** What to do next, where there is anything. */
function Next({ order }: { order: OrderData }) {
  const { t } = useI18n();
  const id = order.subscription_id;
  if (order.status === 'paid')
    return <MainAction text={t.getKey} onPress={() => replaceView(id ? { screen: 'keys', id } : { screen: 'home' })} />;
  if (isPending(order))
    return order.payment_failed && <PayAgain order={order} />;
  return <MainAction text={t.newOrder} onPress={() => replaceView({ screen: 'buy', ...(id ? { id } : {}) })} />;
}

function Body({ order }: { order: OrderData }) {
  const { t } = useI18n();
  const look = useLook(order);
  const payable = order.status === 'open' && !order.payment_failed;
  return (
    <>
      <State {...look} live>
        {payable && order.pay_url && (
          <Button icon={ExternalLink} onClick={() => openLink(order.pay_url!)}>
            {t.openPayPage}
          </Button>
        )}
      </State>
      <Next order={order} />
    </>
  );
}

export function Order({ id }: { id: number }) {
  const { t, language } = useI18n();
  const client = useQueryClient();
  const plans = usePlans();
  const order = useQuery({
    ...orderQuery(id),
    initialData: () => client.getQueryData(ordersQuery.queryKey)?.find((listed) => listed.id === id),
  });
  usePaid(order.data);
  const waiting = isPending(order.data) && !order.data?.payment_failed;

  useEffect(() => {
    confirmClosing(waiting);
    return () => confirmClosing(false);
  }, [waiting]);

  return (
    <Screen title={t.orderTitle}>
      {order.data ? (
        <>
          <Card className="flex flex-wrap items-baseline justify-between gap-x-4">
            <p className="font-medium">{planTitle(plans.data, order.data.plan, language)}</p>
            <p className="text-lg font-bold">{money(order.data.price, language)}</p>
            <p className="w-full text-sm text-muted">{fill(t.orderNumber, { id })}</p>
          </Card>
          <Body order={order.data} />
          {!isPending(order.data) && <Receipt order={order.data} />}
          {order.isError && <ErrorCard error={order.error} onRetry={() => void order.refetch()} busy={order.isFetching} />}
        </>
      ) : order.isError ? (
        <ErrorCard error={order.error} onRetry={() => void order.refetch()} busy={order.isFetching} />
      ) : (
        <Skeleton parts={['cell', 'tall']} />
      )}
    </Screen>
  );
}
