// SPDX-License-Identifier: MIT
'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck, CircleX, Clock, ExternalLink, Hourglass, RotateCcw, Undo2 } from 'lucide-react';
import { useEffect } from 'react';

import { MainAction } from '@/components/main-action';
import { Button, Card, ErrorCard, Screen, Skeleton, State } from '@/components/ui';
import { useOrdering } from '@/lib/actions';
import type { Order as OrderData } from '@/lib/api';
import { money } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { replaceView } from '@/lib/nav';
import { isPending, keysQuery, orderQuery, ordersQuery, usePaid, usePlans } from '@/lib/queries';
import { confirmClosing, openLink } from '@/lib/telegram';

import { planTitle } from './home';
import { Receipt } from './receipt';

function Failed({ order }: { order: OrderData }) {
  const { t } = useI18n();
  const again = useOrdering();
  const pay = () =>
    again.mutate({ plan: order.plan, method: order.method, ...(order.subscription_id ? { subscription: order.subscription_id } : {}) });
  return (
    <>
      <State icon={CircleX} tone="danger" live title={t.payFailed} text={t.reasons[order.failure ?? ''] ?? t.payFailedText} />
      {again.isError && <ErrorCard error={again.error} />}
      <MainAction text={t.payAgain} busy={again.isPending} onPress={pay} />
    </>
  );
}

function Paid({ order }: { order: OrderData }) {
  const { t } = useI18n();
  const id = order.subscription_id;
  const keys = useQuery({ ...keysQuery(id ?? 0), enabled: id !== null });
  const ready = (keys.data?.links.length ?? 0) > 0;
  return (
    <>
      <State icon={BadgeCheck} tone="good" live title={t.paid} text={ready ? t.paidReady : t.paidText} />
      <MainAction text={t.getKey} onPress={() => replaceView(id ? { screen: 'keys', id } : { screen: 'home' })} />
    </>
  );
}

function Body({ order }: { order: OrderData }) {
  const { t } = useI18n();
  if (order.status === 'paid')
    return <Paid order={order} />;
  if (isPending(order) && order.payment_failed)
    return <Failed order={order} />;
  if (order.status === 'preparing')
    return <State icon={Hourglass} live title={t.preparing} text={t.preparingText} />;
  if (order.status === 'open')
    return (
      <State icon={Clock} live title={t.waiting} text={t.waitingText}>
        {order.pay_url && (
          <Button icon={ExternalLink} onClick={() => openLink(order.pay_url!)}>
            {t.openPayPage}
          </Button>
        )}
      </State>
    );
  const states = {
    expired: [RotateCcw, t.orderExpired, t.orderExpiredText],
    canceled: [CircleX, t.orderCanceled, t.orderExpiredText],
    refunded: [Undo2, t.orderRefunded, t.orderRefundedText],
  } as const;
  const [icon, title, text] = states[order.status];
  return (
    <>
      <State icon={icon} tone="warn" live title={title} text={text} />
      <MainAction
        text={t.newOrder}
        onPress={() => replaceView({ screen: 'buy', ...(order.subscription_id ? { id: order.subscription_id } : {}) })}
      />
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
