// SPDX-License-Identifier: MIT
// All screens behind the first one, in one piece that is fetched as soon as the first is shown.
'use client';

import type { Language } from '@/lib/format';
import type { View } from '@/lib/nav';

import { Buy } from './buy';
import { Help } from './help';
import { History } from './history';
import { Keys } from './keys';
import { Node } from './node';
import { Order } from './order';
import { Traffic } from './traffic';

export interface InnerProps {
  view: View;
  confirming: string | null;
  onConfirm: (plan: string) => void;
  onLanguage: (language: Language) => void;
}

export default function Inner({ view, confirming, onConfirm, onLanguage }: InnerProps) {
  switch (view.screen) {
    case 'buy':
      return <Buy key={view.id ?? 0} subscription={view.id} confirming={confirming} onConfirm={onConfirm} />;
    case 'order':
      return view.id ? <Order key={view.id} id={view.id} /> : <History />;
    case 'keys':
      return <Keys id={view.id} />;
    case 'node':
      return <Node id={view.id} />;
    case 'traffic':
      return <Traffic id={view.id} />;
    case 'help':
      return <Help onLanguage={onLanguage} />;
    default:
      return <History />;
  }
}
