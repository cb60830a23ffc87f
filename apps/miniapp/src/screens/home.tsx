// SPDX-License-Identifier: MIT
'use client';

import { useQuery } from '@tanstack/react-query';
import { BarChart3, Check, CircleAlert, CreditCard, Globe, KeyRound, LifeBuoy, ReceiptText, ShieldCheck, WifiOff, Zap } from 'lucide-react';

import { Flag } from '@/components/flag';
import { MainAction } from '@/components/main-action';
import { Button, Card, Cell, Choice, ErrorCard, List, Screen, Skeleton } from '@/components/ui';
import type { Me, Plan, Schemas } from '@/lib/api';
import { bytes, date, type Language, money, plain, timeLeft } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { go } from '@/lib/nav';
import { isPending, ordersQuery, subscriptionQuery, useMe, usePaid, usePlans } from '@/lib/queries';
import { useSelected } from '@/lib/selected';

type Glance = Schemas['SubscriptionGlance'];

const RING = 2 * Math.PI * 52;
const FULL_S = 30 * 86_400;

export function planTitle(plans: Plan[] | undefined, code: string, language: Language): string {
  return plain(plans?.find((plan) => plan.code === code)?.titles[language] ?? code);
}

function Ring({ share, children }: { share: number; children: React.ReactNode }) {
  return (
    <div className="relative grid size-36 shrink-0 place-items-center">
      <svg viewBox="0 0 120 120" aria-hidden className="absolute inset-0 -rotate-90">
        <circle cx="60" cy="60" r="52" fill="none" strokeWidth="9" className="stroke-line" />
        <circle
          cx="60" cy="60" r="52" fill="none" strokeWidth="9" strokeLinecap="round"
          strokeDasharray={RING} strokeDashoffset={RING * (1 - share)}
          className={`ring ${share > 0.1 ? 'stroke-accent' : 'stroke-warn'}`}
        />
      </svg>
      <div className="text-center">{children}</div>
    </div>
  );
}

function TrafficBar({ sub }: { sub: Glance }) {
  const { t, language } = useI18n();
  const used = bytes(sub.traffic_used_bytes, language);
  if (sub.traffic_limit_bytes === null)
    return <p className="text-sm text-muted">{fill(t.trafficUsed, { used })} · {t.unlimitedTraffic}</p>;
  const share = Math.min(sub.traffic_used_bytes / Math.max(sub.traffic_limit_bytes, 1), 1);
  const left = bytes(Math.max(sub.traffic_limit_bytes - sub.traffic_used_bytes, 0), language);
  return (
    <div>
      <div className="flex flex-wrap justify-between gap-x-3 text-sm text-muted">
        <span>{fill(t.trafficOf, { used, total: bytes(sub.traffic_limit_bytes, language) })}</span>
        <span>{fill(t.trafficLeft, { left })}</span>
      </div>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden className="mt-1.5 h-2 w-full overflow-hidden rounded-full">
        <rect width="100" height="4" className="fill-line" />
        <rect width={share * 100} height="4" className={share < 0.9 ? 'fill-accent' : 'fill-warn'} />
      </svg>
    </div>
  );
}

function StatusCard({ sub, me, plans }: { sub: Glance; me: Me; plans: Plan[] | undefined }) {
  const { t, language, count } = useI18n();
  const left = timeLeft(sub.expires_at, me.now);
  const words = { days: t.daysWord, hours: t.hoursWord, minutes: t.minutesWord };
  const active = sub.status === 'active';
  const texts = { expired: t.expiredText, exhausted: t.exhaustedText, disabled: t.disabledText };
  return (
    <Card className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-center gap-x-5 gap-y-3">
        <Ring share={active ? Math.min((sub.expires_at - me.now) / FULL_S, 1) : 0}>
          {active ? (
            <>
              <p className="text-4xl leading-none font-bold tabular-nums">{left.value}</p>
              <p className="mt-1 text-sm text-muted">{count(words[left.unit], left.value)}</p>
            </>
          ) : (
            <CircleAlert aria-hidden className="size-12 text-warn" strokeWidth={1.6} />
          )}
        </Ring>
        <div className="min-w-36 flex-1">
          <p className={`flex items-center gap-1.5 font-semibold ${active ? 'text-good' : 'text-warn'}`}>
            {active ? <ShieldCheck aria-hidden className="size-5" /> : <CircleAlert aria-hidden className="size-5" />}
            {t[sub.status]}
          </p>
          <p className="mt-1 line-clamp-3 text-lg font-bold">{planTitle(plans, sub.plan, language)}</p>
          <p className="text-muted">
            {fill(sub.expires_at > me.now ? t.activeUntil : t.expiredOn, { date: date(sub.expires_at, language, active && left.unit !== 'days') })}
          </p>
        </div>
      </div>
      {sub.status !== 'active' && <p>{texts[sub.status]}</p>}
      {sub.status !== 'expired' && <TrafficBar sub={sub} />}
      {active && (
        <Button look="tinted" icon={CreditCard} onClick={() => go({ screen: 'buy', id: sub.id })}>
          {t.renew}
        </Button>
      )}
    </Card>
  );
}

/** Where the subscription is served from, and the way to change it. */
function NodeCell({ id }: { id: number }) {
  const { t } = useI18n();
  const { data, isPending: asked } = useQuery(subscriptionQuery(id));
  const names = data?.nodes.map((node, i) => (
    <span key={i} className="mr-2.5 inline-flex max-w-40 items-center gap-1.5 align-bottom">
      <Flag country={node.country} className="size-4" />
      <span className="truncate">{plain(node.title)}</span>
    </span>
  ));
  return <Cell icon={Globe} title={t.node} hint={asked ? '…' : names?.length ? names : t.nodeHint} onPress={() => go({ screen: 'node', id })} />;
}

function Welcome() {
  const { t } = useI18n();
  return (
    <Card className="rise flex flex-col items-center px-5 py-8 text-center">
      <span className="grid size-24 place-items-center rounded-full bg-page text-accent">
        <Zap aria-hidden className="size-12" strokeWidth={1.6} />
      </span>
      <h2 className="mt-4 text-2xl font-bold tracking-tight">{t.welcome}</h2>
      <p className="mt-2 text-muted">{t.welcomeText}</p>
      <ul className="mt-5 flex flex-col gap-2.5 text-left">
        {t.welcomePoints.map((point) => (
          <li key={point} className="flex items-start gap-2.5">
            <Check aria-hidden className="mt-0.5 size-5 shrink-0 text-good" />
            {point}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function OpenOrder({ plans }: { plans: Plan[] | undefined }) {
  const { t, language } = useI18n();
  const orders = useQuery({
    ...ordersQuery,
    refetchInterval: (query) => (isPending(query.state.data?.[0]) ? 10_000 : false),
  });
  const order = orders.data?.[0];
  usePaid(order);
  if (!order || !isPending(order))
    return null;
  return (
    <List>
      <Cell
        icon={CreditCard}
        title={order.payment_failed ? t.payFailed : t.openOrder}
        hint={fill(t.openOrderText, { plan: planTitle(plans, order.plan, language), price: money(order.price, language) })}
        onPress={() => go({ screen: 'order', id: order.id })}
      />
    </List>
  );
}

export function Home() {
  const { t, language } = useI18n();
  const me = useMe();
  const plans = usePlans();
  const [sub, select] = useSelected(me.data);

  if (!me.data)
    return (
      <Screen title={t.homeTitle} hideTitle>
        {me.isError ? (
          <ErrorCard error={me.error} onRetry={() => void me.refetch()} busy={me.isFetching} />
        ) : (
          <Skeleton parts={['tall', 'cell', 'cell', 'cell']} />
        )}
        {/* The last known keys need no answer. */}
        {me.failureCount > 0 && (
          <List>
            <Cell icon={KeyRound} title={t.keys} hint={t.keysHint} onPress={() => go({ screen: 'keys' })} />
            <Cell icon={LifeBuoy} title={t.help} hint={t.helpHint} onPress={() => go({ screen: 'help' })} />
          </List>
        )}
      </Screen>
    );

  const subs = me.data.subscriptions;
  const subscriptionTitle = (s: Glance) => {
    const title = planTitle(plans.data, s.plan, language);
    const alone = subs.filter((other) => other.plan === s.plan).length === 1;
    return alone ? title : `${title} · ${date(s.expires_at, language)}`;
  };
  return (
    <Screen title={plain(me.data.shop.name) || t.homeTitle} hideTitle>
      {me.isError && (
        <p role="status" className="flex items-center gap-2 px-1 text-sm text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          {t.errorOffline}
        </p>
      )}
      {subs.length > 1 && sub && (
        <Card>
          <Choice
            label={t.subscription}
            name="subscription"
            value={String(sub.id)}
            options={subs.map((s) => ({ value: String(s.id), label: subscriptionTitle(s) }))}
            onChange={(id) => select(Number(id))}
          />
        </Card>
      )}
      {sub ? <StatusCard sub={sub} me={me.data} plans={plans.data} /> : <Welcome />}
      <OpenOrder plans={plans.data} />
      <List>
        {sub && <Cell icon={KeyRound} title={t.keys} hint={t.keysHint} onPress={() => go({ screen: 'keys', id: sub.id })} />}
        {sub && <NodeCell id={sub.id} />}
        {sub && <Cell icon={BarChart3} title={t.traffic} hint={t.traffic30} onPress={() => go({ screen: 'traffic', id: sub.id })} />}
        <Cell icon={ReceiptText} title={t.history} hint={t.historyHint} onPress={() => go({ screen: 'history' })} />
        <Cell icon={LifeBuoy} title={t.help} hint={t.helpHint} onPress={() => go({ screen: 'help' })} />
      </List>
      {!sub ? (
        <MainAction text={t.choosePlan} onPress={() => go({ screen: 'buy' })} />
      ) : sub.status === 'active' ? (
        <MainAction text={t.connect} onPress={() => go({ screen: 'keys', id: sub.id })} />
      ) : sub.status === 'disabled' ? null : (
        <MainAction text={t.renew} onPress={() => go({ screen: 'buy', id: sub.id })} />
      )}
    </Screen>
  );
}
