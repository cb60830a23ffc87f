// SPDX-License-Identifier: MIT
'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

import { copyText } from '@/lib/copy';
import { useI18n } from '@/lib/i18n';
import { haptic } from '@/lib/telegram';

import { Button } from './ui';

const DONE_MS = 2000;

export function CopyButton({ text, label, look = 'tinted' }: { text: string; label: string; look?: 'filled' | 'tinted' }) {
  const { t } = useI18n();
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state !== 'done')
      return;
    const timer = setTimeout(() => setState('idle'), DONE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const done = await copyText(text);
    haptic(done ? 'success' : 'error');
    setState(done ? 'done' : 'failed');
  };
  return (
    <>
      <Button look={look} icon={state === 'done' ? Check : Copy} onClick={() => void copy()}>
        {state === 'done' ? t.copied : label}
      </Button>
      <p role="status" className={state === 'failed' ? 'mt-2 text-danger' : 'sr-only'}>
        {state === 'done' ? t.copied : state === 'failed' ? t.copyFailed : ''}
      </p>
    </>
  );
}
