// SPDX-License-Identifier: MIT
// Money, traffic and dates in the buyer's language and time zone.
import type { Schemas } from './api';

export type Language = Schemas['Language'];

/** Language codes of those who mostly read Russian. */
export const READS_RUSSIAN = /^(ru|be|uk|kk|ky|uz|tg|tt|hy|az)\b/i;

const DAY_S = 86_400;
const locale = (language: Language) => (language === 'ru' ? 'ru-RU' : 'en-GB');

/** How many minor units make one of a currency; Stars have none. */
function scaleOf(currency: string): number {
  if (currency === 'XTR')
    return 1;
  return 10 ** (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2);
}

export function money(price: Schemas['Money'], language: Language): string {
  if (price.currency === 'XTR')
    return `⭐ ${new Intl.NumberFormat(locale(language)).format(price.amount_minor)}`;
  const format = (digits?: number) =>
    new Intl.NumberFormat(locale(language), {
      style: 'currency',
      currency: price.currency,
      currencyDisplay: 'narrowSymbol',
      ...(digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    });
  const scale = scaleOf(price.currency);
  return format(price.amount_minor % scale ? undefined : 0).format(price.amount_minor / scale);
}

/** The price of one month, rounded to whole units; null where the period is a month or shorter. */
export function monthlyPrice(price: Schemas['Money'], period: number, unit: 'days' | 'months'): Schemas['Money'] | null {
  const months = unit === 'months' ? period : period / 30;
  if (months < 1.5)
    return null;
  const scale = scaleOf(price.currency);
  return { ...price, amount_minor: Math.round(price.amount_minor / months / scale) * scale };
}

export function bytes(value: number, language: Language): string {
  const units = language === 'ru' ? ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'] : ['B', 'KB', 'MB', 'GB', 'TB'];
  let at = 0;
  let size = value;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at++;
  }
  const digits = at < 2 || size >= 100 ? 0 : 1;
  const text = new Intl.NumberFormat(locale(language), { maximumFractionDigits: digits }).format(size);
  return `${text}\u00a0${units[at]}`;
}

export function date(seconds: number, language: Language, withTime = false): string {
  const then = new Date(seconds * 1000);
  const thisYear = then.getFullYear() === new Date().getFullYear();
  return then.toLocaleString(locale(language), {
    day: 'numeric', month: 'long', ...(thisYear ? {} : { year: 'numeric' }), ...(withTime ? { hour: '2-digit', minute: '2-digit' } : {}),
  });
}

export function dateTime(seconds: number, language: Language): string {
  return new Date(seconds * 1000).toLocaleString(locale(language), {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
  });
}

/** A day of the traffic chart; those are days of UTC. */
export function utcDay(seconds: number, language: Language): string {
  return new Date(seconds * 1000).toLocaleDateString(locale(language), { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

export interface Left {
  value: number;
  unit: 'days' | 'hours' | 'minutes';
}

/** What is left of a subscription, in the unit that matters. */
export function timeLeft(expiresAt: number, now: number): Left {
  const left = Math.max(expiresAt - now, 0);
  if (left >= 2 * DAY_S)
    return { value: Math.ceil(left / DAY_S), unit: 'days' };
  if (left >= 7200)
    return { value: Math.floor(left / 3600), unit: 'hours' };
  return { value: Math.ceil(left / 60), unit: 'minutes' };
}

/** Every day from the first to today, those without traffic as zero. */
export function fillDays(days: readonly Schemas['TrafficDay'][], now: number, wanted = 30): Schemas['TrafficDay'][] {
  const today = Math.floor(now / DAY_S) * DAY_S;
  const known = new Map(days.map((day) => [Math.floor(day.day_start / DAY_S) * DAY_S, day]));
  return Array.from({ length: wanted }, (_, i) => {
    const start = today - (wanted - 1 - i) * DAY_S;
    const day = known.get(start);
    return { day_start: start, bytes: day?.bytes ?? 0, nodes: day?.nodes ?? [] };
  });
}

export interface NodeTraffic {
  /** Null is nodes that are gone or not told apart. */
  title: string | null;
  country: string | null;
  bytes: number;
  /** By day, as many as there are days. */
  days: number[];
}

/** The same by node, most traffic first, nodes without a name last; what the API tells of no node has none. */
export function byNode(days: readonly Schemas['TrafficDay'][]): NodeTraffic[] {
  const nodes = new Map<string, NodeTraffic>();
  const add = (at: number, title: string | null, country: string | null, bytes: number) => {
    const key = `${country ?? ''} ${title ?? ''}`;
    const node = nodes.get(key) ?? { title, country, bytes: 0, days: days.map(() => 0) };
    node.bytes += bytes;
    node.days[at]! += bytes;
    nodes.set(key, node);
  };
  days.forEach((day, at) => {
    let told = 0;
    for (const node of day.nodes) {
      add(at, node.title, node.country, node.bytes);
      told += node.bytes;
    }
    if (day.bytes > told)
      add(at, null, null, day.bytes - told);
  });
  return [...nodes.values()]
    .filter((node) => node.bytes > 0)
    .sort((a, b) => Number(a.title === null) - Number(b.title === null) || b.bytes - a.bytes);
}

/** Whether it looks as an ISO 3166 code. */
export const isCountry = (country: string | null): country is string => /^[A-Z]{2}$/.test(country ?? '');

export function countryName(country: string | null, language: Language): string {
  return isCountry(country) ? (new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(country) ?? '') : '';
}

const LONGEST = 120;

/** Names from elsewhere: one line, not endless, and no marks that turn the text around them. */
export function plain(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  const letters = Array.from(clean);
  return letters.length > LONGEST ? letters.slice(0, LONGEST).join('') + '…' : clean;
}
