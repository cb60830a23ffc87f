// SPDX-License-Identifier: MIT
'use client';

import { useQuery } from '@tanstack/react-query';
import { BarChart3 } from 'lucide-react';
import { useState } from 'react';

import { Card, ErrorCard, Screen, Skeleton, State } from '@/components/ui';
import { bytes, fillDays, utcDay } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { trafficQuery, useMe } from '@/lib/queries';
import { useSelected } from '@/lib/selected';
import { haptic } from '@/lib/telegram';

const WIDTH = 300;
const HEIGHT = 140;

type Day = ReturnType<typeof fillDays>[number];

function Chart({ days }: { days: Day[] }) {
  const { t, language } = useI18n();
  const [at, setAt] = useState(days.length - 1);
  const most = Math.max(...days.map((day) => day.bytes), 1);
  const total = days.reduce((sum, day) => sum + day.bytes, 0);
  const step = WIDTH / days.length;
  const chosen = days[at]!;
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
        aria-valuetext={`${utcDay(chosen.day_start, language)}: ${bytes(chosen.bytes, language)}`}
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
        {days.map((day, i) => {
          const height = day.bytes ? Math.max((day.bytes / most) * (HEIGHT - 8), 3) : 0;
          return (
            <rect
              key={day.day_start}
              x={i * step + step * 0.15}
              y={HEIGHT - height}
              width={step * 0.7}
              height={height}
              rx="2"
              className={i === at ? 'fill-accent' : 'fill-accent opacity-45'}
            />
          );
        })}
      </svg>
      <p className="mt-1 flex justify-between text-sm text-muted" aria-hidden>
        <span>{utcDay(days[0]!.day_start, language)}</span>
        <span>{utcDay(days.at(-1)!.day_start, language)}</span>
      </p>
    </Card>
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
            <dd className="font-medium">{bytes(value, language)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function Traffic({ id: asked }: { id: number | undefined }) {
  const { t } = useI18n();
  const me = useMe();
  const [selected] = useSelected(me.data);
  const id = asked ?? selected?.id;
  const traffic = useQuery({ ...trafficQuery(id ?? 0), enabled: id !== undefined });
  const days = traffic.data && me.data ? fillDays(traffic.data.days, me.data.now) : undefined;
  const error = traffic.error ?? me.error;
  const empty = days?.every((day) => day.bytes === 0) ?? (me.isSuccess && id === undefined);
  return (
    <Screen title={t.trafficTitle}>
      {empty ? (
        <State icon={BarChart3} title={t.trafficNone} text={t.trafficNoneText} />
      ) : days ? (
        <>
          <Chart days={days} />
          <Numbers days={days} />
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
