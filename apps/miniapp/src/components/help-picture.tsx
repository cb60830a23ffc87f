// SPDX-License-Identifier: MIT
// Simply drawn screens of the VPN apps, one for each step of setting them up. Fetched after the words.
import type { ReactNode } from 'react';

/** Where an app has its "add" button and what switches it on. */
interface Look {
  add: readonly [x: number, y: number];
  on: 'circle' | 'corner' | 'switch';
}

const LOOKS: Record<string, Look> = {
  happ: { add: [100, 30], on: 'circle' },
  v2raytun: { add: [100, 30], on: 'circle' },
  hiddify: { add: [84, 30], on: 'circle' },
  v2rayng: { add: [86, 30], on: 'corner' },
  streisand: { add: [100, 30], on: 'switch' },
  'sing-box': { add: [100, 30], on: 'switch' },
};

function Phone({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 120 200" aria-hidden className="h-40 w-24 shrink-0">
      <rect x="1" y="1" width="118" height="198" rx="16" className="fill-page stroke-line" strokeWidth="2" />
      <rect x="48" y="7" width="24" height="4" rx="2" className="fill-line" />
      {children}
    </svg>
  );
}

function Bars({ y, widths, x = 14 }: { y: number; widths: readonly number[]; x?: number }) {
  return widths.map((width, i) => <rect key={i} x={x} y={y + i * 9} width={width} height="4" rx="2" className="fill-line" />);
}

/** What is to be pressed. */
function Tap({ x, y, r = 13 }: { x: number; y: number; r?: number }) {
  return <circle cx={x} cy={y} r={r} fill="none" strokeWidth="2.5" strokeDasharray="4 3" className="stroke-warn" />;
}

function Title({ name }: { name: string }) {
  return <text x="14" y="34" fontSize="10" fontWeight="700" className="fill-ink">{name}</text>;
}

function Plus({ x, y, className = 'stroke-accent' }: { x: number; y: number; className?: string }) {
  return <path d={`M${x - 5} ${y}h10M${x} ${y - 5}v10`} strokeWidth="2.5" strokeLinecap="round" className={className} />;
}

function Servers({ y }: { y: number }) {
  return [0, 1].map((i) => (
    <g key={i}>
      <rect x="10" y={y + i * 26} width="100" height="22" rx="6" className="fill-card" />
      <circle cx="21" cy={y + 11 + i * 26} r="5" className="fill-line" />
      <rect x="31" y={y + 9 + i * 26} width={50 - i * 12} height="4" rx="2" className="fill-line" />
    </g>
  ));
}

function Install({ name }: { name: string }) {
  return (
    <Phone>
      <rect x="14" y="30" width="36" height="36" rx="10" className="fill-accent" />
      <text x="32" y="55" textAnchor="middle" fontSize="20" fontWeight="700" className="fill-card">{name.slice(0, 1).toUpperCase()}</text>
      <text x="57" y="44" fontSize={name.length > 9 ? 7.5 : 9.5} fontWeight="700" className="fill-ink">{name}</text>
      <rect x="57" y="51" width="38" height="4" rx="2" className="fill-line" />
      <rect x="14" y="80" width="92" height="24" rx="12" className="fill-button" />
      <path d="M60 86v10m-4-4 4 4 4-4" fill="none" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" className="stroke-button-ink" />
      <Bars y={118} widths={[92, 80, 60]} />
      <rect x="14" y="152" width="42" height="34" rx="6" className="fill-card" />
      <rect x="64" y="152" width="42" height="34" rx="6" className="fill-card" />
      <rect x="10" y="76" width="100" height="32" rx="16" fill="none" strokeWidth="2.5" strokeDasharray="4 3" className="stroke-warn" />
    </Phone>
  );
}

/** Our own screen with the keys. */
function Add() {
  return (
    <Phone>
      <Bars y={28} widths={[44]} />
      <rect x="10" y="42" width="100" height="92" rx="10" className="fill-card" />
      <circle cx="22" cy="56" r="6" className="fill-page" />
      <Bars x={34} y={54} widths={[60, 44]} />
      <circle cx="22" cy="88" r="6" className="fill-page" />
      <Bars x={34} y={86} widths={[50]} />
      <rect x="34" y="98" width="70" height="22" rx="8" className="fill-button" />
      <Plus x={47} y={109} className="stroke-button-ink" />
      <rect x="58" y="107" width="36" height="4" rx="2" className="fill-button-ink" />
      <rect x="10" y="144" width="100" height="36" rx="10" className="fill-card" />
      <Bars y={156} x={20} widths={[80, 56]} />
      <rect x="30" y="94" width="78" height="30" rx="11" fill="none" strokeWidth="2.5" strokeDasharray="4 3" className="stroke-warn" />
    </Phone>
  );
}

/** The app's menu with "from the clipboard". */
function Paste({ name, look }: { name: string; look: Look }) {
  const [x, y] = look.add;
  const top = y + 16;
  return (
    <Phone>
      <Title name={name} />
      <Servers y={134} />
      <rect x="26" y={top} width="84" height="64" rx="8" className="fill-card stroke-line" />
      <Bars x={46} y={top + 12} widths={[40]} />
      <rect x="30" y={top + 22} width="76" height="20" rx="6" className="fill-page" />
      <g fill="none" strokeWidth="1.8" className="stroke-accent">
        <rect x="35" y={top + 27} width="8" height="10" rx="1.5" />
        <path d={`M37.5 ${top + 27}v-1.5h3v1.5`} />
      </g>
      <rect x="48" y={top + 30} width="46" height="4" rx="2" className="fill-accent" />
      <Bars x={46} y={top + 50} widths={[34]} />
      <Plus x={x} y={y} />
      <Tap x={x} y={y} r={10} />
      <rect x="28" y={top + 20} width="80" height="24" rx="8" fill="none" strokeWidth="2.5" strokeDasharray="4 3" className="stroke-warn" />
    </Phone>
  );
}

function Power({ x, y, r }: { x: number; y: number; r: number }) {
  const s = r * 0.36;
  return (
    <>
      <circle cx={x} cy={y} r={r} className="fill-button" />
      <path
        d={`M${x} ${y - s * 1.3}v${s * 1.2}M${x - s * 0.8} ${y - s * 0.6}a${s} ${s} 0 1 0 ${s * 1.6} 0`}
        fill="none" strokeWidth="2.5" strokeLinecap="round" className="stroke-button-ink"
      />
    </>
  );
}

/** The app's own switch. */
function On({ name, look }: { name: string; look: Look }) {
  return (
    <Phone>
      <Title name={name} />
      {look.on === 'circle' && (
        <>
          <Power x={60} y={84} r={27} />
          <Tap x={60} y={84} r={33} />
          <Servers y={134} />
        </>
      )}
      {look.on === 'corner' && (
        <>
          <Servers y={48} />
          <Power x={94} y={168} r={14} />
          <Tap x={94} y={168} r={20} />
        </>
      )}
      {look.on === 'switch' && (
        <>
          <rect x="10" y="48" width="100" height="32" rx="8" className="fill-card" />
          <Bars x={20} y={62} widths={[40]} />
          <rect x="74" y="55" width="30" height="18" rx="9" className="fill-button" />
          <circle cx="95" cy="64" r="7" className="fill-button-ink" />
          <rect x="70" y="51" width="38" height="26" rx="13" fill="none" strokeWidth="2.5" strokeDasharray="4 3" className="stroke-warn" />
          <Servers y={92} />
        </>
      )}
    </Phone>
  );
}

export default function HelpPicture({ app, name, step }: { app: string; name: string; step: number }) {
  const look = LOOKS[app] ?? LOOKS.happ!;
  switch (step) {
    case 0:
      return <Install name={name} />;
    case 1:
      return <Add />;
    case 2:
      return <Paste name={name} look={look} />;
    default:
      return <On name={name} look={look} />;
  }
}
