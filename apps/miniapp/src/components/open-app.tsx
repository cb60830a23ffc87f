// SPDX-License-Identifier: MIT
'use client';

import { ExternalLink, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';

import { type ClientApp, openTarget } from '@/lib/apps';
import { config } from '@/lib/config';
import type { Language } from '@/lib/format';
import { fill, I18nProvider, pickLanguage, useI18n, useTexts } from '@/lib/i18n';

import { Page, Skeleton, State, Wordless } from './ui';

interface Import {
  app: ClientApp;
  target: string;
}

function Body({ wanted }: { wanted: Import | null | undefined }) {
  const { t } = useI18n();
  if (wanted === undefined)
    return <Skeleton parts={['tall']} />;
  if (wanted === null)
    return <State icon={TriangleAlert} tone="warn" title={t.importBad} text={t.importBadText} />;
  const app = { app: wanted.app.name };
  return (
    <State icon={ExternalLink} title={fill(t.importTitle, app)} text={fill(t.importText, app)}>
      <a href={wanted.target} className="flex min-h-12 items-center justify-center rounded-xl bg-button px-4 font-semibold text-button-ink">
        {fill(t.importOpen, app)}
      </a>
    </State>
  );
}

/** Runs in the outer browser, which unlike Telegram may start other apps by their own schemes. */
export function OpenApp() {
  const [wanted, setWanted] = useState<Import | null | undefined>();
  const [language, setLanguage] = useState<Language | null>(null);
  const { spoken, failed } = useTexts(language);
  useEffect(() => {
    let gone = false;
    void config().then(({ api }) => {
      if (gone)
        return;
      const found = openTarget(location.search, location.hash, [location.origin, new URL(api).origin]);
      setLanguage(pickLanguage(navigator.language));
      setWanted(found);
      if (found)
        location.href = found.target;
    });
    return () => {
      gone = true;
    };
  }, []);
  if (!spoken)
    return <Wordless failed={failed} />;
  return (
    <I18nProvider language={spoken.language} texts={spoken.texts}>
      <Page>
        <h1 className="sr-only">QentVPN</h1>
        <Body wanted={wanted} />
      </Page>
    </I18nProvider>
  );
}
