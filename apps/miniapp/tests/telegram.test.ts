// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Telegram = typeof import('@/lib/telegram');
type Listener = (event: Record<string, unknown>) => void;

/** The bridge of @tma.js with a client that answers at once; it comes when `arrive` is called. */
let arrive: () => void;
let telegram: Telegram;
let posted: [string, Record<string, unknown>][];
let storage: Record<string, string>;

beforeEach(async () => {
  vi.useFakeTimers();
  posted = [];
  storage = {};
  const gate = new Promise<void>((done) => (arrive = done));
  const listeners = new Map<string, Set<Listener>>();
  vi.doMock('@tma.js/bridge', async () => {
    await gate;
    return {
      on: (event: string, listener: Listener) => {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
        return () => listeners.get(event)!.delete(listener);
      },
      postEvent: (name: string, data: Record<string, unknown> = {}) => {
        posted.push([name, data]);
        if (name === 'web_app_secure_storage_get_key')
          [...(listeners.get('secure_storage_key_received') ?? [])].forEach((tell) =>
            tell({ req_id: data.req_id, value: storage[data.key as string] ?? null }));
      },
    };
  });
  vi.stubGlobal('TelegramWebviewProxy', {});
  location.hash = `#${new URLSearchParams({ tgWebAppData: 'user=%7B%7D&hash=ab', tgWebAppVersion: '9.0' })}`;
  vi.resetModules();
  telegram = await import('@/lib/telegram');
  telegram.startTelegram();
});
afterEach(() => {
  vi.doUnmock('@tma.js/bridge');
  vi.unstubAllGlobals();
  vi.useRealTimers();
  location.hash = '';
});

describe('before the bridge is there', () => {
  it('what is kept is waited for, however slow the network is', async () => {
    storage.last = '3';
    const kept = telegram.secureGet('last');
    await vi.advanceTimersByTimeAsync(60_000);
    arrive();
    await expect(kept).resolves.toBe('3');
  });
  it('what is said waits, and keeps its order', async () => {
    telegram.showBackButton(true);
    telegram.paintBars('#102030');
    arrive();
    await vi.waitFor(() => expect(posted.map(([name]) => name)).toEqual([
      'iframe_ready', 'web_app_ready', 'web_app_expand', 'web_app_setup_back_button',
      'web_app_set_header_color', 'web_app_set_background_color', 'web_app_set_bottom_bar_color',
    ]));
    expect(posted.at(-1)).toEqual(['web_app_set_bottom_bar_color', { color: '#102030' }]);
  });
});
