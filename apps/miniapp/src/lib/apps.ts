// SPDX-License-Identifier: MIT
// VPN apps to choose from. apid knows how each takes a config link: apps/apid/client_apps.c.

export type Os = 'ios' | 'android' | 'macos' | 'windows' | 'linux';

export interface ClientApp {
  /** As apid names it. */
  id: string;
  name: string;
  /** Where to get it, by system; a system that is missing is not supported. */
  stores: Partial<Record<Os, string>>;
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
  },
  {
    id: 'v2raytun',
    name: 'v2RayTun',
    stores: {
      ios: 'https://apps.apple.com/app/v2raytun/id6476628951',
      macos: 'https://apps.apple.com/app/v2raytun/id6476628951',
      android: 'https://play.google.com/store/apps/details?id=com.v2raytun.android',
    },
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
  },
  {
    id: 'v2rayng',
    name: 'v2rayNG',
    stores: { android: `${GITHUB}/2dust/v2rayNG/releases/latest` },
  },
  {
    id: 'streisand',
    name: 'Streisand',
    stores: { ios: 'https://apps.apple.com/app/streisand/id6450534064' },
  },
  {
    id: 'sing-box',
    name: 'sing-box',
    stores: { linux: `${GITHUB}/SagerNet/sing-box/releases/latest` },
  },
];

/** Where to get the app for keys that are files, for every system. */
export const AMNEZIA_VPN = 'https://amnezia.org/downloads';

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

/** The page that starts an app; Telegram opens nothing but web pages. */
export const openPage = (link: string, app: string) => `${link}/open?app=${app}`;

/** What AmneziaVPN, AmneziaWG and routers take: the page that starts the first, and the file. */
export function confAddresses(link: string, filename: string): { open: string; file: string } {
  const node = encodeURIComponent(filename.replace(/\.conf$/, ''));
  return { open: `${openPage(link, 'amneziavpn')}&node=${node}`, file: `${link}?format=awg&node=${node}` };
}
