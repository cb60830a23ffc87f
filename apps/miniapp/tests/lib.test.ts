// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { ApiError, retryAfterMs } from '@/lib/api';
import { appsFor, CLIENT_APPS, confAddresses, detectOs, openPage } from '@/lib/apps';
import { byNode, bytes, countryName, fillDays, money, monthlyPrice, plain, READS_RUSSIAN, timeLeft } from '@/lib/format';
import { describe as tell, fill, makeI18n, pickLanguage, plural } from '@/lib/i18n';
import { parseView, viewAddress } from '@/lib/nav';
import { pollDelay, retryDelay, shouldRetry } from '@/lib/queries';
import { pickSubscription } from '@/lib/selected';
import { isVersion, parseLaunch } from '@/lib/telegram';
import { en } from '@/lib/texts.en';
import { ru } from '@/lib/texts.ru';
import { contrast, parseColor, themeVariables } from '@/lib/theme';
import { parseKeys } from '@/lib/vault';
import { moved } from '@/screens/node';

const DAY = 86_400;
const rub = (amount_minor: number) => ({ amount_minor, currency: 'RUB', text: '' });
const order = (more = {}) => ({
  id: 1, plan: 'month', subscription_id: null, status: 'open' as const, price: rub(19900), method: 'yookassa', pay_url: null,
  payment_failed: false, failure: null, created_at: 1000, paid_at: null, ...more,
});

describe('money', () => {
  it('leaves out kopecks that are zero', () => expect(money(rub(19900), 'ru')).toBe('199\u00a0₽'));
  it('keeps kopecks that are not', () => expect(money(rub(19950), 'ru')).toBe('199,50\u00a0₽'));
  it('knows currencies without minor units', () => expect(money({ amount_minor: 500, currency: 'JPY', text: '' }, 'en')).toBe('¥500'));
  it('shows Stars', () => expect(money({ amount_minor: 150, currency: 'XTR', text: '' }, 'en')).toBe('⭐ 150'));
  it('gives the price of a month only for longer periods', () => {
    expect(monthlyPrice(rub(149000), 12, 'months')?.amount_minor).toBe(12400);
    expect(monthlyPrice(rub(19900), 1, 'months')).toBeNull();
    expect(monthlyPrice(rub(19900), 30, 'days')).toBeNull();
    expect(monthlyPrice(rub(60000), 90, 'days')?.amount_minor).toBe(20000);
    expect(monthlyPrice({ amount_minor: 1500, currency: 'JPY', text: '' }, 12, 'months')?.amount_minor).toBe(125);
  });
});

describe('words', () => {
  it.each([[1, '1 день'], [3, '3 дня'], [5, '5 дней'], [11, '11 дней'], [21, '21 день'], [112, '112 дней']])(
    'counts %i in Russian', (n, text) => expect(plural('ru', ru.days, n)).toBe(text));
  it.each([[1, '1 day'], [2, '2 days']])('counts %i in English', (n, text) => expect(plural('en', en.days, n)).toBe(text));
  it('fills places and leaves unknown ones', () => expect(fill('{a} {b}', { a: 1 })).toBe('1 {b}'));
  it('picks Russian for its readers', () => {
    expect(pickLanguage('ru-RU')).toBe('ru');
    expect(pickLanguage('uk')).toBe('ru');
    expect(pickLanguage('de')).toBe('en');
    expect(pickLanguage('')).toBe('en');
  });
  it('has the same places in both languages', () => {
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      const [a, b] = [en[key], ru[key]];
      if (typeof a === 'string' && typeof b === 'string')
        expect(places(b), key).toBe(places(a));
    }
  });
});

describe('amounts and time', () => {
  it('writes traffic in the right unit', () => {
    expect(bytes(0, 'en')).toBe('0\u00a0B');
    expect(bytes(1536 * 1024, 'en')).toBe('1.5\u00a0MB');
    expect(bytes(37.5 * 2 ** 30, 'ru')).toBe('37,5\u00a0ГБ');
    expect(bytes(9e18, 'en')).toContain('TB');
  });
  it('tells what is left in the unit that matters', () => {
    expect(timeLeft(30 * DAY, 1)).toEqual({ value: 30, unit: 'days' });
    expect(timeLeft(DAY + 3600, 0)).toEqual({ value: 25, unit: 'hours' });
    expect(timeLeft(90, 0)).toEqual({ value: 2, unit: 'minutes' });
    expect(timeLeft(0, 100)).toEqual({ value: 0, unit: 'minutes' });
  });
  it('fills days without traffic', () => {
    const days = fillDays([{ day_start: 9 * DAY, bytes: 5, nodes: [] }], 10 * DAY + 5, 3);
    expect(days.map((d) => d.bytes)).toEqual([0, 5, 0]);
  });
});

describe('nodes', () => {
  const day = (nodes: [string | null, number][], more = 0) => ({
    day_start: 0, bytes: nodes.reduce((sum, [, n]) => sum + n, more), nodes: nodes.map(([title, n]) => ({ title, country: null, bytes: n })),
  });
  it('have their traffic by day, most first, those without a name last', () => {
    const found = byNode([day([['a', 1], [null, 50]]), day([['b', 7], ['a', 2]])]);
    expect(found.map(({ title, bytes: n, days }) => [title, n, days])).toEqual([['b', 7, [0, 7]], ['a', 3, [1, 2]], [null, 50, [50, 0]]]);
  });
  it('account for all of a day', () => expect(byNode([day([['a', 1]], 4)]).at(-1)).toMatchObject({ title: null, bytes: 4 }));
  it('that nothing went through are left out', () => expect(byNode([day([['a', 0]])])).toEqual([]));
  it('have countries with names', () => {
    expect(countryName('DE', 'ru')).toBe('Германия');
    for (const odd of [null, '', 'de', '<b>', 'DEU', 'QQ'])
      expect(countryName(odd, 'en')).toBe('');
  });
  const choice = (name: string, current = false) => ({ name, title: name, country: null, current, available: true, down: false, load_percent: null });
  const current = (list: ReturnType<typeof moved>) => list.nodes.filter((n) => n.current).map((n) => n.name);
  it('are shown as they will be after a move', () => {
    expect(current(moved({ subscription_id: 1, nodes: [choice('a', true), choice('b')] }, 'b'))).toEqual(['b']);
    expect(current(moved({ subscription_id: 1, nodes: [choice('a', true), choice('b')] }, null))).toEqual(['a']);
    expect(current(moved({ subscription_id: 1, nodes: [choice('a', true), choice('b', true), choice('c')] }, 'c'))).toEqual(['a', 'b']);
  });
});

describe('the early start', () => {
  it('knows the same languages as the app', () => expect(readFileSync('src/boot.ts', 'utf8')).toContain(READS_RUSSIAN.toString()));
});

describe('texts from elsewhere', () => {
  it('lose marks that turn the text around', () => expect(plain('a\u202eb\nc')).toBe('a b c'));
  it('are cut', () => expect(Array.from(plain('😀'.repeat(10_000)))).toHaveLength(121));
});

describe('VPN apps', () => {
  const link = 'https://vpn.example/s/abcDEF123';
  it('are there for every system', () => {
    for (const os of ['ios', 'android', 'macos', 'windows', 'linux'] as const)
      expect(appsFor(os).length).toBeGreaterThan(1);
  });
  it('are those that apid starts', () => {
    const known = readFileSync('../apid/client_apps.c', 'utf8');
    for (const { id } of [...CLIENT_APPS, { id: 'amneziavpn' }])
      expect(known).toContain(`{"${id}",`);
  });
  it('are started by the config link of the buyer', () => {
    expect(openPage(link, 'happ')).toBe('https://vpn.example/s/abcDEF123/open?app=happ');
    expect(confAddresses(link, 'de1.conf')).toEqual({
      open: 'https://vpn.example/s/abcDEF123/open?app=amneziavpn&node=de1', file: 'https://vpn.example/s/abcDEF123?format=awg&node=de1',
    });
  });
  it('know the system', () => {
    expect(detectOs('ios', '')).toBe('ios');
    expect(detectOs('android_x', '')).toBe('android');
    expect(detectOs('tdesktop', 'Mozilla/5.0 (Windows NT 10.0)')).toBe('windows');
    expect(detectOs('weba', 'Mozilla/5.0 (iPhone; like Mac OS X)')).toBe('ios');
    expect(detectOs('unknown', 'Mozilla/5.0 (X11; Linux x86_64)')).toBe('linux');
  });
});

describe('launch data', () => {
  it.each([['6.0', '6.1', false], ['6.10', '6.9', true], ['8.0', '8.0', true], ['9', '8.5', true], ['', '6.0', false], ['x.y', '6.0', false]])(
    'of version "%s" is at least %s: %s', (version, wanted, good) => expect(isVersion(version, wanted)).toBe(good));
  const address = (hash: string) => `https://h/app/?x=1${hash}`;
  it('is read from behind the #', () => {
    const data = 'user=%7B%22id%22%3A1%2C%22language_code%22%3A%22ru%22%7D&hash=ab';
    const hash = new URLSearchParams({ tgWebAppData: data, tgWebAppVersion: '8.0', tgWebAppPlatform: 'ios', tgWebAppThemeParams: '{"bg_color":"#000000","n":1}' });
    expect(parseLaunch(address(`#${hash}`))).toEqual({
      initData: data, version: '8.0', platform: 'ios', theme: { bg_color: '#000000' }, language: 'ru',
    });
  });
  it.each(['', '#', '#tgWebAppData=', '#other=1'])('is missing in "%s"', (hash) => expect(parseLaunch(address(hash))).toBeNull());
  it('survives nonsense', () =>
    expect(parseLaunch(address('#tgWebAppData=user%3D%257B&tgWebAppThemeParams=%7B'))).toMatchObject({ theme: {}, language: '' }));
});

describe('the theme', () => {
  const telegram = { bg_color: '#ffffff', text_color: '#000000', hint_color: '#999999', button_color: '#aaccff', button_text_color: '#ffffff', secondary_bg_color: '#f1f3f6' };
  it('is made readable', () => {
    for (const theme of [telegram, { ...telegram, bg_color: '#17212b', text_color: '#222222', secondary_bg_color: '#0f1822' }]) {
      const v = themeVariables(theme);
      const against = (a: string, b: string) => contrast(parseColor(v[a])!, parseColor(v[b])!);
      for (const ink of ['--c-text', '--c-muted', '--c-link', '--c-danger', '--c-good'])
        for (const ground of ['--c-card', '--c-page'])
          expect(against(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      expect(against('--c-button', '--c-button-text')).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('takes colours only', () => {
    expect(parseColor('red;}body{')).toBeNull();
    expect(themeVariables({ bg_color: 'url(x)' })).toEqual({});
  });
});

describe('asking again', () => {
  const limited = new ApiError('problem', 'rate-limited', 429, 7000);
  it('waits as long as the server says', () => expect(retryDelay(0, limited)).toBeGreaterThanOrEqual(7000));
  it('is done for what passes only', () => {
    expect(shouldRetry(0, new ApiError('offline'))).toBe(true);
    expect(shouldRetry(2, new ApiError('offline'))).toBe(false);
    expect(shouldRetry(0, new ApiError('problem', 'not-found', 404))).toBe(false);
    expect(shouldRetry(0, new ApiError('problem', 'init-data-expired', 401))).toBe(false);
  });
  it('reads Retry-After in both forms', () => {
    expect(retryAfterMs('5')).toBe(5000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
    expect(retryAfterMs('nonsense')).toBe(0);
    expect(retryAfterMs(null)).toBe(0);
    expect(retryAfterMs('999999')).toBe(300_000);
  });
  it('polls orders that wait, slower after a while, and no others', () => {
    expect(pollDelay(order(), 1010)).toBe(4000);
    expect(pollDelay(order(), 5000)).toBe(8000);
    expect(pollDelay(order({ status: 'preparing' }), 1010)).toBe(4000);
    expect(pollDelay(order({ status: 'paid' }), 1010)).toBe(false);
    expect(pollDelay(undefined)).toBe(false);
  });
});

describe('failures', () => {
  const i18n = makeI18n('en', en);
  it.each([
    [new ApiError('offline'), 'No connection', true],
    [new ApiError('timeout'), 'The server takes too long', true],
    [new ApiError('malformed'), 'The server answered something strange', true],
    [new ApiError('problem', 'internal', 500), 'Something is wrong on the server', true],
    [new ApiError('problem', 'not-found', 404), 'This is not there any more', false],
    [new ApiError('problem', 'too-soon', 409, 3000), 'You did this a moment ago', true],
    [new TypeError('x'), 'That did not work', true],
  ])('%s is told', (error, title, retry) => expect(tell(error, i18n)).toMatchObject({ title, retry }));
  it('names minutes where seconds are many', () =>
    expect(tell(new ApiError('problem', 'too-soon', 409, 281_000), i18n).text).toBe('Wait 5 minutes and try again.'));
  it('names the seconds to wait', () =>
    expect(tell(new ApiError('problem', 'rate-limited', 429, 21_000), makeI18n('ru', ru)).text).toBe('Подождите 21 секунду и повторите.'));
});

describe('screens and choices', () => {
  it('go through the address and back', () => {
    for (const view of [{ screen: 'home' }, { screen: 'order', id: 5 }, { screen: 'keys' }] as const)
      expect(parseView(viewAddress(view))).toEqual(view);
  });
  it.each(['?view=evil', '?view=', '?id=-1', '?id=1e99'])('%s is the home screen', (search) =>
    expect(parseView(search)).toEqual({ screen: 'home' }));
  it('prefer an active subscription', () => {
    const sub = (id: number, status: 'active' | 'expired') =>
      ({ id, status, plan: 'm', expires_at: 0, traffic_limit_bytes: null, traffic_used_bytes: 0 });
    const me = { subscriptions: [sub(1, 'expired'), sub(2, 'active')] } as Parameters<typeof pickSubscription>[0];
    expect(pickSubscription(me, 0)?.id).toBe(2);
    expect(pickSubscription(me, 1)?.id).toBe(1);
    expect(pickSubscription(undefined, 1)).toBeUndefined();
  });
  it('take only whole keys from the secure storage', () => {
    expect(parseKeys(null)).toBeNull();
    expect(parseKeys('{"config_link":1}')).toBeNull();
    const keys = { subscription_id: 1, keys_revision: 1, config_link: 'x', qr: '', links: [] };
    expect(parseKeys(JSON.stringify(keys))).toEqual(keys);
  });
});
