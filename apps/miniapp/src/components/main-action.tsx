// SPDX-License-Identifier: MIT
'use client';

import { useEffect, useRef } from 'react';

import { atLeast, haptic, inTelegram, onMainButton, showMainButton } from '@/lib/telegram';
import { themeColor, useTheme } from '@/lib/theme';

import { Button } from './ui';

export interface MainActionProps {
  text: string;
  onPress: () => void;
  busy?: boolean;
  disabled?: boolean;
}

/** The screen's one main action: Telegram's own button, and outside of it one at the page's end. */
export function MainAction({ text, onPress, busy = false, disabled = false }: MainActionProps) {
  const theme = useTheme();
  const native = inTelegram() && atLeast('6.0');
  const press = useRef(onPress);
  useEffect(() => {
    press.current = onPress;
  });
  useEffect(() => {
    if (!native)
      return;
    const stop = onMainButton(() => {
      haptic('tap');
      press.current();
    });
    return () => {
      stop();
      showMainButton(null);
    };
  }, [native]);
  useEffect(() => {
    if (native)
      showMainButton({ text, busy, disabled, color: themeColor('--c-button'), textColor: themeColor('--c-button-text') });
  }, [native, text, busy, disabled, theme]);
  if (native)
    return null;
  return (
    <div className="safe-bottom sticky bottom-0 order-last -mx-4 mt-auto bg-page px-4 pt-3">
      <Button busy={busy} disabled={disabled || busy} onClick={onPress}>
        {text}
      </Button>
    </div>
  );
}
