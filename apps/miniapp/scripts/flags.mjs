// SPDX-License-Identifier: MIT
// Puts the countries' flags beside the pages, where a page takes the few it shows:  node scripts/flags.mjs [out]
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const from = join(dirname(createRequire(import.meta.url).resolve('circle-flags/package.json')), 'flags');
const to = join(process.argv[2] ?? 'out', 'flags');
await mkdir(to, { recursive: true });
for (const name of (await readdir(from)).filter((n) => /^[a-z]{2}\.svg$/.test(n)))
  await copyFile(join(from, name), join(to, name));
