// SPDX-License-Identifier: MIT
// Puts the countries' flags beside the pages, where a page takes the few it shows:  node scripts/flags.mjs [out]
// The version in the path lets browsers keep the pictures for ever, as all below _next/static.
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('../node_modules/circle-flags', import.meta.url));
const { version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
const to = join(process.argv[2] ?? 'out', '_next/static/flags', version);
await mkdir(to, { recursive: true });
for (const name of (await readdir(join(from, 'flags'))).filter((n) => /^[a-z]{2}\.svg$/.test(n)))
  await copyFile(join(from, 'flags', name), join(to, name));
