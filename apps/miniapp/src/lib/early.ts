// SPDX-License-Identifier: MIT
// What src/boot.ts asked for before this code was there.

export interface Boot {
  config: Promise<unknown>;
  /** Answers by path; each is taken once. */
  answers: Partial<Record<string, Promise<Response>>>;
}

declare global {
  interface Window {
    qentBoot?: Boot;
  }
}

export const earlyConfig = () => window.qentBoot?.config;

/** The early answer for a path; undefined when there is none or it was taken. */
export function takeEarly(path: string): Promise<Response> | undefined {
  const answers = window.qentBoot?.answers;
  const answer = answers?.[path];
  delete answers?.[path];
  return answer;
}
