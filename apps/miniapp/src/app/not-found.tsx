// SPDX-License-Identifier: MIT
import { BASE } from '@/lib/config';
import { en } from '@/lib/texts.en';
import { ru } from '@/lib/texts.ru';

export default function NotFound() {
  return (
    <main className="safe mx-auto flex min-h-dvh max-w-lg flex-col items-center justify-center gap-4 text-center">
      <h1 className="text-xl font-bold">
        <span lang="ru">{ru.notFound}</span>
        <br />
        {en.notFound}
      </h1>
      <a href={`${BASE}/`} className="flex min-h-11 items-center font-semibold text-link">
        {ru.toStart} · {en.toStart}
      </a>
    </main>
  );
}
