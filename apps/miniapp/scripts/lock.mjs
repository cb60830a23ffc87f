// SPDX-License-Identifier: MIT
// Fails when a lock file would let an unchecked package in:  node scripts/lock.mjs
// Packages for other systems than Linux on x64 and arm64 may lack a checksum: they are never
// installed here, and not every registry has them.
import { readFile } from 'node:fs/promises';

const foreign = ({ optional, os, cpu }) =>
  optional && ((os && !os.includes('linux')) || (cpu && !cpu.some((name) => name === 'x64' || name === 'arm64')));

for (const file of ['package-lock.json', 'toolchain/package-lock.json']) {
  const { packages } = JSON.parse(await readFile(new URL(`../${file}`, import.meta.url), 'utf8'));
  const open = Object.entries(packages).filter(([name, entry]) => name && !entry.integrity && !foreign(entry));
  if (open.length) {
    console.error(`${file}: no checksum for ${open.map(([name]) => name).join(', ')}`);
    process.exitCode = 1;
  }
}
