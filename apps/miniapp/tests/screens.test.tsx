// SPDX-License-Identifier: MIT
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Boundary } from '@/components/boundary';
import { I18nProvider } from '@/lib/i18n';
import { en } from '@/lib/texts.en';
import { Buy } from '@/screens/buy';
import { Home } from '@/screens/home';
import { Keys } from '@/screens/keys';

const now = Math.floor(Date.now() / 1000);
const plan = {
  code: 'month', title: 'Month', titles: { ru: 'Месяц', en: 'Month' }, period: 1, period_unit: 'months', traffic_limit_bytes: null, device_limit: 1, replicas: 1,
  prices: [{ method: 'yookassa', price: { amount_minor: 19900, currency: 'RUB', text: '199.00' } }],
};
const me = (status?: string) => ({
  id: 1, telegram_id: 1, name: '<b>x</b>', username: '', language: 'en', role: 'user', created_at: now, now, shop: { name: 'Shop', support_url: null },
  subscriptions: status ? [{ id: 3, plan: 'month', status, expires_at: now + 86_400 * 10, traffic_limit_bytes: null, traffic_used_bytes: 0 }] : [],
});

let answers: Record<string, unknown>;
beforeEach(() => {
  answers = { '/me': me(), '/plans': { plans: [plan] }, '/orders': { orders: [] } };
  vi.stubGlobal('fetch', (url: string) => {
    const body = answers[url.replace(/^.*\/api\/v1/, '')];
    return body === undefined ? Promise.reject(new TypeError('offline')) : Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(children: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  return render(
    <QueryClientProvider client={client}>
      <I18nProvider language="en" texts={en}>{children}</I18nProvider>
    </QueryClientProvider>,
  );
}

describe('home', () => {
  it('invites on the first visit', async () => {
    show(<Home />);
    expect(await screen.findByText(en.welcome)).toBeDefined();
    expect(screen.getByRole('button', { name: en.choosePlan })).toBeDefined();
    expect(screen.queryByRole('button', { name: /Keys/ })).toBeNull();
  });
  it('shows what is left', async () => {
    answers['/me'] = me('active');
    show(<Home />);
    expect(await screen.findByText('10')).toBeDefined();
    expect(screen.getByRole('button', { name: en.connect })).toBeDefined();
  });
  it.each(['expired', 'exhausted'])('offers to renew when %s', async (status) => {
    answers['/me'] = me(status);
    show(<Home />);
    expect(await screen.findByRole('button', { name: en.renew })).toBeDefined();
  });
  it('says what to do without a network', async () => {
    answers = {};
    show(<Home />);
    expect((await screen.findByRole('alert')).textContent).toContain(en.errorOfflineText);
    answers = { '/me': me(), '/plans': { plans: [plan] }, '/orders': { orders: [] } };
    fireEvent.click(screen.getByRole('button', { name: en.retry }));
    expect(await screen.findByText(en.welcome)).toBeDefined();
  });
});

describe('buying', () => {
  it('counts devices and asks for the plan', async () => {
    const chosen = vi.fn();
    show(<Buy subscription={undefined} confirming={null} onConfirm={chosen} />);
    expect(await screen.findByText(/up to 1 device$/)).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: en.continue }));
    expect(chosen).toHaveBeenCalledWith('month');
  });
  it('shows the price before the money', async () => {
    show(<Buy subscription={undefined} confirming="month" onConfirm={vi.fn()} />);
    expect(await screen.findByRole('button', { name: /^Pay .*199$/ })).toBeDefined();
  });
  it('has words for an empty shop', async () => {
    answers['/plans'] = { plans: [{ ...plan, prices: [] }] };
    show(<Buy subscription={undefined} confirming={null} onConfirm={vi.fn()} />);
    expect(await screen.findByText(en.noPlans)).toBeDefined();
  });
});

describe('keys', () => {
  it('shows the link before the first account is ready', async () => {
    answers['/me'] = me('active');
    answers['/subscriptions/3/keys'] = { subscription_id: 3, keys_revision: 1, config_link: 'https://h/s/abc', qr: '', links: [] };
    show(<Keys id={3} />);
    expect(await screen.findByText('https://h/s/abc')).toBeDefined();
    expect(screen.getByText(en.keysPreparing)).toBeDefined();
  });
  it('has words for a buyer without any', async () => {
    show(<Keys id={undefined} />);
    expect(await screen.findByText(en.keysNone)).toBeDefined();
  });
});

it('a screen that breaks leaves words', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const Broken = () => {
    throw new Error('x');
  };
  show(<Boundary><Broken /></Boundary>);
  expect(screen.getByText(en.errorOther)).toBeDefined();
});
