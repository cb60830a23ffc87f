// SPDX-License-Identifier: MIT
// Puts a brotli form beside each hashed text file, for servers that send such:  node scripts/brotli.mjs [out]
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const folder = join(process.argv[2] ?? 'out', '_next/static');
for (const name of await readdir(folder, { recursive: true }))
  if (/\.(js|css)$/.test(name))
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(await readFile(join(folder, name))));
