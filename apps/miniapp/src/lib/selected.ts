// SPDX-License-Identifier: MIT
import type { Me, Schemas } from './api';
import { useMe } from './queries';
import { shared } from './shared';

const chosen = shared(0);
let offered: string | null = null;

/** The subscription that the buyer looks at: the one chosen, else the one that serves best. */
export function pickSubscription(me: Me | undefined, id: number): Schemas['SubscriptionGlance'] | undefined {
  const subs = me?.subscriptions ?? [];
  return subs.find((s) => s.id === id) ?? subs.find((s) => s.status === 'active') ?? subs[0];
}

export function useSelected(me: Me | undefined) {
  return [pickSubscription(me, chosen.use()), chosen.set] as const;
}

/** What a screen of one subscription needs: the one in its address, else the selected one. */
export function useSubscription(asked: number | undefined) {
  const me = useMe();
  const [selected] = useSelected(me.data);
  const id = asked ?? selected?.id;
  return { me, id, sub: me.data?.subscriptions.find((s) => s.id === id) };
}

/** The plan that the bot's link named. */
export function offerPlan(code: string | null): void {
  offered = code;
}

export const offeredPlan = () => offered;
