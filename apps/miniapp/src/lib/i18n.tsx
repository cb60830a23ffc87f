// SPDX-License-Identifier: MIT
'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

import { ApiError } from './api';
import { type Language, plain, READS_RUSSIAN } from './format';
import type { Forms, Texts } from './texts.en';

/** Each language comes by itself, so that nobody waits for the other one. */
function loadTexts(language: Language): Promise<Texts> {
  return language === 'ru' ? import('./texts.ru').then((m) => m.ru) : import('./texts.en').then((m) => m.en);
}

/** Puts values into {name} places. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const rules: Record<Language, Intl.PluralRules> = { en: new Intl.PluralRules('en'), ru: new Intl.PluralRules('ru') };

/** The form of a counted word for `n`, with the number written as the language writes it. */
export function plural(language: Language, forms: Forms, n: number): string {
  const form = forms[rules[language].select(n) as keyof Forms] ?? forms.other;
  return fill(form, { n: new Intl.NumberFormat(language).format(n) });
}

/** Telegram's or the browser's language code; those who mostly read Russian get Russian. */
export function pickLanguage(code: string): Language {
  return READS_RUSSIAN.test(code) ? 'ru' : 'en';
}

export interface Failure {
  title: string;
  text: string;
  retry: boolean;
}

export interface I18n {
  language: Language;
  t: Texts;
  count: (forms: Forms, n: number) => string;
}

export function makeI18n(language: Language, t: Texts): I18n {
  return { language, t, count: (forms, n) => plural(language, forms, n) };
}

export const methodName = (method: string, { t }: I18n) =>
  ({ yookassa: t.methodYookassa, stars: t.methodStars })[method] ?? plain(method);

/** What went wrong and what to do, for a person. */
export function describe(error: unknown, { t, count }: I18n): Failure {
  const say = (title: string, text: string, retry = true): Failure => ({ title, text, retry });
  if (!(error instanceof ApiError))
    return say(t.errorOther, t.errorOtherText);
  const seconds = Math.max(Math.ceil(error.retryAfterMs / 1000), 1);
  const wait = { seconds: seconds > 90 ? count(t.waitMinutes, Math.ceil(seconds / 60)) : count(t.seconds, seconds) };
  if (error.kind === 'offline')
    return say(t.errorOffline, t.errorOfflineText);
  if (error.kind === 'timeout')
    return say(t.errorTimeout, t.errorTimeoutText);
  if (error.kind === 'malformed')
    return say(t.errorMalformed, t.errorMalformedText);
  if (error.slug === 'too-soon')
    return say(t.errorSoon, fill(t.errorSoonText, wait));
  if (error.status === 429)
    return say(t.errorRate, fill(t.errorRateText, wait));
  if (error.slug === 'method-unavailable')
    return say(t.errorMethod, t.errorMethodText);
  if (error.status === 404)
    return say(t.errorNotFound, t.errorNotFoundText, false);
  if (error.status === 409)
    return say(t.errorConflict, t.errorConflictText);
  if (error.status >= 500)
    return say(t.errorServer, t.errorServerText);
  return say(t.errorOther, t.errorOtherText);
}

const Context = createContext<I18n | null>(null);

export function I18nProvider({ language, texts, children }: { language: Language; texts: Texts; children: ReactNode }) {
  const value = useMemo(() => makeI18n(language, texts), [language, texts]);
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value)
    throw new Error('no language yet');
  return value;
}

/** The texts, or null while they are being fetched. */
export const useMaybeI18n = () => useContext(Context);

interface Spoken {
  language: Language;
  texts: Texts;
}

/** Fetches the texts of the wanted language; the ones before stay until they are there. */
export function useTexts(wanted: Language | null): { spoken: Spoken | null; failed: boolean } {
  const [spoken, setSpoken] = useState<Spoken | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!wanted)
      return;
    let current = true;
    loadTexts(wanted).then(
      (texts) => current && setSpoken({ language: wanted, texts }),
      () => current && setFailed(true),
    );
    document.documentElement.lang = wanted;
    return () => {
      current = false;
    };
  }, [wanted]);
  return { spoken, failed: failed && !spoken };
}
