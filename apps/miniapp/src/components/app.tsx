// SPDX-License-Identifier: MIT
'use client';

import { QueryClientProvider, useIsFetching, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, History, Send } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';

import { ApiError } from '@/lib/api';
import { BASE, type Config, config } from '@/lib/config';
import type { Language } from '@/lib/format';
import { I18nProvider, pickLanguage, useI18n, useTexts } from '@/lib/i18n';
import { go, goBack, replaceView, useView } from '@/lib/nav';
import { offerPlan } from '@/lib/selected';
import { makeQueryClient, meQuery, plansQuery, useMe } from '@/lib/queries';
import * as telegram from '@/lib/telegram';
import { applyTheme, themeColor, type ThemeParams } from '@/lib/theme';
import { Home } from '@/screens/home';

import { Boundary } from './boundary';
import { Button, Page, Skeleton, State, Wordless } from './ui';

const OFFLINE_AFTER_MS = 3000;
const loadInner = () => import('@/screens/inner');
const Inner = lazy(loadInner);

function Outside() {
  const { t } = useI18n();
  const [bot, setBot] = useState<Config['bot']>();
  useEffect(() => {
    void config().then((c) => setBot(c.bot));
  }, []);
  return (
    <Page>
      <h1 className="sr-only">{t.outsideTitle}</h1>
      <State icon={Send} title={t.outsideTitle} text={t.outsideText}>
        {bot && (
          <a href={bot} className="flex min-h-12 items-center justify-center rounded-xl bg-button px-4 font-semibold text-button-ink">
            {t.openBot}
          </a>
        )}
      </State>
      <p className="px-4 text-center text-muted">{t.outsidePaid}</p>
    </Page>
  );
}

function Stale() {
  const { t } = useI18n();
  return (
    <Page>
      <h1 className="sr-only">{t.staleTitle}</h1>
      <State icon={History} title={t.staleTitle} text={t.staleText}>
        {telegram.inTelegram() && <Button onClick={telegram.close}>{t.close}</Button>}
      </State>
    </Page>
  );
}

/** True once an answer said that the launch data is no longer taken. */
function useStale(): boolean {
  const client = useQueryClient();
  const [stale, setStale] = useState(false);
  useEffect(() => {
    const check = (error: unknown) => error instanceof ApiError && error.isStale && setStale(true);
    const stops = [
      client.getQueryCache().subscribe((event) => check(event.query.state.error)),
      client.getMutationCache().subscribe((event) => check(event.mutation?.state.error)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [client]);
  return stale;
}

function Screens({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const { t } = useI18n();
  const view = useView();
  const me = useMe();
  const [confirming, setConfirming] = useState<string | null>(null);
  const [viewed, setViewed] = useState(view);
  const busy = useIsFetching() > 0;
  const stale = useStale();
  if (viewed !== view) {
    setViewed(view);
    setConfirming(null);
  }
  const inner = view.screen !== 'home';
  const back = confirming ? () => setConfirming(null) : goBack;

  useEffect(() => {
    telegram.showBackButton(inner);
    return inner ? telegram.onBackButton(back) : undefined;
  });
  useEffect(() => {
    if (me.data)
      onLanguage(me.data.language);
  }, [me.data, onLanguage]);

  if (stale)
    return <Stale />;
  return (
    <Page>
      {inner && !telegram.hasBackButton() && (
        <button type="button" onClick={back} className="flex min-h-11 items-center gap-1.5 self-start rounded-xl pr-3 font-medium text-link">
          <ArrowLeft aria-hidden className="size-5" />
          {t.back}
        </button>
      )}
      <div key={view.screen} aria-busy={busy} className="flex flex-1 flex-col gap-3">
        <Boundary>
          {inner ? (
            <Suspense fallback={<Skeleton parts={['tall', 'card']} />}>
              <Inner view={view} confirming={confirming} onConfirm={setConfirming} onLanguage={onLanguage} />
            </Suspense>
          ) : (
            <Home />
          )}
        </Boundary>
      </div>
    </Page>
  );
}

/** Once the first screen has had the network for itself. */
function keepForOffline(): () => void {
  const timer = setTimeout(() => void navigator.serviceWorker?.register(`${BASE}/sw.js`).catch(() => undefined), OFFLINE_AFTER_MS);
  return () => clearTimeout(timer);
}

function dress(theme: ThemeParams): void {
  applyTheme(theme);
  telegram.paintBars(themeColor('--c-page'));
}

/** The screens that a link of the bot may name in its start parameter; "plan" chooses one. */
function firstScreen(): void {
  const query = new URLSearchParams(location.search);
  const start = new URLSearchParams(telegram.initData()).get('start_param') ?? query.get('tgWebAppStartParam');
  offerPlan(query.get('plan'));
  if (start === 'buy' || start === 'renew' || start === 'keys' || start === 'help') {
    replaceView({ screen: 'home' });
    go({ screen: start === 'renew' ? 'buy' : start });
  }
}

export function App() {
  const [launch, setLaunch] = useState<telegram.Launch | null>(null);
  const [language, setLanguage] = useState<Language | null>(null);
  const [client] = useState(makeQueryClient);
  const { spoken, failed } = useTexts(language);

  useEffect(() => {
    const started = telegram.startTelegram();
    dress(started?.theme ?? {});
    // The first client-side render must equal the exported page, so the launch is read after it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setLanguage(pickLanguage(started?.language || navigator.language));
    setLaunch(started);
    if (!started)
      return;
    firstScreen();
    void client.prefetchQuery(meQuery);
    void client.prefetchQuery(plansQuery);
    void loadInner().catch(() => undefined);
    const stops = [
      telegram.watchTheme(dress),
      telegram.watchSafeAreas(),
      telegram.onReturn(() => void client.invalidateQueries()),
      keepForOffline(),
    ];
    return () => stops.forEach((stop) => stop());
  }, [client]);

  if (!spoken)
    return <Wordless failed={failed} />;
  return (
    <QueryClientProvider client={client}>
      <I18nProvider language={spoken.language} texts={spoken.texts}>
        {launch ? <Screens onLanguage={setLanguage} /> : <Outside />}
      </I18nProvider>
    </QueryClientProvider>
  );
}
