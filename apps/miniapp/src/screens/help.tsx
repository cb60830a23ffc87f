// SPDX-License-Identifier: MIT
'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, Download, KeyRound, MessageCircle } from 'lucide-react';
import { lazy, Suspense } from 'react';

import { useAppChoice } from '@/components/app-choice';
import { Boundary } from '@/components/boundary';
import { Button, Card, Choice, ErrorCard, Heading, Screen } from '@/components/ui';
import { api } from '@/lib/api';
import type { Language } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { go } from '@/lib/nav';
import { meQuery, plansQuery, useMe } from '@/lib/queries';
import { openLink } from '@/lib/telegram';

const Picture = lazy(() => import('@/components/help-picture'));

function SetUp() {
  const { t } = useI18n();
  const { app, store, fields } = useAppChoice();
  return (
    <Card className="flex flex-col gap-4">
      {fields}
      <ol className="flex flex-col gap-5">
        {t.setUpSteps.map((step, i) => (
          <li key={step} className="flex items-center gap-4">
            <Boundary quiet>
              <Suspense fallback={<span className="bone h-40 w-24 shrink-0 rounded-2xl" />}>
                <Picture app={app.id} name={app.name} step={i} />
              </Suspense>
            </Boundary>
            <span className="min-w-0 flex-1">
              <span aria-hidden className="mb-2 grid size-7 place-items-center rounded-full bg-page text-sm font-bold text-accent">{i + 1}</span>
              {fill(step, { app: app.name })}
            </span>
          </li>
        ))}
      </ol>
      <div className="flex flex-col gap-2">
        <Button icon={KeyRound} onClick={() => go({ screen: 'keys' })}>{t.openKeys}</Button>
        <Button look="tinted" icon={Download} onClick={() => openLink(store)}>
          {fill(t.install, { app: app.name })}
        </Button>
      </div>
    </Card>
  );
}

export function Help({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const { t, language } = useI18n();
  const client = useQueryClient();
  const me = useMe();
  const save = useMutation({
    mutationFn: api.setLanguage,
    // One after the other: the last choice is what stays.
    scope: { id: 'language' },
    onSuccess: async (fresh) => {
      // An answer that is on its way may be older than this one.
      await client.cancelQueries({ queryKey: meQuery.queryKey });
      client.setQueryData(meQuery.queryKey, fresh);
      void client.invalidateQueries({ queryKey: plansQuery.queryKey });
    },
  });
  const support = me.data?.shop.support_url;
  return (
    <Screen title={t.helpTitle}>
      <Heading>{t.setUp}</Heading>
      <SetUp />
      <Heading>{t.questions}</Heading>
      <div className="overflow-hidden rounded-2xl bg-card">
        {t.faq.map(([question, answer]) => (
          <details key={question} className="group border-line not-first:border-t">
            <summary className="flex min-h-14 cursor-pointer list-none items-center gap-3 px-4 py-2.5 font-medium">
              <span className="flex-1">{question}</span>
              <ChevronDown aria-hidden className="size-5 shrink-0 text-muted transition-transform group-open:rotate-180" />
            </summary>
            <p className="px-4 pb-4 text-muted">{answer}</p>
          </details>
        ))}
      </div>
      {support && (
        <Button look="raised" icon={MessageCircle} onClick={() => openLink(support)}>
          {t.support}
        </Button>
      )}
      <Card>
        <Choice
          label={t.language}
          name="language"
          value={language}
          options={[{ value: 'ru', label: 'Русский' }, { value: 'en', label: 'English' }]}
          onChange={(chosen) => {
            onLanguage(chosen);
            save.mutate(chosen);
          }}
        />
      </Card>
      {save.isError && <ErrorCard error={save.error} onRetry={() => save.mutate(language)} busy={save.isPending} />}
    </Screen>
  );
}
