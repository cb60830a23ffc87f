// SPDX-License-Identifier: MIT
// Puts src/boot.ts into the page, before all that could make it wait:  node scripts/boot.mjs [out]
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const root = process.argv[2] ?? 'out';
const base = process.env.QENT_MINIAPP_BASE ?? '/app';
const folder = '_next/static/chunks';

const places = { base };
for (const name of (await readdir(join(root, folder))).filter((n) => n.endsWith('.js'))) {
  const id = /qent-(texts-(?:ru|en))\b/.exec(await readFile(join(root, folder, name), 'utf8'))?.[1];
  if (id && places[id])
    throw new Error(`${id} is in two files`);
  if (id)
    places[id] = `${base}/${folder}/${name}`;
}

const source = await readFile(new URL('../src/boot.ts', import.meta.url), 'utf8');
const { outputText } = ts.transpileModule(source, { compilerOptions: { target: 'ES2022', module: 'ESNext', removeComments: true } });
const script = outputText.replace(/^export \{\};$/m, '').replace(/^ +/gm, '').trim().replace(/%([a-z-]+)%/g, (_, name) => {
  if (places[name] === undefined)
    throw new Error(`no file holds ${name}`);
  return places[name];
});
if (/<\/|<!--/.test(script))
  throw new Error('src/boot.ts would end its own <script>');
const page = join(root, 'index.html');
const html = await readFile(page, 'utf8');
await writeFile(page, html.replace('<head>', () => `<head><script>${script}</script>`));
