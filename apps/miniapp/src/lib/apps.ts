// SPDX-License-Identifier: MIT
// VPN apps and how each takes a config link. This list is all that /open/ will ever start.

export type Os = 'ios' | 'android' | 'macos' | 'windows' | 'linux';

export interface ClientApp {
  id: string;
  name: string;
  /** Where to get it, by system; a system that is missing is not supported. */
  stores: Partial<Record<Os, string>>;
  /** The address that makes the app import the config link. */
  importLink: (link: string) => string;
}

const GITHUB = 'https://github.com';

export const CLIENT_APPS: readonly ClientApp[] = [
  {
    id: 'happ',
    name: 'Happ',
    stores: {
      ios: 'https://apps.apple.com/app/happ-proxy-utility/id6504287215',
      macos: 'https://apps.apple.com/app/happ-proxy-utility/id6504287215',
      android: 'https://play.google.com/store/apps/details?id=com.happproxy',
      windows: `${GITHUB}/Happ-proxy/happ-desktop/releases/latest`,
      linux: `${GITHUB}/Happ-proxy/happ-desktop/releases/latest`,
    },
    importLink: (link) => `happ://add/${link}`,
  },
  {
    id: 'v2raytun',
    name: 'v2RayTun',
    stores: {
      ios: 'https://apps.apple.com/app/v2raytun/id6476628951',
      macos: 'https://apps.apple.com/app/v2raytun/id6476628951',
      android: 'https://play.google.com/store/apps/details?id=com.v2raytun.android',
    },
    importLink: (link) => `v2raytun://import/${link}`,
  },
  {
    id: 'hiddify',
    name: 'Hiddify',
    stores: {
      ios: 'https://apps.apple.com/app/hiddify-proxy-vpn/id6596777532',
      android: 'https://play.google.com/store/apps/details?id=app.hiddify.com',
      macos: `${GITHUB}/hiddify/hiddify-app/releases/latest`,
      windows: `${GITHUB}/hiddify/hiddify-app/releases/latest`,
      linux: `${GITHUB}/hiddify/hiddify-app/releases/latest`,
    },
    importLink: (link) => `hiddify://import/${link}`,
  },
  {
    id: 'v2rayng',
    name: 'v2rayNG',
    stores: { android: `${GITHUB}/2dust/v2rayNG/releases/latest` },
    importLink: (link) => `v2rayng://install-config?url=${encodeURIComponent(link)}`,
  },
  {
    id: 'streisand',
    name: 'Streisand',
    stores: { ios: 'https://apps.apple.com/app/streisand/id6450534064' },
    importLink: (link) => `streisand://import/${link}`,
  },
  {
    id: 'singbox',
    name: 'sing-box',
    stores: { linux: `${GITHUB}/SagerNet/sing-box/releases/latest` },
    importLink: (link) => `sing-box://import-remote-profile?url=${encodeURIComponent(link)}`,
  },
];

export const OS_NAMES: Record<Os, string> = {
  ios: 'iPhone, iPad', android: 'Android', macos: 'macOS', windows: 'Windows', linux: 'Linux',
};

export const appsFor = (os: Os) => CLIENT_APPS.filter((app) => app.stores[os]);

/** The buyer's system, from Telegram's word for it and the browser's. */
export function detectOs(platform: string, userAgent: string): Os {
  if (platform === 'ios' || /iPhone|iPad|iPod/.test(userAgent))
    return 'ios';
  if (platform.startsWith('android') || /Android/.test(userAgent))
    return 'android';
  if (platform === 'macos' || /Macintosh|Mac OS X/.test(userAgent))
    return 'macos';
  return /Windows/.test(userAgent) ? 'windows' : 'linux';
}

/** The address of our page that starts the app; the link stays behind the `#`, out of every log. */
export function openPage(origin: string, base: string, app: ClientApp, link: string): string {
  return `${origin}${base}/open/?app=${app.id}#${encodeURIComponent(link)}`;
}

/** Checks what /open/ was asked for: a listed app, and a config link of one of our own origins. */
export function openTarget(search: string, hash: string, origins: readonly string[]): { app: ClientApp; target: string } | null {
  const id = new URLSearchParams(search).get('app');
  const app = CLIENT_APPS.find((a) => a.id === id);
  try {
    const link = new URL(decodeURIComponent(hash.replace(/^#/, '')));
    const ours = origins.includes(link.origin) && /^https?:$/.test(link.protocol) && /\/s\/[\w~.-]+$/.test(link.pathname);
    return app && ours && !link.username && !link.password ? { app, target: app.importLink(link.href) } : null;
  } catch {
    return null;
  }
}
