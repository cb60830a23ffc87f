// SPDX-License-Identifier: MIT
'use client';

import { ChevronDown, ChevronRight, type LucideIcon, RefreshCw } from 'lucide-react';
import { type ButtonHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';

import { describe, useI18n, useMaybeI18n } from '@/lib/i18n';
import { layOver } from '@/lib/nav';

/** The frame of every page. */
export function Page({ children }: { children: ReactNode }) {
  return <main className="safe mx-auto flex min-h-dvh w-full max-w-lg flex-col gap-3">{children}</main>;
}

/** A screen with its heading, which takes the focus when the screen opens. */
export function Screen({ title, hideTitle, children }: { title: string; hideTitle?: boolean; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={hideTitle ? 'sr-only' : 'px-1 pt-1 text-2xl font-bold tracking-tight'}>
        {title}
      </h1>
      {children}
    </>
  );
}

export function Card({ className = '', children }: { className?: string; children: ReactNode }) {
  return <section className={`rounded-2xl bg-card p-4 ${className}`}>{children}</section>;
}

export function Heading({ children }: { children: ReactNode }) {
  return <h2 className="px-1 pt-2 text-sm font-semibold text-muted">{children}</h2>;
}

type ButtonLook = 'filled' | 'tinted' | 'raised' | 'plain' | 'danger';
const looks: Record<ButtonLook, string> = {
  filled: 'bg-button text-button-ink',
  tinted: 'bg-page text-link',
  /** The tinted one outside of a card. */
  raised: 'bg-card text-link',
  plain: 'text-link',
  danger: 'bg-page text-danger',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook;
  icon?: LucideIcon;
  busy?: boolean;
}

export function Button({ look = 'filled', icon: Icon, busy = false, disabled, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`flex min-h-12 w-full items-center justify-center gap-2 rounded-xl px-3 py-2 text-base font-semibold transition-transform active:scale-[0.98] disabled:opacity-60 ${looks[look]} ${className}`}
      disabled={disabled ?? busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <RefreshCw aria-hidden className="size-5 shrink-0 animate-spin" /> : Icon && <Icon aria-hidden className="size-5 shrink-0" />}
      <span>{children}</span>
    </button>
  );
}

interface CellProps {
  icon: LucideIcon;
  title: string;
  hint?: ReactNode;
  value?: string;
  onPress: () => void;
}

/** One line of a list that leads somewhere. */
export function Cell({ icon: Icon, title, hint, value, onPress }: CellProps) {
  return (
    <li className="border-line not-first:border-t">
      <button type="button" onClick={onPress} className="flex min-h-14 w-full items-center gap-3 px-4 py-2.5 text-left active:bg-page">
        <span className="grid size-9 shrink-0 place-items-center rounded-xl bg-page text-accent">
          <Icon aria-hidden className="size-5" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{title}</span>
          {hint && <span className="block text-sm text-muted">{hint}</span>}
        </span>
        {value && <span className="shrink-0 text-sm text-muted">{value}</span>}
        <ChevronRight aria-hidden className="size-5 shrink-0 text-muted" />
      </button>
    </li>
  );
}

export function List({ children }: { children: ReactNode }) {
  return <ul className="overflow-hidden rounded-2xl bg-card">{children}</ul>;
}

export interface StateProps {
  icon: LucideIcon;
  tone?: 'accent' | 'good' | 'danger' | 'warn';
  title: string;
  text?: string;
  children?: ReactNode;
  /** Changes are told to readers of the screen. */
  live?: boolean;
}

/** A big picture, words, and what to do next. */
export function State({ icon: Icon, tone = 'accent', title, text, children, live = false }: StateProps) {
  const tones = { accent: 'text-accent', good: 'text-good', danger: 'text-danger', warn: 'text-warn' };
  return (
    <Card className="rise flex flex-col items-center gap-2 px-5 py-8 text-center">
      <span className={`mb-2 grid size-20 place-items-center rounded-full bg-page ${tones[tone]}`}>
        <Icon aria-hidden className="size-10" strokeWidth={1.6} />
      </span>
      <div role={live ? 'status' : undefined}>
        <h2 className="text-xl font-bold">{title}</h2>
        {text && <p className="mt-1 text-muted">{text}</p>}
      </div>
      {children && <div className="mt-4 flex w-full flex-col gap-2">{children}</div>}
    </Card>
  );
}

/** A name and its value, in a <dl>. */
export function Line({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) {
  return (
    <div className={`flex flex-wrap justify-between gap-x-4 py-1.5 ${strong ? 'text-lg font-bold' : ''}`}>
      <dt className={strong ? '' : 'text-muted'}>{name}</dt>
      <dd className="ml-auto text-right">{value}</dd>
    </div>
  );
}

export function ErrorCard({ error, onRetry, busy = false }: { error: unknown; onRetry?: () => void; busy?: boolean }) {
  const i18n = useI18n();
  const failure = describe(error, i18n);
  return (
    <div role="alert" className="rise rounded-2xl bg-card p-4">
      <p className="font-semibold text-danger">{failure.title}</p>
      <p className="mt-0.5 text-muted">{failure.text}</p>
      {onRetry && failure.retry && (
        <Button look="tinted" className="mt-3" icon={RefreshCw} busy={busy} onClick={onRetry}>
          {i18n.t.retry}
        </Button>
      )}
    </div>
  );
}

export function Notice({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <p role="status" className="flex items-start gap-2.5 rounded-2xl bg-card px-4 py-3 text-warn">
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

const BONES = { line: 'h-5', cell: 'h-14', card: 'h-32', tall: 'h-56' } as const;

/** The outline of what is being loaded. */
export function Skeleton({ parts }: { parts: readonly (keyof typeof BONES)[] }) {
  const label = useMaybeI18n()?.t.loading;
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-3">
      {parts.map((part, i) => (
        <div key={i} className={`bone rounded-2xl ${BONES[part]}`} />
      ))}
    </div>
  );
}

/** The page before its words are there, and when they cannot be fetched. */
export function Wordless({ failed }: { failed: boolean }) {
  return (
    <Page>
      {failed ? (
        <div role="alert" className="m-auto flex flex-col items-center gap-3 text-center">
          <p lang="ru">Нет связи. Проверьте интернет.</p>
          <p lang="en">No connection. Check the internet.</p>
          <Button icon={RefreshCw} onClick={() => location.reload()}>Повторить · Retry</Button>
        </div>
      ) : (
        <Skeleton parts={['tall', 'cell', 'cell', 'cell']} />
      )}
    </Page>
  );
}

/** A modal dialog; the browser keeps the focus in it and closes it on Escape. */
export function Dialog({ open, title, onClose, children }: { open: boolean; title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open)
      dialog.showModal();
    else if (!open && dialog?.open)
      dialog.close();
  }, [open]);
  useEffect(() => (open ? layOver(onClose) : undefined), [open, onClose]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className="safe-bottom fixed inset-x-0 top-auto bottom-0 m-auto max-h-[90dvh] w-full max-w-lg overflow-y-auto rounded-t-3xl bg-card p-5 text-ink sm:bottom-auto sm:top-0 sm:rounded-3xl"
    >
      <h2 id={heading} className="text-xl font-bold">{title}</h2>
      {open && children}
    </dialog>
  );
}

/** Choose one of several; arrow keys work as in every group of radio buttons. */
export function Choice<T extends string>({ label, name, value, options, onChange }: {
  label: string;
  name: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm text-muted">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-11 cursor-pointer items-center rounded-xl bg-page px-3.5 font-medium has-checked:bg-button has-checked:text-button-ink has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The same for many options, in one line. */
export function Select<T extends string>({ label, value, options, onChange }: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <label className="block">
      <span className="mb-1.5 block text-sm text-muted">{label}</span>
      <span className="relative block">
        <select
          value={value}
          onChange={(event) => onChange(event.target.value as T)}
          className="min-h-12 w-full appearance-none rounded-xl bg-page pr-11 pl-3.5 font-medium text-ink"
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>{option.label}</option>
          ))}
        </select>
        <ChevronDown aria-hidden className="pointer-events-none absolute top-3.5 right-3.5 size-5 text-muted" />
      </span>
    </label>
  );
}
