// SPDX-License-Identifier: MIT
// The last known keys, in memory and in Telegram's secure storage, for when the network fails.
import * as v from 'valibot';

import { type Keys, KeysShape } from './api';
import { secureGet, secureSet } from './telegram';

/** Null is known to be no good any more, whatever the storage still holds. */
const memory = new Map<number, Keys | null>();
const name = (id: number) => `keys-${id}`;

export function rememberKeys(keys: Keys): void {
  const known = memory.get(keys.subscription_id);
  memory.set(keys.subscription_id, keys);
  if (JSON.stringify(known) !== JSON.stringify(keys))
    secureSet(name(keys.subscription_id), JSON.stringify({ ...keys, qr: '' }));
}

export function forgetKeys(id: number): void {
  memory.set(id, null);
  secureSet(name(id), null);
}

export function parseKeys(text: string | null): Keys | null {
  try {
    const parsed = v.safeParse(KeysShape, JSON.parse(text ?? ''));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

export async function recallKeys(id: number): Promise<Keys | null> {
  const known = memory.get(id);
  return known === undefined ? parseKeys(await secureGet(name(id))) : known;
}

/** Which subscription's keys to show when even that cannot be asked. */
export const rememberLast = (id: number) => secureSet('last', String(id));

export async function recallLast(): Promise<number | null> {
  const newest = [...memory.keys()].at(-1);
  const id = newest ?? Number(await secureGet('last'));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
