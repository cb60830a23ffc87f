// SPDX-License-Identifier: MIT
// The runtime configuration: config.json beside the pages, so that one build serves any host.
import * as v from 'valibot';

import { takeEarlyConfig } from './early';

export const BASE = process.env.NEXT_PUBLIC_BASE ?? '';

const Schema = v.object({
  api: v.optional(v.pipe(v.string(), v.minLength(1)), '/api/v1'),
  bot: v.optional(v.pipe(v.string(), v.regex(/^https:\/\/t\.me\/[A-Za-z0-9_/?=-]+$/))),
});

export interface Config {
  /** Without a slash at the end. */
  api: string;
  /** The bot's address, https://t.me/..., when it is known. */
  bot?: string;
}

const TIMEOUT_MS = 4000;
let loaded: Promise<Config> | null = null;

export function parseConfig(value: unknown): Config {
  const parsed = v.safeParse(Schema, value);
  const config = parsed.success ? parsed.output : { api: '/api/v1' };
  return { ...config, api: new URL(config.api, location.href).href.replace(/\/+$/, '') };
}

async function load(): Promise<Config> {
  const late = new Promise<never>((_, fail) => setTimeout(fail, TIMEOUT_MS, new Error('late')));
  const ask = async (): Promise<unknown> => {
    const answer = await fetch(`${BASE}/config.json`);
    return answer.ok ? answer.json() : null;
  };
  try {
    return parseConfig(await Promise.race([takeEarlyConfig() ?? ask(), late]));
  } catch {
    // Good for this once: the API may be elsewhere.
    loaded = null;
    return parseConfig(null);
  }
}

export const config = () => (loaded ??= load());
