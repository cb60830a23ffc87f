// SPDX-License-Identifier: MIT
'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronRight, Globe, KeyRound, Sparkles } from 'lucide-react';
import { useState } from 'react';

import { Flag } from '@/components/flag';
import { Button, Card, Dialog, ErrorCard, Notice, Screen, Skeleton, State } from '@/components/ui';
import { useAction } from '@/lib/actions';
import { api, ApiError, type NodeChoice, type Nodes } from '@/lib/api';
import { countryName, plain } from '@/lib/format';
import { fill, type I18n, useI18n } from '@/lib/i18n';
import { nodesQuery, subscriptionQuery } from '@/lib/queries';
import { useSubscription } from '@/lib/selected';
import { haptic } from '@/lib/telegram';

const BUSY_PERCENT = 60;
const CROWDED_PERCENT = 85;

function health(node: NodeChoice, { t }: I18n): { words: string; tone: string } {
  if (node.down)
    return { words: t.nodeDown, tone: 'text-danger' };
  if (!node.available && !node.current)
    return { words: t.nodeFull, tone: 'text-warn' };
  if (node.load_percent === null)
    return { words: t.nodeWorks, tone: 'text-good' };
  if (node.load_percent >= CROWDED_PERCENT)
    return { words: t.nodeCrowded, tone: 'text-warn' };
  return node.load_percent >= BUSY_PERCENT ? { words: t.nodeBusy, tone: 'text-warn' } : { words: t.nodeFree, tone: 'text-good' };
}

function NodeLine({ node, locked, onChoose }: { node: NodeChoice; locked: boolean; onChoose: () => void }) {
  const i18n = useI18n();
  const { words, tone } = health(node, i18n);
  const country = countryName(node.country, i18n.language);
  const title = plain(node.title);
  const choosable = node.available && !node.current && !locked;
  return (
    <li className="border-line not-first:border-t">
      <button
        type="button"
        disabled={!choosable}
        aria-current={node.current || undefined}
        onClick={onChoose}
        className="flex min-h-16 w-full items-center gap-3 px-4 py-2.5 text-left enabled:active:bg-page"
      >
        <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-full bg-page">
          <Flag country={node.country} className="size-8" fallback={<Globe className="size-5 text-muted" />} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2 font-medium">{title}</span>
          <span className="block text-sm text-muted">
            {country && country !== title && `${country} · `}
            <span className={tone}>{words}</span>
          </span>
        </span>
        {node.current ? (
          <span className="flex shrink-0 items-center gap-1 text-sm font-medium text-good">
            <Check aria-hidden className="size-5" />
            {i18n.t.nodeCurrent}
          </span>
        ) : (
          choosable && <ChevronRight aria-hidden className="size-5 shrink-0 text-muted" />
        )}
      </button>
    </li>
  );
}

/** The list as it will be after the move, shown at once; as it is where the server decides what changes. */
export function moved(nodes: Nodes, name: string | null): Nodes {
  const several = nodes.nodes.filter((node) => node.current).length > 1;
  if (name === null || several)
    return nodes;
  return { ...nodes, nodes: nodes.nodes.map((node) => ({ ...node, current: node.name === name })) };
}

function useMove(id: number) {
  const client = useQueryClient();
  const { queryKey } = nodesQuery(id);
  return useAction({
    mutationKey: ['move', id],
    mutationFn: (name: string | null) => api.move(id, name),
    onMutate: async (name) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      if (before)
        client.setQueryData(queryKey, moved(before, name));
      return before;
    },
    onError: (_error, _name, before) => {
      haptic('error');
      client.setQueryData(queryKey, before);
    },
    onSuccess: (subscription) => {
      haptic('success');
      client.setQueryData(subscriptionQuery(id).queryKey, subscription);
      void client.invalidateQueries({ queryKey: ['keys', id] });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

function Ask({ wanted, move, onDone }: {
  wanted: NodeChoice | null;
  move: ReturnType<typeof useMove>;
  onDone: () => void;
}) {
  const { t } = useI18n();
  const gone = move.error instanceof ApiError && move.error.status === 409 && move.error.slug !== 'too-soon';
  return (
    <>
      <p className="mt-2 mb-4">{t.nodeWarning}</p>
      {move.isError && (gone ? <p role="alert" className="text-danger">{t.nodeGone}</p> : <ErrorCard error={move.error} />)}
      <div className="mt-3 flex flex-col gap-2">
        <Button busy={move.isPending} onClick={() => move.mutate(wanted?.name ?? null, { onSuccess: onDone })}>
          {t.nodeYes}
        </Button>
        <Button look="tinted" disabled={move.isPending} onClick={onDone}>
          {t.cancel}
        </Button>
      </div>
    </>
  );
}

function Choose({ id, nodes, locked }: { id: number; nodes: NodeChoice[]; locked: boolean }) {
  const { t, count } = useI18n();
  const [wanted, setWanted] = useState<NodeChoice | null | undefined>();
  const move = useMove(id);
  const current = nodes.filter((node) => node.current).length;
  const others = nodes.some((node) => node.available && !node.current);
  const ask = (node: NodeChoice | null) => {
    haptic('warning');
    move.reset();
    setWanted(node);
  };
  const done = () => setWanted(undefined);
  return (
    <>
      <p className="px-1 text-muted">{t.nodeIntro}</p>
      {current > 1 && <p className="px-1 text-muted">{fill(t.nodeReplicas, { nodes: count(t.nodesCount, current) })}</p>}
      <ul className="overflow-hidden rounded-2xl bg-card">
        {nodes.map((node) => (
          <NodeLine key={node.name} node={node} locked={locked || move.isPending} onChoose={() => ask(node)} />
        ))}
      </ul>
      <p role="status" className={move.isSuccess ? 'px-1 text-good' : 'sr-only'}>
        {move.isSuccess ? t.nodeMoved : ''}
      </p>
      {others && !locked && nodes.length > 2 && (
        <Button look="raised" icon={Sparkles} disabled={move.isPending} onClick={() => ask(null)}>
          {t.nodeBest}
        </Button>
      )}
      <Dialog
        open={wanted !== undefined}
        title={fill(t.nodeAsk, { node: wanted ? plain(wanted.title) : t.nodeBestName })}
        onClose={done}
      >
        <Ask wanted={wanted ?? null} move={move} onDone={done} />
      </Dialog>
    </>
  );
}

export function Node({ id: asked }: { id: number | undefined }) {
  const { t } = useI18n();
  const { me, id, sub } = useSubscription(asked);
  const nodes = useQuery({ ...nodesQuery(id ?? 0), enabled: id !== undefined });
  const inactive = sub !== undefined && sub.status !== 'active';
  const error = nodes.error ?? me.error;
  const list = nodes.data?.nodes;
  return (
    <Screen title={t.nodeTitle}>
      {inactive && <Notice icon={KeyRound}>{sub.status === 'disabled' ? t.disabledText : t.nodeInactive}</Notice>}
      {list && id !== undefined ? (
        <>
          {(list.length > 0 || !inactive) && <Choose id={id} nodes={list} locked={inactive} />}
          {list.length < 2 && (
            <Card>
              <p className="font-medium">{t.nodeNone}</p>
              <p className="mt-0.5 text-muted">{t.nodeNoneText}</p>
            </Card>
          )}
        </>
      ) : error ? (
        <ErrorCard
          error={error}
          busy={nodes.isFetching || me.isFetching}
          onRetry={() => void (me.data ? nodes.refetch() : me.refetch())}
        />
      ) : me.isSuccess && id === undefined ? (
        <State icon={Globe} title={t.keysNone} text={t.keysNoneText} />
      ) : (
        <Skeleton parts={['cell', 'cell', 'cell']} />
      )}
    </Screen>
  );
}
