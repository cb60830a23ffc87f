// SPDX-License-Identifier: MIT
// The web client's side of the Mini App protocol: the app runs in an iframe and both sides send
// JSON texts {eventType, eventData} by postMessage.
'use strict';

const themes = {
  light: {
    bg_color: '#ffffff', text_color: '#0f1419', hint_color: '#707991', link_color: '#2180d8',
    button_color: '#2f8fe8', button_text_color: '#ffffff', secondary_bg_color: '#f1f3f6',
    header_bg_color: '#ffffff', accent_text_color: '#2f8fe8', section_bg_color: '#ffffff',
    section_header_text_color: '#2f8fe8', subtitle_text_color: '#707991',
    destructive_text_color: '#e0483e', section_separator_color: '#e4e7eb',
    bottom_bar_bg_color: '#ffffff',
  },
  dark: {
    bg_color: '#17212b', text_color: '#f3f6f9', hint_color: '#7f91a4', link_color: '#6ab3f3',
    button_color: '#3a8ed8', button_text_color: '#ffffff', secondary_bg_color: '#0f1822',
    header_bg_color: '#17212b', accent_text_color: '#6ab3f3', section_bg_color: '#1b2836',
    section_header_text_color: '#6ab3f3', subtitle_text_color: '#7f91a4',
    destructive_text_color: '#ec6a60', section_separator_color: '#0d141c',
    bottom_bar_bg_color: '#17212b',
  },
};

class WebApp {
  /* host: {initData(startParam), openLink(url), openTgLink(path), onClose()} */
  constructor(host) {
    this.host = host;
    this.frame = null;
    this.log = [];
    this.storageKey = 'webapp-cloud';
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    const el = (id) => document.getElementById(id);
    this.ui = {
      sheet: el('sheet'), title: el('sheet-title'), back: el('sheet-back'), body: el('sheet-body'),
      wait: el('sheet-wait'), settings: el('sheet-settings'), top: el('sheet-top'),
      main: el('main-button'), secondary: el('secondary-button'),
      dialog: el('dialog'), dialogTitle: el('dialog-title'), dialogText: el('dialog-text'),
      dialogButtons: el('dialog-buttons'),
    };
    this.ui.back.onclick = () => (this.backVisible ? this.emit('back_button_pressed') : this.askClose());
    this.ui.settings.onclick = () => this.emit('settings_button_pressed');
    this.ui.main.onclick = () => this.emit('main_button_pressed');
    this.ui.secondary.onclick = () => this.emit('secondary_button_pressed');
    this.dark.addEventListener('change', () => this.sendTheme());
    window.addEventListener('resize', () => this.sendViewport());
    window.addEventListener('message', (event) => this.receive(event));
  }

  theme() {
    return themes[this.dark.matches ? 'dark' : 'light'];
  }

  async open(url, title, startParam) {
    const initData = await this.host.initData(startParam);
    if (!initData)
      return;
    const launch = new URL(url);
    const hash = [
      'tgWebAppData=' + encodeURIComponent(initData),
      'tgWebAppVersion=8.0',
      'tgWebAppPlatform=tdesktop',
      'tgWebAppThemeParams=' + encodeURIComponent(JSON.stringify(this.theme())),
    ];
    if (startParam)
      launch.searchParams.set('tgWebAppStartParam', startParam);
    const mark = launch.hash ? launch.hash + (launch.hash.includes('?') ? '&' : '?') : '#';
    launch.hash = '';
    this.reset();
    this.ui.title.textContent = title;
    this.frame = document.createElement('iframe');
    this.frame.allow = 'clipboard-write';
    this.frame.title = title;
    this.frame.onload = () => { this.ui.wait.hidden = true; };
    this.frame.src = launch.href + mark + hash.join('&');
    this.ui.body.append(this.frame);
    this.ui.sheet.hidden = false;
    this.ui.wait.hidden = false;
  }

  reset() {
    this.frame?.remove();
    this.frame = null;
    this.confirmClose = false;
    this.showBack(false);
    this.ui.main.hidden = this.ui.secondary.hidden = this.ui.settings.hidden = true;
    this.ui.top.style.background = '';
  }

  close() {
    this.reset();
    this.ui.sheet.hidden = true;
    this.host.onClose();
  }

  async askClose() {
    if (!this.confirmClose) {
      this.close();
      return;
    }
    const answer = await this.popup({
      message: 'Changes that you made may not be saved.',
      buttons: [{ id: 'stay', type: 'cancel' }, { id: 'close', type: 'destructive', text: 'Close' }],
    });
    if (answer === 'close')
      this.close();
  }

  emit(eventType, eventData) {
    this.frame?.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), '*');
  }

  sendTheme() {
    this.emit('theme_changed', { theme_params: this.theme() });
  }

  sendViewport() {
    if (!this.frame)
      return;
    this.emit('viewport_changed', {
      height: this.ui.body.clientHeight, width: this.ui.body.clientWidth,
      is_expanded: true, is_state_stable: true,
    });
  }

  showBack(visible) {
    this.backVisible = visible;
    this.ui.back.textContent = visible ? '‹ Back' : 'Close';
  }

  setButton(button, data) {
    const shown = 'is_visible' in data ? data.is_visible : !button.hidden;
    if (data.text !== undefined)
      button.textContent = data.text;
    if (data.is_active !== undefined)
      button.disabled = !data.is_active;
    button.style.background = data.color || button.style.background || this.theme().button_color;
    button.style.color = data.text_color || button.style.color || this.theme().button_text_color;
    button.classList.toggle('busy', Boolean(data.is_progress_visible));
    const moved = button.hidden === shown;
    button.hidden = !shown;
    if (moved)
      this.sendViewport();
  }

  popup({ title, message, buttons }) {
    const names = { ok: 'OK', close: 'Close', cancel: 'Cancel' };
    this.ui.dialogTitle.textContent = title || '';
    this.ui.dialogText.textContent = message || '';
    this.ui.dialog.hidden = false;
    return new Promise((done) => {
      const list = buttons?.length ? buttons : [{ id: '', type: 'close' }];
      this.ui.dialogButtons.replaceChildren(...list.map((b) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = b.text || names[b.type] || 'OK';
        button.className = b.type || '';
        button.onclick = () => { this.ui.dialog.hidden = true; done(b.id ?? ''); };
        return button;
      }));
      this.ui.dialogButtons.lastChild.focus();
    });
  }

  /* CloudStorage, kept in this browser. */
  cloud(method, params) {
    const all = JSON.parse(localStorage.getItem(this.storageKey) || '{}');
    const save = () => localStorage.setItem(this.storageKey, JSON.stringify(all));
    switch (method) {
    case 'saveStorageValue': all[params.key] = params.value; save(); return true;
    case 'getStorageValues': return Object.fromEntries(params.keys.map((k) => [k, all[k] ?? '']));
    case 'deleteStorageValues': params.keys.forEach((k) => delete all[k]); save(); return true;
    case 'getStorageKeys': return Object.keys(all);
    default: return undefined;
    }
  }

  receive(event) {
    if (!this.frame || event.source !== this.frame.contentWindow || typeof event.data !== 'string')
      return;
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    const type = message?.eventType;
    let data = message?.eventData ?? {};
    if (typeof data === 'string') {
      try { data = JSON.parse(data); } catch { data = {}; }
    }
    this.log.push({ type, data });
    if (typeof type === 'string' && Object.hasOwn(WebApp.handlers, type))
      WebApp.handlers[type](this, data ?? {});
  }
}

const zero = { top: 0, bottom: 0, left: 0, right: 0 };
WebApp.handlers = {
  iframe_ready: (app) => app.sendViewport(),
  web_app_ready: (app) => { app.ui.wait.hidden = true; },
  web_app_expand: (app) => app.sendViewport(),
  web_app_close: (app) => app.close(),
  web_app_open_link: (app, d) => app.host.openLink(d.url),
  web_app_open_tg_link: (app, d) => app.host.openTgLink(d.path_full),
  web_app_request_theme: (app) => app.sendTheme(),
  web_app_request_viewport: (app) => app.sendViewport(),
  web_app_request_safe_area: (app) => app.emit('safe_area_changed', zero),
  web_app_request_content_safe_area: (app) => app.emit('content_safe_area_changed', zero),
  web_app_setup_main_button: (app, d) => app.setButton(app.ui.main, d),
  web_app_setup_secondary_button: (app, d) => app.setButton(app.ui.secondary, d),
  web_app_setup_back_button: (app, d) => app.showBack(Boolean(d.is_visible)),
  web_app_setup_settings_button: (app, d) => { app.ui.settings.hidden = !d.is_visible; },
  web_app_setup_closing_behavior: (app, d) => { app.confirmClose = Boolean(d.need_confirmation); },
  web_app_set_header_color: (app, d) => {
    app.ui.top.style.background = d.color || app.theme()[d.color_key] || '';
  },
  web_app_trigger_haptic_feedback: () => navigator.vibrate?.(10),
  web_app_open_popup: async (app, d) => {
    app.emit('popup_closed', { button_id: await app.popup(d) });
  },
  web_app_open_invoice: (app, d) => app.emit('invoice_closed', { slug: d.slug, status: 'cancelled' }),
  web_app_read_text_from_clipboard: (app, d) =>
    app.emit('clipboard_text_received', { req_id: d.req_id, data: null }),
  web_app_request_write_access: (app) => app.emit('write_access_requested', { status: 'allowed' }),
  web_app_request_phone: (app) => app.emit('phone_requested', { status: 'cancelled' }),
  web_app_request_fullscreen: (app) => app.emit('fullscreen_failed', { error: 'UNSUPPORTED' }),
  web_app_check_home_screen: (app) => app.emit('home_screen_checked', { status: 'unsupported' }),
  web_app_invoke_custom_method: (app, d) => {
    const result = app.cloud(d.method, d.params ?? {});
    app.emit('custom_method_invoked', result === undefined
      ? { req_id: d.req_id, error: 'METHOD_INVALID' } : { req_id: d.req_id, result });
  },
};
