// SPDX-License-Identifier: MIT
// A small messenger for one person and the bot, fed by /chat/state and the control API.
'use strict';

const query = new URLSearchParams(location.search);
const userId = Number(query.get('user') || localStorage.getItem('last-user') || 1001);
const $ = (id) => document.getElementById(id);
const shown = new Map(); // message_id -> {mark, node}
let state = null;
let lastNotice = null;
let toastTimer = 0;

async function post(path, body) {
  const answer = await fetch('/control/telegram/' + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok)
    toast(json.error || 'The sandbox refused');
  return answer.ok ? json : null;
}

function toast(text) {
  $('toast').textContent = text;
  $('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $('toast').hidden = true; }, 2600);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast('Copied to the clipboard');
}

const say = (text) => post('send', { user_id: userId, text });

/* --- links ------------------------------------------------------------------------------------ */

/* Links to the bot itself stay in this page; everything else goes to a new tab. */
function openTgLink(path) {
  const link = new URL(path, 'https://t.me');
  const bot = state?.bot.username.toLowerCase();
  if (link.pathname.split('/')[1]?.toLowerCase() === bot) {
    webApp.close();
    if (link.searchParams.has('start'))
      say(('/start ' + link.searchParams.get('start')).trim());
    else if (link.searchParams.has('startapp'))
      openMenuApp(link.searchParams.get('startapp'));
    return;
  }
  toast('Would open ' + link.href);
}

function openLink(url) {
  let link;
  try {
    link = new URL(url);
  } catch {
    return;
  }
  if (link.hostname === 't.me')
    openTgLink(link.pathname + link.search);
  else if (link.protocol === 'tg:')
    toast('Would open ' + url);
  else if (link.protocol === 'https:' || link.protocol === 'http:')
    window.open(link.href, '_blank', 'noopener');
}

/* --- text ------------------------------------------------------------------------------------- */

const allowed = {
  B: 'b', STRONG: 'b', I: 'i', EM: 'i', U: 'u', INS: 'u', S: 's', STRIKE: 's', DEL: 's',
  CODE: 'code', PRE: 'pre', BLOCKQUOTE: 'blockquote', A: 'a', SPAN: 'span', 'TG-SPOILER': 'span',
};

function linked(text, url) {
  const a = document.createElement('a');
  a.textContent = text;
  a.href = /^(https?|tg):/i.test(url) ? url : '#';
  a.title = url;
  a.onclick = (event) => { event.preventDefault(); openLink(url); };
  return a;
}

/* Plain text with its links and commands made live. */
function addPlain(parent, text, live) {
  if (!live) {
    parent.append(text);
    return;
  }
  let at = 0;
  for (const hit of text.matchAll(/https?:\/\/[^\s<>"]+|(?<![\w/])\/[a-z0-9_]{1,32}(?![\w/])/gi)) {
    parent.append(text.slice(at, hit.index));
    at = hit.index + hit[0].length;
    if (hit[0][0] === '/') {
      const command = document.createElement('span');
      command.className = 'command';
      command.textContent = hit[0];
      command.onclick = () => say(hit[0]);
      parent.append(command);
    } else {
      parent.append(linked(hit[0], hit[0]));
    }
  }
  parent.append(text.slice(at));
}

/* Copies only known tags, without attributes, into fresh elements. */
function addTree(parent, source, live) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      addPlain(parent, node.data, live);
      continue;
    }
    const tag = node.nodeType === Node.ELEMENT_NODE ? allowed[node.tagName] : undefined;
    if (!tag) {
      addTree(parent, node, live);
      continue;
    }
    const plain = ['a', 'code', 'pre'].includes(tag);
    const copied = tag === 'a' ? linked('', node.getAttribute('href') || node.textContent)
                               : document.createElement(tag);
    addTree(copied, node, live && !plain);
    if (tag === 'span') {
      copied.className = 'spoiler';
      copied.onclick = () => copied.classList.toggle('open');
    } else if (tag === 'code' && !copied.closest('pre')) {
      copied.title = 'Copy';
      copied.onclick = (event) => { event.stopPropagation(); copy(copied.textContent); };
    } else if (tag === 'pre') {
      copied.onclick = () => copy(copied.textContent);
    }
    parent.append(copied);
  }
}

function bodyOf(message) {
  const body = document.createElement('div');
  body.className = 'body';
  if (message.parse_mode === 'HTML')
    addTree(body, new DOMParser().parseFromString('<body>' + message.raw, 'text/html').body, true);
  else
    addPlain(body, message.raw, true);
  return body;
}

/* --- keyboards -------------------------------------------------------------------------------- */

function pressed(message, key, button) {
  if (key.callback_data !== undefined) {
    button.classList.add('busy');
    setTimeout(() => button.classList.remove('busy'), 1500);
    post('callback', { user_id: userId, message_id: message.message_id, data: key.callback_data });
  } else if (key.url) {
    openLink(key.url);
  } else if (key.web_app) {
    webApp.open(key.web_app.url, state.bot.first_name);
  } else if (key.copy_text) {
    copy(key.copy_text.text);
  }
}

function keyboard(rows, onPress) {
  const keys = document.createElement('div');
  keys.className = 'keys';
  for (const row of rows) {
    const line = document.createElement('div');
    for (const key of row) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = key.text ?? key;
      if (['success', 'danger', 'primary'].includes(key.style))
        button.classList.add(key.style);
      const mark = key.url ? 'link' : key.web_app ? 'app' : key.copy_text ? 'copy' : '';
      if (mark)
        button.dataset.mark = mark;
      button.onclick = () => onPress(key, button);
      line.append(button);
    }
    keys.append(line);
  }
  return keys;
}

/* --- messages --------------------------------------------------------------------------------- */

const clock = (s) =>
  new Date(s * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
const day = (s) => new Date(s * 1000).toLocaleDateString([], { day: 'numeric', month: 'long' });

function documentOf(message) {
  const link = document.createElement('a');
  const icon = document.createElement('i');
  icon.textContent = '↓';
  link.className = 'document';
  link.href = message.document_url;
  link.download = message.document?.file_name || 'file';
  link.append(icon, link.download);
  return link;
}

function nodeOf(message) {
  const node = document.createElement('div');
  const bubble = document.createElement('div');
  const meta = document.createElement('span');
  const rows = message.reply_markup?.inline_keyboard;
  node.className = 'msg' + (message.from_bot ? '' : ' out') + (message.edited ? ' edited' : '') +
                   (rows || message.photo_url ? ' wide' : '');
  node.dataset.id = message.message_id;
  bubble.className = 'bubble';
  if (message.photo_url) {
    const photo = document.createElement('img');
    photo.className = message.raw ? 'photo' : 'photo alone';
    photo.alt = 'Photo';
    photo.src = message.photo_url;
    photo.onload = () => toBottom();
    photo.onclick = () => window.open(photo.src, '_blank', 'noopener');
    bubble.append(photo);
  }
  if (message.document_url)
    bubble.append(documentOf(message));
  bubble.append(bodyOf(message));
  meta.className = 'meta';
  meta.textContent = (message.edited ? 'edited ' : '') + clock(message.date);
  bubble.append(meta);
  node.append(bubble);
  if (rows)
    node.append(keyboard(rows, (key, button) => pressed(message, key, button)));
  return node;
}

const atBottom = () => {
  const box = $('messages');
  return box.scrollHeight - box.scrollTop - box.clientHeight < 160;
};
function toBottom() {
  const box = $('messages');
  box.scrollTop = box.scrollHeight;
}

function drawMessages() {
  const box = $('messages');
  const stick = atBottom() || !shown.size;
  const wanted = [];
  let lastDay = '';
  for (const message of state.messages) {
    const today = day(message.date);
    if (today !== lastDay) {
      const label = document.createElement('div');
      label.className = 'day';
      label.textContent = lastDay = today;
      wanted.push(label);
    }
    const mark = JSON.stringify(message);
    let entry = shown.get(message.message_id);
    if (entry?.mark !== mark) {
      entry = { mark, node: nodeOf(message) };
      shown.set(message.message_id, entry);
    }
    wanted.push(entry.node);
  }
  if (!wanted.length)
    wanted.push(emptyNote());
  box.replaceChildren(...wanted);
  if (stick)
    toBottom();
}

function emptyNote() {
  const note = document.createElement('div');
  const title = document.createElement('b');
  const text = document.createElement('span');
  note.className = 'empty';
  title.textContent = 'What can this bot do?';
  text.textContent = 'Fast and private access to the internet. Press START to begin.';
  note.append(title, text);
  return note;
}

/* --- bars ------------------------------------------------------------------------------------- */

function openMenuApp(startParam) {
  if (state?.menu?.type === 'web_app')
    webApp.open(state.menu.web_app.url, state.bot.first_name, startParam);
  else
    toast('The bot has no menu button with a Mini App');
}

function drawBars() {
  const app = state.menu?.type === 'web_app';
  $('bot-name').textContent = state.bot.first_name;
  $('avatar').textContent = state.bot.first_name.slice(0, 1);
  $('bot-status').textContent = state.blocked ? 'blocked' : 'bot · sandbox';
  document.title = state.bot.first_name + ' · sandbox chat';
  $('me').textContent = `${state.user.first_name} · id ${state.user.id} · ${state.user.language_code || '–'}`;
  $('block').textContent = state.blocked ? 'Unblock the bot' : 'Stop and block the bot';
  $('start').hidden = state.started && !state.blocked;
  $('start').textContent = state.blocked ? 'RESTART' : 'START';
  $('compose').hidden = !$('start').hidden;
  $('menu-button').hidden = !app;
  if (app)
    $('menu-button').textContent = state.menu.text;
  $('slash').hidden = !state.commands.length;
  $('commands').replaceChildren(...state.commands.map((c) => {
    const row = document.createElement('button');
    const name = document.createElement('b');
    const text = document.createElement('span');
    row.type = 'button';
    name.textContent = '/' + c.command;
    text.textContent = c.description;
    row.append(name, text);
    row.onclick = () => { $('commands').hidden = true; say('/' + c.command); };
    return row;
  }));
  drawReplyKeyboard();
}

function drawReplyKeyboard() {
  const last = state.messages.findLast((m) => m.reply_markup?.keyboard || m.reply_markup?.remove_keyboard);
  const rows = last?.reply_markup.keyboard;
  $('reply-keyboard').hidden = !rows;
  if (rows)
    $('reply-keyboard').replaceChildren(keyboard(rows, (key) => say(key.text ?? key)));
}

function showNotice() {
  const notice = state.notice;
  if (!notice || notice.id === lastNotice)
    return;
  const first = lastNotice === null && shown.size === 0;
  lastNotice = notice.id;
  if (first)
    return;
  document.querySelectorAll('.busy').forEach((b) => b.classList.remove('busy'));
  if (notice.text && notice.show_alert)
    webApp.popup({ message: notice.text, buttons: [{ type: 'ok' }] });
  else if (notice.text)
    toast(notice.text);
  if (notice.url)
    openLink(notice.url);
}

/* --- life ------------------------------------------------------------------------------------- */

const webApp = new WebApp({
  initData: async (startParam) =>
    (await post('init-data', { user_id: userId, start_param: startParam }))?.init_data,
  openLink,
  openTgLink,
  onClose: () => {},
});
window.sandboxWebApp = webApp;

async function follow() {
  let version = 0;
  for (;;) {
    try {
      const answer = await fetch(`/chat/state?user=${userId}&version=${version}`);
      state = await answer.json();
      version = state.version;
      showNotice();
      drawMessages();
      drawBars();
      document.body.dataset.ready = 'yes';
    } catch {
      $('bot-status').textContent = 'connecting…';
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

$('start').onclick = () => say('/start' + (query.has('start') ? ' ' + query.get('start') : ''));
$('compose').onsubmit = (event) => {
  event.preventDefault();
  const text = $('text').value.trim();
  $('text').value = '';
  $('commands').hidden = true;
  if (text)
    say(text);
};
$('slash').onclick = () => { $('commands').hidden = !$('commands').hidden; };
$('text').oninput = () => { $('commands').hidden = $('text').value !== '/'; };
$('menu-button').onclick = () => openMenuApp();
$('more').onclick = () => { $('more-menu').hidden = !$('more-menu').hidden; };
$('block').onclick = () => {
  $('more-menu').hidden = true;
  if (state.blocked)
    say('/start');
  else
    post('block', { user_id: userId, blocked: true });
};
document.addEventListener('click', (event) => {
  if (!event.target.closest('#more, #more-menu'))
    $('more-menu').hidden = true;
  if (!event.target.closest('#slash, #commands, #text'))
    $('commands').hidden = true;
});

(async () => {
  const profile = { id: userId };
  if (query.has('name'))
    profile.first_name = query.get('name');
  if (query.has('username'))
    profile.username = query.get('username');
  if (query.has('lang'))
    profile.language_code = query.get('lang');
  localStorage.setItem('last-user', userId);
  await post('users', profile);
  if (query.has('app'))
    webApp.open(query.get('app'), 'Mini App');
  follow();
})();
