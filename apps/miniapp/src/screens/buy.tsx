// SPDX-License-Identifier: MIT
'use client';

import { PackageOpen } from 'lucide-react';
import { useEffect, useState } from 'react';

import { MainAction } from '@/components/main-action';
import { Card, Choice, ErrorCard, Line, Screen, Skeleton, State } from '@/components/ui';
import { useOrdering } from '@/lib/actions';
import { ApiError, type Plan } from '@/lib/api';
import { bytes, money, monthlyPrice, plain } from '@/lib/format';
import { fill, type I18n, methodName, useI18n } from '@/lib/i18n';
import { usePlans } from '@/lib/queries';
import { offeredPlan } from '@/lib/selected';
import { confirmClosing, haptic } from '@/lib/telegram';

function features(plan: Plan, { t, language, count }: I18n): string {
  return [
    plan.traffic_limit_bytes === null
      ? t.unlimitedTraffic
      : fill(t.trafficPerPeriod, { amount: bytes(plan.traffic_limit_bytes, language) }),
    plan.device_limit !== null && fill(t.devicesUpTo, { devices: count(t.devices, plan.device_limit) }),
    plan.replicas > 1 && count(t.nodesCount, plan.replicas),
  ].filter(Boolean).join(', ');
}

function PlanCard({ plan, checked, onChoose }: { plan: Plan; checked: boolean; onChoose: () => void }) {
  const i18n = useI18n();
  const { t, language, count } = i18n;
  const price = plan.prices[0]!.price;
  const monthly = monthlyPrice(price, plan.period, plan.period_unit);
  return (
    <label className="flex cursor-pointer items-center gap-3 rounded-2xl border-2 border-transparent bg-card p-4 has-checked:border-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input type="radio" name="plan" value={plan.code} checked={checked} onChange={onChoose} className="size-5 shrink-0 accent-button" />
      <span className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span className="min-w-32 flex-1">
          <span className="line-clamp-3 font-semibold">{plain(plan.titles[language])}</span>
          <span className="block text-sm text-muted">
            {count(plan.period_unit === 'months' ? t.months : t.days, plan.period)} · {features(plan, i18n)}
          </span>
        </span>
        <span className="ml-auto text-right">
          <span className="block text-lg font-bold">{money(price, language)}</span>
          {monthly && <span className="block text-sm text-muted">{fill(t.perMonth, { price: money(monthly, language) })}</span>}
        </span>
      </span>
    </label>
  );
}

function Confirm({ plan, subscription }: { plan: Plan; subscription: number | undefined }) {
  const i18n = useI18n();
  const { t, language, count } = i18n;
  const [method, setMethod] = useState(plan.prices[0]!.method);
  const [email, setEmail] = useState('');
  const [askEmail, setAskEmail] = useState(false);
  const order = useOrdering();
  const price = (plan.prices.find((p) => p.method === method) ?? plan.prices[0]!).price;
  const emailAsked = order.error instanceof ApiError && order.error.field === 'email';

  useEffect(() => {
    confirmClosing(order.isPending);
    return () => confirmClosing(false);
  }, [order.isPending]);

  const pay = () =>
    order.mutate(
      { plan: plan.code, method, ...(subscription ? { subscription } : {}), ...(email ? { email } : {}) },
      { onError: (error) => error instanceof ApiError && error.field === 'email' && setAskEmail(true) },
    );

  return (
    <>
      <Card>
        <dl>
          <Line name={plain(plan.titles[language])} value={count(plan.period_unit === 'months' ? t.months : t.days, plan.period)} />
          <Line name={t.traffic} value={plan.traffic_limit_bytes === null ? t.unlimited : bytes(plan.traffic_limit_bytes, language)} />
          <Line name={t.total} value={money(price, language)} strong />
        </dl>
        {subscription && <p className="mt-1 text-sm text-muted">{t.renewNote}</p>}
      </Card>
      {plan.prices.length > 1 ? (
        <Card>
          <Choice
            label={t.payWith}
            name="method"
            value={method}
            options={plan.prices.map((p) => ({ value: p.method, label: methodName(p.method, i18n) }))}
            onChange={setMethod}
          />
        </Card>
      ) : (
        <Card>
          <p className="text-sm text-muted">{t.payWith}</p>
          <p className="font-medium">{methodName(method, i18n)}</p>
        </Card>
      )}
      {askEmail && (
        <Card>
          <label className="block">
            <span className="text-sm text-muted">{t.email}</span>
            <input
              type="email"
              autoComplete="email"
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value.trim())}
              className="mt-1 h-12 w-full rounded-xl bg-page px-3"
            />
          </label>
          {emailAsked && <p role="alert" className="mt-2 text-danger">{t.emailWrong}</p>}
        </Card>
      )}
      <p className="px-1 text-sm text-muted">{t.confirmText}</p>
      {order.isError && !emailAsked && <ErrorCard error={order.error} />}
      <MainAction text={fill(t.pay, { price: money(price, language) })} busy={order.isPending} onPress={pay} />
    </>
  );
}

export function Buy({ subscription, confirming, onConfirm }: {
  subscription: number | undefined;
  confirming: string | null;
  onConfirm: (plan: string) => void;
}) {
  const { t } = useI18n();
  const plans = usePlans();
  const [chosen, setChosen] = useState(offeredPlan);
  const sold = plans.data?.filter((plan) => plan.prices.length > 0) ?? [];
  const plan = sold.find((p) => p.code === chosen) ?? sold[0];
  const confirmed = sold.find((p) => p.code === confirming);

  if (confirmed)
    return (
      <Screen key="confirm" title={t.confirmTitle}>
        <Confirm plan={confirmed} subscription={subscription} />
      </Screen>
    );
  return (
    <Screen key="choose" title={subscription ? t.renewTitle : t.buyTitle}>
      {plans.isPending && <Skeleton parts={['cell', 'cell', 'cell']} />}
      {plans.isError && !plans.data && (
        <ErrorCard error={plans.error} onRetry={() => void plans.refetch()} busy={plans.isFetching} />
      )}
      {plans.data && !plan && <State icon={PackageOpen} title={t.noPlans} text={t.noPlansText} />}
      {plan && (
        <>
          <fieldset className="flex flex-col gap-3">
            <legend className="sr-only">{t.buyTitle}</legend>
            {sold.map((p) => (
              <PlanCard
                key={p.code}
                plan={p}
                checked={p.code === plan.code}
                onChoose={() => {
                  haptic('select');
                  setChosen(p.code);
                }}
              />
            ))}
          </fieldset>
          <MainAction text={t.continue} onPress={() => onConfirm(plan.code)} />
        </>
      )}
    </Screen>
  );
}
