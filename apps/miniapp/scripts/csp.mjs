// SPDX-License-Identifier: MIT
// Writes the Content-Security-Policy into each exported page and into csp.json for the server: whole
// ("policy"), and without who may frame the pages ("directives"; apid adds that from a setting).
//   node scripts/csp.mjs [out] [--connect https://api.example.org]
// May be run again on the same folder, with other origins.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { writeWorker } from './sw.mjs';

const args = process.argv.slice(2);
const connect = [];
while (args.includes('--connect')) {
  const [, origin] = args.splice(args.indexOf('--connect'), 2);
  connect.push(new URL(origin).origin);
}
const root = args[0] ?? 'out';
const FRAMES = "frame-ancestors 'self' https://web.telegram.org"; // a header can say this, a <meta> cannot

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function policy(hashes) {
  return [
    "default-src 'none'",
    `script-src 'self' ${[...hashes].sort().join(' ')}`.trim(),
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join('; ');
}

const names = await readdir(root, { recursive: true });
const pages = {};
const all = new Set();
for (const name of names.filter((n) => n.endsWith('.html')).sort()) {
  const path = join(root, name);
  const html = (await readFile(path, 'utf8')).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  const hashes = new Set();
  for (const [, attributes, body] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g))
    if (!/\bsrc=/.test(attributes) && body)
      hashes.add(hashOf(body));
  if (/<style\b|\sstyle="|\son[a-z]+="/.test(html))
    throw new Error(`${name}: inline styles and handlers are refused by the policy`);
  hashes.forEach((hash) => all.add(hash));
  pages[relative('.', name)] = [...hashes];
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(hashes)}">`;
  await writeFile(path, html.replace('<head>', `<head>${meta}`));
}
const directives = policy(all);
await writeFile(join(root, 'csp.json'), JSON.stringify({ policy: `${directives}; ${FRAMES}`, directives, pages }, null, 2) + '\n');
await writeWorker(root);
console.log(`csp: ${Object.keys(pages).length} pages, ${all.size} hashes`);
