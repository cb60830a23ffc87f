// SPDX-License-Identifier: MIT
import { OpenApp } from '@/components/open-app';

export default function Open() {
  return <OpenApp />;
}
