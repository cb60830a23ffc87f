// SPDX-License-Identifier: MIT
'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, ChevronDown, Download, FileDown, KeyRound, Plus, QrCode, RotateCcwKey, WifiOff } from 'lucide-react';
import { QRCodeSVG } from 'qrcode.react';
import { type ReactNode, useState } from 'react';

import { useAppChoice } from '@/components/app-choice';
import { CopyButton } from '@/components/copy-button';
import { MainAction } from '@/components/main-action';
import { Button, Card, Dialog, ErrorCard, Heading, Notice, Screen, Skeleton, State } from '@/components/ui';
import { useAction } from '@/lib/actions';
import { api, ApiError, type Keys as KeysData } from '@/lib/api';
import { AMNEZIA_VPN, confAddresses, openPage } from '@/lib/apps';
import { plain } from '@/lib/format';
import { fill, useI18n } from '@/lib/i18n';
import { go } from '@/lib/nav';
import { keysQuery, lastKeysQuery } from '@/lib/queries';
import { saveText } from '@/lib/save';
import { useSubscription } from '@/lib/selected';
import { haptic, openLink, saveFile } from '@/lib/telegram';
import { forgetKeys } from '@/lib/vault';

function Step({ n, title, children }: { n: number; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-full bg-page text-sm font-bold text-accent">{n}</span>
      <div className="flex min-w-0 flex-1 flex-col gap-3 pb-1">
        <h3 className="pt-0.5 font-semibold">{title}</h3>
        {children}
      </div>
    </li>
  );
}

function Connect({ link }: { link: string }) {
  const { t } = useI18n();
  const { app, store, fields } = useAppChoice();
  return (
    <Card>
      <ol className="flex flex-col gap-4">
        <Step n={1} title={t.stepApp}>
          {fields}
          <Button look="tinted" icon={Download} onClick={() => openLink(store)}>
            {fill(t.install, { app: app.name })}
          </Button>
        </Step>
        <Step n={2} title={t.stepAdd}>
          <Button icon={Plus} onClick={() => openLink(openPage(link, app.id))}>
            {fill(t.addTo, { app: app.name })}
          </Button>
        </Step>
        <Step n={3} title={t.stepOn}>
          <p className="text-muted">{t.stepOnText}</p>
        </Step>
      </ol>
    </Card>
  );
}

/** A button, and the code that it shows. */
function QrButton({ look, label, hint, text, level = 'M' }: {
  look: 'plain' | 'tinted';
  label: string;
  hint: string;
  text: string;
  level?: 'L' | 'M';
}) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button look={look} icon={QrCode} onClick={() => setOpen(true)}>{label}</Button>
      <Dialog open={open} title={label} onClose={close}>
        <p className="my-3 text-muted">{hint}</p>
        <div className="mx-auto w-full max-w-64 rounded-2xl bg-white p-4">
          <QRCodeSVG value={text} size={224} level={level} title={label} className="h-auto w-full" />
        </div>
        <Button look="tinted" className="mt-4" onClick={close}>{t.close}</Button>
      </Dialog>
    </>
  );
}

function YourLink({ link }: { link: string }) {
  const { t } = useI18n();
  return (
    <Card className="flex flex-col gap-3">
      <p className="text-muted">{t.yourLinkText}</p>
      <p dir="ltr" className="rounded-xl bg-page p-3 font-mono text-sm break-all select-all">{link}</p>
      <CopyButton text={link} label={t.copyLink} />
      <QrButton look="plain" label={t.showQr} hint={t.qrText} text={link} />
    </Card>
  );
}

interface Conf {
  uri: string;
  protocol: string;
  node: string;
  conf: string;
  filename: string;
}

/** A key that is a file: of AmneziaWG, or plain WireGuard. */
function ConfKey({ link, conf }: { link: string; conf: Conf }) {
  const { t } = useI18n();
  const [saved, setSaved] = useState(false);
  const { open, file } = confAddresses(link, conf.filename);
  const save = () => {
    if (!saveFile(file, conf.filename))
      saveText(conf.conf, conf.filename);
    haptic('success');
    setSaved(true);
  };
  return (
    <div className="flex flex-col gap-2 border-line not-first:mt-4 not-first:border-t not-first:pt-4">
      <h3 className="font-semibold">
        {[t.protocols[conf.protocol] ?? plain(conf.protocol), plain(conf.node)].filter(Boolean).join(' · ')}
      </h3>
      <Button icon={Plus} onClick={() => openLink(open)}>{t.awgOpen}</Button>
      <Button look="tinted" icon={saved ? Check : FileDown} onClick={save}>{saved ? t.awgSaved : t.awgSave}</Button>
      <QrButton look="tinted" label={t.awgQr} hint={t.awgQrText} text={conf.conf} level="L" />
      <details className="group">
        <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-1 text-muted">
          {t.awgByHand}
          <ChevronDown aria-hidden className="size-5 shrink-0 transition-transform group-open:rotate-180" />
        </summary>
        <div className="flex flex-col gap-2">
          <pre dir="ltr" tabIndex={0} className="max-h-48 overflow-auto rounded-xl bg-page p-3 font-mono text-xs select-all">{conf.conf}</pre>
          <CopyButton text={conf.conf} label={t.awgCopy} />
          <CopyButton text={conf.uri} label={t.awgVpn} />
        </div>
      </details>
    </div>
  );
}

function ConfKeys({ link, confs }: { link: string; confs: Conf[] }) {
  const { t } = useI18n();
  return (
    <Card>
      <p className="mb-2 text-muted">{t.awgText}</p>
      <Button look="plain" icon={Download} onClick={() => openLink(AMNEZIA_VPN)}>{fill(t.install, { app: 'AmneziaVPN' })}</Button>
      {confs.map((conf) => <ConfKey key={conf.uri} link={link} conf={conf} />)}
    </Card>
  );
}

function SingleKeys({ links }: { links: KeysData['links'] }) {
  const { t } = useI18n();
  return (
    <div className="overflow-hidden rounded-2xl bg-card">
      <p className="px-4 py-3 text-sm text-muted">{t.singleKeysText}</p>
      {links.map((link) => (
        <details key={link.uri} className="group border-line not-first:border-t">
          <summary className="flex min-h-14 cursor-pointer list-none items-center gap-3 px-4 py-2.5">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{t.protocols[link.protocol] ?? plain(link.protocol)}</span>
              {link.node && <span className="block text-sm text-muted">{plain(link.node)}</span>}
            </span>
            <ChevronDown aria-hidden className="size-5 shrink-0 text-muted transition-transform group-open:rotate-180" />
          </summary>
          <div className="flex flex-col gap-3 px-4 pb-4">
            {t.protocolHints[link.protocol] && <p className="text-muted">{t.protocolHints[link.protocol]}</p>}
            <p dir="ltr" className="max-h-28 overflow-y-auto rounded-xl bg-page p-3 font-mono text-xs break-all select-all" tabIndex={0}>
              {link.uri}
            </p>
            <CopyButton text={link.uri} label={t.copy} />
          </div>
        </details>
      ))}
    </div>
  );
}

function Rotate({ id }: { id: number }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { queryKey } = keysQuery(id);
  const rotate = useAction({
    mutationKey: ['rotate', id],
    mutationFn: () => api.rotate(id),
    onSuccess: async () => {
      haptic('success');
      forgetKeys(id);
      client.setQueriesData({ queryKey: ['last-keys'] }, null);
      // Rather none than the old link, which is dead.
      await client.refetchQueries({ queryKey }, { throwOnError: true }).catch(() => void client.resetQueries({ queryKey }));
      setAsking(false);
    },
    onError: () => {
      haptic('error');
      // It may be done, and its answer lost.
      void client.invalidateQueries({ queryKey });
    },
  });
  return (
    <>
      <Card>
        <p className="mb-3 text-muted">{t.rotateText}</p>
        <Button
          look="danger"
          icon={RotateCcwKey}
          onClick={() => {
            haptic('warning');
            rotate.reset();
            setAsking(true);
          }}
        >
          {t.rotate}
        </Button>
        <p role="status" className={rotate.isSuccess ? 'mt-3 text-good' : 'sr-only'}>
          {rotate.isSuccess ? t.rotated : ''}
        </p>
      </Card>
      <Dialog open={asking} title={t.rotateTitle} onClose={() => setAsking(false)}>
        <p className="mt-2 mb-4">{t.rotateWarning}</p>
        {rotate.isError && <ErrorCard error={rotate.error} />}
        <div className="mt-3 flex flex-col gap-2">
          <Button look="danger" busy={rotate.isPending} onClick={() => rotate.mutate()}>
            {t.rotateYes}
          </Button>
          <Button look="tinted" disabled={rotate.isPending} onClick={() => setAsking(false)}>
            {t.cancel}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

export function Keys({ id: asked }: { id: number | undefined }) {
  const { t } = useI18n();
  const { me, id, sub } = useSubscription(asked);
  const none = id === undefined && me.isSuccess;
  const fresh = useQuery({ ...keysQuery(id ?? 0), enabled: id !== undefined });
  const failed = fresh.isError || (id === undefined && me.isError);
  const refused = fresh.error instanceof ApiError && !fresh.error.isPassing;
  const last = useQuery(lastKeysQuery(id, !fresh.data && !none));
  const keys = none || refused ? undefined : (fresh.data ?? last.data);
  const retry = () => void (id === undefined ? me.refetch() : fresh.refetch());
  const retrying = fresh.isFetching || me.isFetching;

  if (!keys) {
    return (
      <Screen title={t.keysTitle}>
        {none ? (
          <>
            <State icon={KeyRound} title={t.keysNone} text={t.keysNoneText} />
            <MainAction text={t.choosePlan} onPress={() => go({ screen: 'buy' })} />
          </>
        ) : failed ? (
          <ErrorCard error={fresh.error ?? me.error} busy={retrying} onRetry={retry} />
        ) : (
          <Skeleton parts={['tall', 'card', 'cell']} />
        )}
      </Screen>
    );
  }
  const confs = keys.links.filter((link): link is typeof link & Conf => Boolean(link.conf && link.filename));
  const uris = keys.links.filter((link) => !link.conf);
  return (
    <Screen title={t.keysTitle}>
      {failed && (
        <>
          <Notice icon={WifiOff}>{t.keysStale}</Notice>
          <Button look="raised" busy={retrying} onClick={retry}>{t.retry}</Button>
        </>
      )}
      {sub && sub.status !== 'active' ? (
        <Notice icon={KeyRound}>{sub.status === 'disabled' ? t.disabledText : t.keysInactive}</Notice>
      ) : (
        keys.links.length === 0 && (
          <Card>
            <p role="status" className="font-semibold">{t.keysPreparing}</p>
            <p className="mt-1 text-muted">{t.keysPreparingText}</p>
            <div aria-hidden className="bone mt-3 h-2 rounded-full" />
          </Card>
        )
      )}
      {/* Apps of lists have no use for a subscription of files only. */}
      {(uris.length > 0 || confs.length === 0) && (
        <>
          <Heading>{t.keysIntro}</Heading>
          <Connect link={keys.config_link} />
          <Heading>{t.yourLink}</Heading>
          <YourLink link={keys.config_link} />
        </>
      )}
      {confs.length > 0 && (
        <>
          <Heading>{t.awgTitle}</Heading>
          <ConfKeys link={keys.config_link} confs={confs} />
        </>
      )}
      {uris.length > 0 && (
        <>
          <Heading>{t.singleKeys}</Heading>
          <SingleKeys links={uris} />
        </>
      )}
      {fresh.data && !failed && <Rotate id={keys.subscription_id} />}
    </Screen>
  );
}
