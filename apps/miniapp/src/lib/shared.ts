// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from 'react';

/** A value that lives outside of the components and that they follow. */
export function shared<T>(initial: T) {
  let value = initial;
  const watchers = new Set<() => void>();
  const subscribe = (changed: () => void) => {
    watchers.add(changed);
    return () => watchers.delete(changed);
  };
  return {
    set: (next: T) => {
      value = next;
      watchers.forEach((changed) => changed());
    },
    use: () => useSyncExternalStore(subscribe, () => value, () => initial),
  };
}
