// SPDX-License-Identifier: MIT
import type { NextConfig } from 'next';

import flags from 'circle-flags/package.json';

// The folder of the site under which the pages live; '' for the root of an own host.
const basePath = process.env.QENT_MINIAPP_BASE ?? '/app';

const config: NextConfig = {
  output: 'export',
  trailingSlash: true,
  basePath,
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
  env: { NEXT_PUBLIC_BASE: basePath, NEXT_PUBLIC_FLAGS: `${basePath}/_next/static/flags/${flags.version}` },
  turbopack: { root: import.meta.dirname },
};

export default config;
