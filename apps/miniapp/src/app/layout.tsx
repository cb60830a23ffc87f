// SPDX-License-Identifier: MIT
import './globals.css';

import type { Metadata, Viewport } from 'next';

import { BASE } from '@/lib/config';

export const metadata: Metadata = {
  title: 'QentVPN',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
  icons: { icon: `${BASE}/icon.svg` },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f1f3f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1822' },
  ],
};

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
