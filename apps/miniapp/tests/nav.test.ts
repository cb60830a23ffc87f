// SPDX-License-Identifier: MIT
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { go, goBack, layOver, replaceView, useView } from '@/lib/nav';

beforeEach(() => void renderHook(useView));
afterEach(cleanup);

describe('the way back', () => {
  it('leads to the start where there is no other', () => {
    replaceView({ screen: 'help' });
    goBack();
    expect(location.search).toBe('');
  });
  it('is gone once by a press that comes twice', async () => {
    const back = vi.spyOn(window.history, 'back');
    for (const times of [1, 2]) {
      go({ screen: 'keys' });
      expect(location.search).toBe('?view=keys');
      goBack();
      goBack();
      expect(back).toHaveBeenCalledTimes(times);
      await waitFor(() => expect(location.search).toBe(''));
    }
  });
  it('begins with what lies over the screen', () => {
    replaceView({ screen: 'keys' });
    const close = vi.fn();
    const gone = layOver(close);
    goBack();
    expect(close).toHaveBeenCalledTimes(1);
    expect(location.search).toBe('?view=keys');
    gone();
    goBack();
    expect(location.search).toBe('');
  });
});
