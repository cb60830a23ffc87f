// SPDX-License-Identifier: MIT
// The runtime configuration: config.json beside the pages, so that one build serves any host.
import * as v from 'valibot';

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

let loaded: Promise<Config> | null = null;

export function parseConfig(value: unknown): Config {
  const parsed = v.safeParse(Schema, value);
  const config = parsed.success ? parsed.output : { api: '/api/v1' };
  return { ...config, api: new URL(config.api, location.href).href.replace(/\/+$/, '') };
}

async function load(): Promise<Config> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 8000);
  try {
    const answer = await fetch(`${BASE}/config.json`, { signal: stop.signal });
    return parseConfig(answer.ok ? await answer.json() : null);
  } catch {
    return parseConfig(null);
  } finally {
    clearTimeout(timer);
  }
}

export const config = () => (loaded ??= load());
