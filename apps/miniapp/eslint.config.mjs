// SPDX-License-Identifier: MIT
import next from 'eslint-config-next';
import coreWebVitals from 'eslint-config-next/core-web-vitals';
import typescript from 'eslint-config-next/typescript';

const config = [
  ...next,
  ...coreWebVitals,
  ...typescript,
  { ignores: ['.next/', 'out/', 'next-env.d.ts', 'src/lib/api.gen.ts'] },
  { rules: { '@typescript-eslint/no-explicit-any': 'error' } },
];

export default config;
