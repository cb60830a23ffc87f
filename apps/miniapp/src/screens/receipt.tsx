// SPDX-License-Identifier: MIT
'use client';

import { Printer } from 'lucide-react';

import { CopyButton } from '@/components/copy-button';
import { Button, Card, Heading, Line } from '@/components/ui';
import type { Order } from '@/lib/api';
import { dateTime, money } from '@/lib/format';
import { methodName, useI18n } from '@/lib/i18n';
import { useMe, usePlans } from '@/lib/queries';

import { planTitle } from './home';

/** What was ordered, as lines to read, copy and print. */
export function Receipt({ order }: { order: Order }) {
  const i18n = useI18n();
  const { t, language } = i18n;
  const plans = usePlans();
  const me = useMe();
  const shop = me.data?.shop.name;
  const title = order.paid_at === null ? t.receiptDetails : t.receipt;
  const lines: [string, string][] = [
    [t.receiptOrder, String(order.id)],
    [t.receiptPlan, planTitle(plans.data, order.plan, language)],
    [t.receiptAmount, money(order.price, language)],
    [t.receiptMethod, methodName(order.method, i18n)],
    [t.receiptStatus, t.orderStatus[order.status]],
    [t.receiptOrdered, dateTime(order.created_at, language)],
    ...(order.paid_at === null ? [] : [[t.receiptPaid, dateTime(order.paid_at, language)] satisfies [string, string]]),
  ];
  const text = [shop ? `${shop}: ${title}` : title, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\n');
  return (
    <>
      <Heading>{title}</Heading>
      <Card className="receipt">
        <dl>{lines.map(([name, value]) => <Line key={name} name={name} value={value} />)}</dl>
        {order.paid_at !== null && <p className="mt-2 text-sm text-muted">{t.receiptText}</p>}
        <div className="mt-3 flex flex-col gap-2 print:hidden">
          <CopyButton text={text} label={t.receiptCopy} />
          <Button look="plain" icon={Printer} className="hidden pointer-fine:flex" onClick={() => window.print()}>
            {t.receiptPrint}
          </Button>
        </div>
      </Card>
    </>
  );
}
