// SPDX-License-Identifier: MIT
'use client';

import { type ReactNode, useState } from 'react';

import { isCountry } from '@/lib/format';

const FOLDER = process.env.NEXT_PUBLIC_FLAGS ?? '';

/** A country's flag, an ornament beside its name. Emoji would be boxes or letters on many systems. */
export function Flag({ country, className, fallback }: { country: string | null; className: string; fallback?: ReactNode }) {
  const [failed, setFailed] = useState(false);
  if (!isCountry(country) || failed)
    return fallback;
  // The exported pages have no image service.
  // eslint-disable-next-line @next/next/no-img-element
  return <img src={`${FOLDER}/${country.toLowerCase()}.svg`} alt="" onError={() => setFailed(true)} className={`inline-block shrink-0 rounded-full ${className}`} />;
}
