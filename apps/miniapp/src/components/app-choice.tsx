// SPDX-License-Identifier: MIT
'use client';

import { type ReactNode, useState } from 'react';

import { appsFor, type ClientApp, detectOs, OS_NAMES, type Os } from '@/lib/apps';
import { useI18n } from '@/lib/i18n';
import { platform } from '@/lib/telegram';

import { Choice, Select } from './ui';

interface AppChoice {
  app: ClientApp;
  /** Where to get it for the chosen system. */
  store: string;
  fields: ReactNode;
}

/** The VPN app that the buyer chooses, at first one for this very device. */
export function useAppChoice(): AppChoice {
  const { t } = useI18n();
  const [os, setOs] = useState<Os>(() => detectOs(platform(), navigator.userAgent));
  const [id, setId] = useState('');
  const apps = appsFor(os);
  const app = apps.find((one) => one.id === id) ?? apps[0]!;
  const systems = (Object.keys(OS_NAMES) as Os[]).map((value) => ({ value, label: OS_NAMES[value] }));
  return {
    app,
    store: app.stores[os]!,
    fields: (
      <>
        <Select label={t.device} value={os} options={systems} onChange={setOs} />
        <Choice label={t.app} name="app" value={app.id} options={apps.map((one) => ({ value: one.id, label: one.name }))} onChange={setId} />
      </>
    ),
  };
}
