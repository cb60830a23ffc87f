// SPDX-License-Identifier: MIT
import { preload } from 'react-dom';

import { App } from '@/components/app';
import { BASE } from '@/lib/config';

export default function Home() {
  preload(`${BASE}/config.json`, { as: 'fetch', crossOrigin: 'anonymous' });
  return <App />;
}
