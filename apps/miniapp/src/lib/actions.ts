// SPDX-License-Identifier: MIT
// What the screens let a buyer do that must not happen twice.
import { type MutationKey, useMutation, type UseMutationOptions, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

import { api, type NewOrder } from './api';
import { replaceView } from './nav';
import { orderQuery, ordersQuery } from './queries';
import { haptic, openLink } from './telegram';

/** As useMutation; a second press is nothing while the first is under way, even before the screen shows that. */
export function useAction<Data, Variables = void, Before = unknown>(
  options: UseMutationOptions<Data, Error, Variables, Before> & { mutationKey: MutationKey },
) {
  const client = useQueryClient();
  const mutation = useMutation(options);
  const mutate: typeof mutation.mutate = (...press) => {
    if (!client.isMutating({ mutationKey: options.mutationKey }))
      mutation.mutate(...press);
  };
  return { ...mutation, mutate };
}

/** Orders, opens the page to pay on, and goes to the order's screen. One key serves until the order is made. */
export function useOrdering() {
  const client = useQueryClient();
  const key = useRef('');
  return useAction({
    mutationKey: ['order'],
    mutationFn: (order: NewOrder) => {
      key.current ||= crypto.randomUUID();
      return api.createOrder(order, key.current);
    },
    onSuccess: async (order) => {
      key.current = '';
      const { queryKey } = orderQuery(order.id);
      // An answer that is on its way may be older than this one.
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, order);
      void client.invalidateQueries({ queryKey: ordersQuery.queryKey });
      if (order.pay_url)
        openLink(order.pay_url);
      replaceView({ screen: 'order', id: order.id });
    },
    onError: () => haptic('error'),
  });
}
