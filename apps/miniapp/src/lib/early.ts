// SPDX-License-Identifier: MIT
// What src/boot.ts asked for before this code was there.

export interface Boot {
  config?: Promise<unknown>;
  /** Answers by path; each is taken once. */
  answers: Partial<Record<string, Promise<Response>>>;
}

declare global {
  interface Window {
    qentBoot?: Boot;
  }
}

// What follows gives the early answer, undefined when there is none or it was taken.

export function takeEarlyConfig(): Promise<unknown> | undefined {
  const config = window.qentBoot?.config;
  delete window.qentBoot?.config;
  return config;
}

export function takeEarly(path: string): Promise<Response> | undefined {
  const answers = window.qentBoot?.answers;
  const answer = answers?.[path];
  delete answers?.[path];
  return answer;
}
