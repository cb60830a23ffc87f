// SPDX-License-Identifier: MIT
'use client';

import { RefreshCw, TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';

import { useI18n } from '@/lib/i18n';

import { Button, State } from './ui';

function Broken() {
  const { t } = useI18n();
  return (
    <State icon={TriangleAlert} tone="warn" live title={t.errorOther} text={t.errorOfflineText}>
      <Button icon={RefreshCw} onClick={() => location.reload()}>{t.retry}</Button>
    </State>
  );
}

interface BoundaryProps {
  /** What breaks is an ornament: leave it out. */
  quiet?: boolean;
  children: ReactNode;
}

/** A part of the page that could not be loaded or drawn leaves words and a way on, not a blank. */
export class Boundary extends Component<BoundaryProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken)
      return this.props.children;
    return this.props.quiet ? null : <Broken />;
  }
}
