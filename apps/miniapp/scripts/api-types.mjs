// SPDX-License-Identifier: MIT
// Makes src/lib/api.gen.ts from apid's OpenAPI file (--write), or fails when the two differ.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../apid/openapi.yaml', import.meta.url);
const target = new URL('../src/lib/api.gen.ts', import.meta.url);
const head = '// SPDX-License-Identifier: MIT\n// Generated from apps/apid/openapi.yaml by "npm run api:types".\n';

const wanted = head + astToString(await openapiTS(source));
if (process.argv.includes('--write')) {
  await writeFile(target, wanted);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== wanted) {
  console.error('src/lib/api.gen.ts differs from apps/apid/openapi.yaml: run "npm run api:types"');
  process.exit(1);
}
