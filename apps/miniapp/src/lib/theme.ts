// SPDX-License-Identifier: MIT
// Telegram's theme colours as CSS variables, corrected where text could not be read.

import { shared } from './shared';

export type ThemeParams = Record<string, string | undefined>;
type Rgb = readonly [number, number, number];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
const READABLE = 4.55; // WCAG AA is 4.5; the rest is for rounding

export function parseColor(text: string | undefined): Rgb | null {
  const hit = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text ?? '');
  return hit ? [parseInt(hit[1]!, 16), parseInt(hit[2]!, 16), parseInt(hit[3]!, 16)] : null;
}

const hex = (c: Rgb) => '#' + c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('');

const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

function luminance(c: Rgb): number {
  const [r, g, b] = c.map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `color`, moved towards black or white just as far as all of `others` need to be told from it. */
export function readable(color: Rgb, ...others: Rgb[]): Rgb {
  const worst = (c: Rgb) => Math.min(...others.map((o) => contrast(c, o)));
  const end = worst(BLACK) > worst(WHITE) ? BLACK : WHITE;
  for (let step = 0; step <= 20; step++) {
    const moved = mix(color, end, step / 20);
    if (worst(moved) >= READABLE)
      return moved;
  }
  return end;
}

function isDark(theme: ThemeParams): boolean {
  const bg = parseColor(theme.bg_color);
  return bg ? luminance(bg) < 0.2 : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The variables of globals.css for a theme; an empty theme gives an empty answer. */
export function themeVariables(theme: ThemeParams): Record<string, string> {
  const bg = parseColor(theme.bg_color);
  if (!bg)
    return {};
  const dark = luminance(bg) < 0.2;
  const pick = (key: string, other: Rgb) => parseColor(theme[key]) ?? other;
  let card = pick('section_bg_color', bg);
  const page = pick('secondary_bg_color', mix(bg, dark ? BLACK : [112, 121, 145], 0.1));
  if (hex(card) === hex(page))
    card = hex(bg) === hex(page) ? mix(page, dark ? WHITE : BLACK, 0.05) : bg;
  const text = readable(pick('text_color', dark ? WHITE : BLACK), card, page);
  const buttonText = pick('button_text_color', WHITE);
  const over = (c: Rgb) => hex(readable(c, card, page));
  const link = pick('link_color', [33, 128, 216]);
  return {
    '--c-page': hex(page),
    '--c-card': hex(card),
    '--c-text': hex(text),
    '--c-muted': over(pick('hint_color', mix(text, page, 0.4))),
    '--c-link': over(link),
    '--c-accent': over(pick('accent_text_color', link)),
    '--c-button': hex(readable(pick('button_color', link), buttonText)),
    '--c-button-text': hex(buttonText),
    '--c-danger': over(pick('destructive_text_color', [224, 72, 62])),
    '--c-good': over([39, 158, 82]),
    '--c-warn': over([201, 138, 16]),
    '--c-line': hex(mix(card, text, 0.12)),
  };
}

const applied = shared<ThemeParams>({});

/** The theme that was applied last; a new one each time. */
export const useTheme = applied.use;

/** What a variable of globals.css is now. */
export const themeColor = (name: '--c-page' | '--c-button' | '--c-button-text') =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function applyTheme(theme: ThemeParams): void {
  const root = document.documentElement;
  root.dataset.theme = isDark(theme) ? 'dark' : 'light';
  root.style.colorScheme = root.dataset.theme;
  for (const [name, value] of Object.entries(themeVariables(theme)))
    root.style.setProperty(name, value);
  applied.set(theme);
}
