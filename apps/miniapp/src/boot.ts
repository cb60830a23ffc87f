// SPDX-License-Identifier: MIT
// Asks for what the first screen needs while the page's scripts are still on the way. Not a part of
// those: scripts/boot.mjs puts it into the page as it is, so it can use nothing from elsewhere.
import type { Boot } from './lib/early';

{
  const data = new URLSearchParams(location.hash.slice(1)).get('tgWebAppData');
  const config: Promise<unknown> = fetch('%base%/config.json').then((answer) => (answer.ok ? answer.json() : null));
  const answers: Boot['answers'] = {};
  const ask = async (path: string) => {
    const { api } = ((await config) ?? {}) as { api?: unknown };
    const address = new URL(typeof api === 'string' && api ? api : '/api/v1', location.href).href.replace(/\/+$/, '');
    return fetch(address + path, { headers: { Authorization: `tma ${data}` }, cache: 'no-store', credentials: 'omit' });
  };
  const language = () => {
    try {
      const user = JSON.parse(new URLSearchParams(data ?? '').get('user') ?? '') as { language_code?: string };
      return user.language_code || navigator.language;
    } catch {
      return navigator.language;
    }
  };
  for (const path of data ? ['/me', '/plans'] : [])
    answers[path] = ask(path);
  // Whoever takes a promise sees its failure; nobody may take it.
  for (const promise of [config, ...Object.values(answers)])
    promise?.catch(() => undefined);
  window.qentBoot = { config, answers };

  const texts = document.createElement('link');
  texts.rel = 'preload';
  texts.as = 'script';
  texts.href = /^(ru|be|uk|kk|ky|uz|tg|tt|hy|az)\b/i.test(language()) ? '%texts-ru%' : '%texts-en%';
  document.head.append(texts);
}
