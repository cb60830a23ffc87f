// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = '_next/static/chunks';

/** Tells sw.js in `root` what belongs to this build; for the end, when the pages change no more. */
export async function writeWorker(root) {
  const html = await readFile(join(root, 'index.html'), 'utf8');
  const base = /src="([^"]*)\/_next\/static\//.exec(html)[1];
  // Browsers with service workers skip the polyfills.
  const skipped = [...html.matchAll(/src="([^"]+)"[^>]*\snoModule/gi)].map(([, path]) => path);
  const names = (await readdir(join(root, folder))).filter((name) => /\.(js|css)$/.test(name)).sort();
  const files = names.map((name) => `${base}/${folder}/${name}`).filter((path) => !skipped.includes(path));
  // The page names every file it needs, by the hash of its content.
  const build = createHash('sha256').update(html).digest('hex').slice(0, 16);
  const places = { base, build, files: [`${base}/`, ...files].join(' ') };
  const source = await readFile(new URL('../public/sw.js', import.meta.url), 'utf8');
  await writeFile(join(root, 'sw.js'), source.replace(/%([a-z]+)%/g, (_, name) => places[name]));
}
