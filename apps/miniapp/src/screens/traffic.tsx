// SPDX-License-Identifier: MIT
'use client';

import { useQuery } from '@tanstack/react-query';
import { BarChart3, ChevronDown } from 'lucide-react';
import { useState } from 'react';

import { Flag } from '@/components/flag';
import { Card, ErrorCard, Screen, Skeleton, State } from '@/components/ui';
import { byNode, bytes, fillDays, type NodeTraffic, plain, utcDay } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { trafficQuery } from '@/lib/queries';
import { useSubscription } from '@/lib/selected';
import { haptic } from '@/lib/telegram';
import type { Texts } from '@/lib/texts.en';

const WIDTH = 300;
const HEIGHT = 140;
const TOP = 8;
const SERIES = ['fill-series-1', 'fill-series-2', 'fill-series-3', 'fill-series-4'] as const;

type Day = ReturnType<typeof fillDays>[number];

/** The nodes with a colour of their own, and the rest as one. */
function seriesOf(days: Day[]): NodeTraffic[] {
  const nodes = byNode(days);
  const named = nodes.filter((node) => node.title !== null).slice(0, SERIES.length);
  const rest = nodes.filter((node) => !named.includes(node));
  if (rest.length === 0)
    return named;
  const sum = (at: number) => rest.reduce((total, node) => total + node.days[at]!, 0);
  return [...named, {
    title: null, country: null, bytes: rest.reduce((total, node) => total + node.bytes, 0), days: days.map((_, at) => sum(at)),
  }];
}

const fillOf = (node: NodeTraffic, i: number) => (node.title === null ? 'fill-muted' : SERIES[i]!);

function nodeName(node: NodeTraffic, t: Texts): string {
  return node.title === null ? t.otherNodes : plain(node.title);
}

/** One day's bar: the nodes' shares upon each other. */
function Bar({ at, day, series, most, step, chosen }: {
  at: number;
  day: Day;
  series: NodeTraffic[];
  most: number;
  step: number;
  chosen: boolean;
}) {
  const scale = (HEIGHT - TOP) / most;
  const parts = series.map((node, i) => {
    const below = series.slice(0, i).reduce((sum, other) => sum + other.days[at]!, 0);
    return { node, i, below, bytes: node.days[at]! };
  });
  return (
    <g className={chosen ? '' : 'opacity-80'}>
      {chosen && <rect x={at * step} y="0" width={step} height={HEIGHT} rx="2" className="fill-line" />}
      {parts.filter((part) => part.bytes > 0).map(({ node, i, below, bytes: amount }) => {
        const height = Math.max(amount * scale, series.length === 1 ? 3 : 1);
        return (
          <rect
            key={nodeKey(node)}
            x={at * step + step * 0.15}
            y={HEIGHT - below * scale - height}
            width={step * 0.7}
            height={height}
            rx={day.bytes === amount ? 2 : 0.5}
            className={fillOf(node, i)}
          />
        );
      })}
    </g>
  );
}

const nodeKey = (node: NodeTraffic) => `${node.country} ${node.title}`;

function Chart({ days, series }: { days: Day[]; series: NodeTraffic[] }) {
  const { t, language } = useI18n();
  const [at, setAt] = useState(() => days.findLastIndex((day) => day.bytes > 0));
  const most = Math.max(...days.map((day) => day.bytes), 1);
  const total = days.reduce((sum, day) => sum + day.bytes, 0);
  const step = WIDTH / days.length;
  const chosen = days[at]!;
  const told = `${utcDay(chosen.day_start, language)}: ${bytes(chosen.bytes, language)}`;
  const shares = series.length > 1
    ? series.filter((node) => node.days[at]! > 0).map((node) => `${nodeName(node, t)} ${bytes(node.days[at]!, language)}`)
    : [];
  const choose = (next: number) => {
    const within = Math.min(Math.max(next, 0), days.length - 1);
    if (within !== at)
      haptic('select');
    setAt(within);
  };
  const pointed = (event: React.PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    choose(Math.floor(((event.clientX - box.left) / box.width) * days.length));
  };
  return (
    <Card>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-2xl font-bold">{bytes(chosen.bytes, language)}</span>
        <span className="text-muted">{utcDay(chosen.day_start, language)}</span>
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="slider"
        tabIndex={0}
        aria-label={fill(t.chartLabel, { total: bytes(total, language) })}
        aria-valuemin={0}
        aria-valuemax={days.length - 1}
        aria-valuenow={at}
        aria-valuetext={[told, ...shares].join('; ')}
        onPointerDown={pointed}
        onPointerMove={(event) => event.buttons > 0 && pointed(event)}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by)
            choose(at + by);
        }}
        className="mt-3 w-full touch-pan-y"
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
        {days.map((day, i) => (
          <Bar key={day.day_start} at={i} day={day} series={series} most={most} step={step} chosen={i === at} />
        ))}
      </svg>
      <p className="mt-1 flex justify-between text-sm text-muted" aria-hidden>
        <span>{utcDay(days[0]!.day_start, language)}</span>
        <span>{utcDay(days.at(-1)!.day_start, language)}</span>
      </p>
      {series.length > 1 && (
        <ul className="mt-3 flex flex-col gap-1.5 border-t border-line pt-3">
          {series.map((node, i) => (
            <li key={nodeKey(node)} className="flex items-center gap-2.5">
              <svg viewBox="0 0 10 10" aria-hidden className="size-3 shrink-0">
                <circle cx="5" cy="5" r="5" className={fillOf(node, i)} />
              </svg>
              <Flag country={node.country} className="size-5" />
              <span className="line-clamp-2 min-w-0 flex-1">{nodeName(node, t)}</span>
              <span className="shrink-0 tabular-nums text-muted">{bytes(node.days[at]!, language)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** All that the chart shows, for those who read rather than look. */
function Table({ days, series }: { days: Day[]; series: NodeTraffic[] }) {
  const { t, language } = useI18n();
  const columns = series.length > 1 ? series : [];
  const rows = days.map((day, at) => ({ day, at })).filter(({ day }) => day.bytes > 0).reverse();
  const cell = 'border-t border-line px-4 py-2 text-right whitespace-nowrap tabular-nums';
  return (
    <details className="group overflow-hidden rounded-2xl bg-card">
      <summary className="flex min-h-14 cursor-pointer list-none items-center gap-3 px-4 py-2.5 font-medium">
        <span className="flex-1">{t.chartTable}</span>
        <ChevronDown aria-hidden className="size-5 shrink-0 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t.chartTable}>
        <table className="w-full text-sm">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-medium">{t.dayColumn}</th>
              {columns.map((node) => (
                <th key={nodeKey(node)} scope="col" className="max-w-40 px-4 py-2 text-right font-medium">{nodeName(node, t)}</th>
              ))}
              <th scope="col" className="px-4 py-2 text-right font-medium">{columns.length ? t.totalColumn : t.bytesColumn}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ day, at }) => (
              <tr key={day.day_start}>
                <th scope="row" className="border-t border-line px-4 py-2 text-left font-normal whitespace-nowrap">
                  {utcDay(day.day_start, language)}
                </th>
                {columns.map((node) => (
                  <td key={nodeKey(node)} className={cell}>{bytes(node.days[at]!, language)}</td>
                ))}
                <td className={`${cell} font-medium`}>{bytes(day.bytes, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Numbers({ days }: { days: Day[] }) {
  const { t, language } = useI18n();
  const busy = days.filter((day) => day.bytes > 0);
  const total = busy.reduce((sum, day) => sum + day.bytes, 0);
  const rows = [
    [t.traffic30, total],
    [t.average, total / Math.max(busy.length, 1)],
    [t.most, Math.max(...days.map((day) => day.bytes))],
  ] as const;
  return (
    <Card>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4 py-1.5">
            <dt className="text-muted">{name}</dt>
            <dd className="shrink-0 font-medium">{bytes(value, language)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function Traffic({ id: asked }: { id: number | undefined }) {
  const { t } = useI18n();
  const { me, id } = useSubscription(asked);
  const traffic = useQuery({ ...trafficQuery(id ?? 0), enabled: id !== undefined });
  const days = traffic.data && me.data ? fillDays(traffic.data.days, me.data.now) : undefined;
  const series = days ? seriesOf(days) : [];
  const error = traffic.error ?? me.error;
  const empty = days?.every((day) => day.bytes === 0) ?? (me.isSuccess && id === undefined);
  return (
    <Screen title={t.trafficTitle}>
      {empty ? (
        <State icon={BarChart3} title={t.trafficNone} text={t.trafficNoneText} />
      ) : days ? (
        <>
          <Chart days={days} series={series} />
          <Numbers days={days} />
          <Table days={days} series={series} />
        </>
      ) : error ? (
        <ErrorCard
          error={error}
          busy={traffic.isFetching || me.isFetching}
          onRetry={() => void (me.data ? traffic.refetch() : me.refetch())}
        />
      ) : (
        <Skeleton parts={['tall', 'card']} />
      )}
    </Screen>
  );
}
