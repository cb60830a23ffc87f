// SPDX-License-Identifier: MIT
// Fails when the first visit weighs too much:  node scripts/budget.mjs [out]
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const JS_MAX = 170 * 1024;
const VISIT_MAX = 300 * 1024;
const root = process.argv[2] ?? 'out';
const base = process.env.QENT_MINIAPP_BASE ?? '/app';

const weigh = async (path) => gzipSync(await readFile(join(root, path)), { level: 9 }).length;

const html = await readFile(join(root, 'index.html'), 'utf8');
const files = new Set();
for (const [, path] of html.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg|ico|woff2|json|png))(?:\?[^"]*)?"/g))
  files.add(path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path.replace(/^\//, ''));
// Browsers that know modules skip the polyfills.
const skipped = new Set();
for (const [, path] of html.matchAll(/src="([^"]+)"[^>]*\snoModule/gi))
  skipped.add(path.slice(base.length + 1));

let js = 0;
let visit = await weigh('index.html');
for (const file of files) {
  if (skipped.has(file))
    continue;
  const bytes = await weigh(file);
  visit += bytes;
  if (file.endsWith('.js'))
    js += bytes;
}
// What the page fetches by itself: one of the languages belongs to the first screen, and the rest is
// counted whole, an upper bound.
let texts = 0;
for (const name of await readdir(join(root, '_next/static/chunks'))) {
  const file = `_next/static/chunks/${name}`;
  if (!name.endsWith('.js') || files.has(file))
    continue;
  const bytes = await weigh(file);
  visit += bytes;
  if (html.includes(file))
    texts = Math.max(texts, bytes);
}
js += texts;
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`budget: JavaScript ${kb(js)} of ${kb(JS_MAX)}, first visit ${kb(visit)} of ${kb(VISIT_MAX)} (gzip)`);
if (js > JS_MAX || visit > VISIT_MAX) {
  console.error('the size budget is exceeded');
  process.exit(1);
}
