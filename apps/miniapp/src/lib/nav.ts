// SPDX-License-Identifier: MIT
// Which screen is shown. All screens are in one page, so moving between them needs no network; the
// address keeps its `#`, where Telegram put the launch data, so that a reload starts the app again.
import { useSyncExternalStore } from 'react';

const SCREENS = ['home', 'buy', 'order', 'keys', 'node', 'traffic', 'history', 'help'] as const;
type ScreenName = (typeof SCREENS)[number];

export interface View {
  screen: ScreenName;
  /** The order or the subscription. */
  id?: number;
}

const CHANGED = 'qent:view';
const HOME: View = { screen: 'home' };
const BACK_MS = 1000;
let depth = 0;
let leaving = false;
const layers: (() => void)[] = [];
let seen = '';
let current: View = HOME;

export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const screen = SCREENS.find((name) => name === query.get('view')) ?? 'home';
  const id = Number(query.get('id'));
  return Number.isSafeInteger(id) && id > 0 ? { screen, id } : { screen };
}

export function viewAddress(view: View): string {
  const query = new URLSearchParams();
  if (view.screen !== 'home')
    query.set('view', view.screen);
  if (view.id)
    query.set('id', String(view.id));
  const text = query.toString();
  return text ? `?${text}` : '';
}

function read(): View {
  if (location.search !== seen) {
    seen = location.search;
    current = parseView(seen);
  }
  return current;
}

function subscribe(changed: () => void): () => void {
  const moved = () => {
    leaving = false;
    depth = Math.max(depth - 1, 0);
    changed();
  };
  window.addEventListener('popstate', moved);
  window.addEventListener(CHANGED, changed);
  return () => {
    window.removeEventListener('popstate', moved);
    window.removeEventListener(CHANGED, changed);
  };
}

export const useView = () => useSyncExternalStore(subscribe, read, () => HOME);

function move(view: View, how: 'pushState' | 'replaceState'): void {
  window.history[how](null, '', location.pathname + viewAddress(view) + location.hash);
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event(CHANGED));
}

export function go(view: View): void {
  depth++;
  move(view, 'pushState');
}

export const replaceView = (view: View) => move(view, 'replaceState');

/** Tells how to close what lies over the screen: the way back begins with that. The answer takes it back. */
export function layOver(close: () => void): () => void {
  layers.push(close);
  return () => void layers.splice(layers.indexOf(close), 1);
}

export function goBack(): void {
  const close = layers.at(-1);
  if (close) {
    close();
  } else if (depth === 0) {
    replaceView(HOME);
  } else if (!leaving) {
    // The browser goes a moment later; a second press until then would leave the app.
    leaving = true;
    setTimeout(() => (leaving = false), BACK_MS);
    window.history.back();
  }
}
