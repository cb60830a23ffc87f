// SPDX-License-Identifier: MIT
// The one place that talks to Telegram: launch parameters, and the bridge of @tma.js. The bridge is a
// piece of its own that is fetched beside the first screen; what is said before it is there, waits.
import type { EventListener, EventName, MethodName, postEvent } from '@tma.js/bridge';

import type { ThemeParams } from './theme';

export interface Launch {
  initData: string;
  version: string;
  platform: string;
  theme: ThemeParams;
  language: string;
}

const TELEGRAM_WEB = 'https://web.telegram.org';
let launch: Launch | null = null;
let bridged = false;

type Bridge = typeof import('@tma.js/bridge');
const RETRY_MS = 3000;
let bridge: Bridge | null = null;
const waiting: ((bridge: Bridge) => void)[] = [];

function jsonObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function colorsOf(source: Record<string, unknown>): ThemeParams {
  return Object.fromEntries(Object.entries(source).filter((e): e is [string, string] => typeof e[1] === 'string'));
}

/** Reads what Telegram put behind the `#` of the page's address; null outside Telegram. */
export function parseLaunch(address: string): Launch | null {
  const params = new URLSearchParams(address.slice(address.indexOf('#') + 1).replace(/^.*\?/, ''));
  const initData = address.includes('#') ? params.get('tgWebAppData') : null;
  if (!initData)
    return null;
  const user = jsonObject(new URLSearchParams(initData).get('user'));
  return {
    initData,
    version: params.get('tgWebAppVersion') ?? '6.0',
    platform: params.get('tgWebAppPlatform') ?? 'unknown',
    theme: colorsOf(jsonObject(params.get('tgWebAppThemeParams'))),
    language: typeof user.language_code === 'string' ? user.language_code : '',
  };
}

/** Who may be told what the app does: Telegram's web client, and a page of this very machine. */
function parentOrigin(): string {
  const parent = location.ancestorOrigins?.[0] ?? (document.referrer ? new URL(document.referrer).origin : '');
  const local = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(parent);
  return local ? parent : TELEGRAM_WEB;
}

/** Old desktop clients. */
function hasNotify(): boolean {
  const external: unknown = window.external;
  return typeof external === 'object' && external !== null && 'notify' in external && typeof external.notify === 'function';
}

const isFramed = () => window.parent !== window;
const hasProxy = () => 'TelegramWebviewProxy' in window;

function withBridge(act: (bridge: Bridge) => void): void {
  if (bridge)
    act(bridge);
  else
    waiting.push(act);
}

function loadBridge(): void {
  import('@tma.js/bridge').then(
    (loaded) => {
      if (isFramed())
        loaded.setTargetOrigin(parentOrigin());
      bridge = loaded;
      waiting.splice(0).forEach((act) => act(loaded));
    },
    () => setTimeout(loadBridge, RETRY_MS),
  );
}

/** Called once, before anything else here. */
export function startTelegram(): Launch | null {
  const first = performance.getEntriesByType('navigation')[0];
  launch = parseLaunch(location.href) ?? (first ? parseLaunch(first.name) : null);
  bridged = launch !== null && (isFramed() || hasProxy() || hasNotify());
  if (bridged) {
    loadBridge();
    post('iframe_ready', { reload_supported: true });
    post('web_app_ready');
    post('web_app_expand');
  }
  return launch;
}

export const initData = () => launch?.initData ?? '';
export const platform = () => launch?.platform ?? 'unknown';
export const inTelegram = () => bridged;

/** Whether a version such as "8.0" is `wanted` or later. */
export function isVersion(version: string, wanted: string): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  const [c = 0, d = 0] = wanted.split('.').map(Number);
  return a > c || (a === c && b >= d);
}

export const atLeast = (version: string) => bridged && launch !== null && isVersion(launch.version, version);

/** Sends an event; outside Telegram, and where a client refuses it, nothing happens. */
export const post = ((method: MethodName, params?: unknown) => {
  if (!bridged)
    return;
  withBridge((b) => {
    try {
      (b.postEvent as (name: string, data?: unknown) => void)(method, params);
    } catch {
      bridged = false;
    }
  });
}) as typeof postEvent;

function on<E extends EventName>(event: E, listener: EventListener<E>): () => void {
  let stop: (() => void) | undefined;
  let gone = false;
  withBridge((b) => {
    if (!gone)
      stop = b.on(event, listener);
  });
  return () => {
    gone = true;
    stop?.();
  };
}

export const close = () => post('web_app_close');

/* --- theme and safe areas --------------------------------------------------------------------- */

interface Insets {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function watchTheme(apply: (theme: ThemeParams) => void): () => void {
  return on('theme_changed', (event) => apply(colorsOf(event.theme_params as Record<string, unknown>)));
}

/** Makes Telegram's own bars one with the page. */
export function paintBars(page: string): void {
  const color = page as `#${string}`;
  if (atLeast('6.9')) {
    post('web_app_set_header_color', { color });
    post('web_app_set_background_color', { color });
  }
  if (atLeast('7.10'))
    post('web_app_set_bottom_bar_color', { color });
}

/** Keeps --safe-* at the device's insets plus those of Telegram's own buttons. */
export function watchSafeAreas(): () => void {
  const zero: Insets = { top: 0, bottom: 0, left: 0, right: 0 };
  const areas = { device: zero, content: zero };
  const set = (which: keyof typeof areas) => (insets: Insets) => {
    areas[which] = insets;
    for (const side of ['top', 'bottom', 'left', 'right'] as const)
      document.documentElement.style.setProperty(`--safe-${side}`, `${(areas.device[side] || 0) + (areas.content[side] || 0)}px`);
  };
  const stops = [on('safe_area_changed', set('device')), on('content_safe_area_changed', set('content'))];
  if (atLeast('8.0')) {
    post('web_app_request_safe_area');
    post('web_app_request_content_safe_area');
  }
  return () => stops.forEach((stop) => stop());
}

/** Telegram hides a minimized app without the browser's noticing it (8.0). */
export const onReturn = (returned: () => void) => on('visibility_changed', (event) => event.is_visible && returned());

/* --- buttons, haptics, closing ---------------------------------------------------------------- */

export interface MainButton {
  text: string;
  busy: boolean;
  disabled: boolean;
  color: string;
  textColor: string;
}

export function showMainButton(button: MainButton | null): void {
  if (!button) {
    post('web_app_setup_main_button', { is_visible: false });
    return;
  }
  post('web_app_setup_main_button', {
    is_visible: true,
    is_active: !button.disabled && !button.busy,
    is_progress_visible: button.busy,
    text: button.text,
    color: button.color as `#${string}`,
    text_color: button.textColor as `#${string}`,
  });
}

export const onMainButton = (press: () => void) => on('main_button_pressed', press);

export function showBackButton(visible: boolean): void {
  if (atLeast('6.1'))
    post('web_app_setup_back_button', { is_visible: visible });
}

export const hasBackButton = () => atLeast('6.1');
export const onBackButton = (press: () => void) => on('back_button_pressed', press);

export function confirmClosing(needed: boolean): void {
  if (atLeast('6.2'))
    post('web_app_setup_closing_behavior', { need_confirmation: needed });
}

type Feeling = 'success' | 'error' | 'warning' | 'select' | 'tap';

export function haptic(feeling: Feeling): void {
  if (!atLeast('6.1'))
    return;
  if (feeling === 'select')
    post('web_app_trigger_haptic_feedback', { type: 'selection_change' });
  else if (feeling === 'tap')
    post('web_app_trigger_haptic_feedback', { type: 'impact', impact_style: 'light' });
  else
    post('web_app_trigger_haptic_feedback', { type: 'notification', notification_type: feeling });
}

/* --- links ------------------------------------------------------------------------------------ */

/** Opens an http(s) address outside of the Mini App; any other scheme is refused. */
export function openLink(address: string): boolean {
  let url: URL;
  try {
    url = new URL(address, location.href);
  } catch {
    return false;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return false;
  if (url.hostname === 't.me' && bridged)
    post('web_app_open_tg_link', { path_full: url.pathname + url.search });
  else if (bridged)
    post('web_app_open_link', { url: url.href });
  else
    window.open(url.href, '_blank', 'noopener');
  return true;
}

/** Lets a native client save a file; false where the browser has to. */
export function saveFile(url: string, name: string): boolean {
  if (!atLeast('8.0') || isFramed())
    return false;
  post('web_app_request_file_download', { url, file_name: name });
  return true;
}

/* --- Telegram's secure storage (9.0), the only place where keys are kept ----------------------- */

const STORAGE_MS = 10_000;
let requests = 0;

const canStore = () => atLeast('9.0');

/** What is kept, null for nothing. Patient: the bridge may still be on its way over a bad network. */
export async function secureGet(key: string): Promise<string | null> {
  if (!canStore())
    return null;
  const reqId = `g${++requests}`;
  return new Promise((resolve) => withBridge(() => {
    const done = (value: string | null) => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
      resolve(value);
    };
    const timer = setTimeout(() => done(null), STORAGE_MS);
    const stops = [
      on('secure_storage_key_received', (event) => event.req_id === reqId && done(event.value)),
      on('secure_storage_failed', (event) => event.req_id === reqId && done(null)),
    ];
    post('web_app_secure_storage_get_key', { req_id: reqId, key });
  }));
}

export function secureSet(key: string, value: string | null): void {
  if (canStore())
    post('web_app_secure_storage_save_key', { req_id: `s${++requests}`, key, value });
}
