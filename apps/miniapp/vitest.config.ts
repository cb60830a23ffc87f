// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    setupFiles: 'tests/setup.ts',
    environment: 'jsdom',
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
