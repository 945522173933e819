// This script updates the page without reloads: it fetches links and forms, and replaces the page by the response. It
// does the same when the event stream reports something. What is open, focused or filled in stays. The page works
// without this script.
(() => {
  const $ = (id) => document.getElementById(id);
  const pace = 1000; // milliseconds between two live updates, so that the server is not kept busy
  let turn = 0; // the number of the latest request: responses to earlier ones are dropped
  let busy = 0; // how many submitted actions wait for their response
  let shown = new URL(location);
  let stream, due, last = -pace, typing, missed;

  const say = (text) => { if ($('say')) $('say').textContent = text; };
  const fail = (text) => { $('failure').hidden = !text; $('failure').textContent = text; };
  const live = (on) => {
    const shown = $('stream');
    if (!shown) return;
    shown.className = on ? 'on' : '';
    shown.textContent = on ? '● live' : '○ not live';
  };

  // Times that end soon count down, and the page is fetched again when they end.
  const count = () => {
    const now = performance.now();
    for (const one of document.querySelectorAll('[data-left]')) {
      if (one.dataset.left !== one.counted) {
        one.counted = one.dataset.left;
        one.over = now + Number(one.counted);
      }
    }
    for (const one of document.querySelectorAll('[data-clock]')) {
      if (one.dataset.clock !== one.begun) [one.begun, one.since] = [one.dataset.clock, now];
    }
  };
  const two = (n) => String(n).padStart(2, '0');
  const tick = () => {
    const now = performance.now();
    for (const one of document.querySelectorAll('[data-left]')) {
      const left = Math.max(0, Math.round((one.over - now) / 1000));
      if (one.tagName === 'TIME' && left < 172800) {
        const hours = Math.floor(left / 3600);
        one.textContent = (hours ? `${hours}:${two(Math.floor(left / 60) % 60)}` : Math.floor(left / 60)) + `:${two(left % 60)}`;
      }
      if (one.over <= now && Number(one.counted) > 0) {
        one.counted = one.dataset.left = '0';
        again();
      }
    }
    for (const one of document.querySelectorAll('[data-clock]')) {
      one.textContent = `${new Date(Number(one.begun) + now - one.since).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    }
  };

  // Settings that the browser stores. It may refuse to.
  const remember = (name, value) => { try { localStorage.setItem(`pipesfake.${name}`, value); } catch {} };
  const remembered = (name) => { try { return localStorage.getItem(`pipesfake.${name}`); } catch { return null; } };

  // The editor of the scenario file: line numbers, and links to the problems. What was typed stays
  // until it is downloaded or discarded, also while other parts of the page are shown, and after a trial or its undo.
  const drafts = {};
  const originals = {}; // what each draft was before anything was typed
  const discard = () => { delete drafts[where()]; delete originals[where()]; };
  const where = () => shown.searchParams.get('environment') ?? 'default';
  const number = () => {
    const [text, numbers] = [$('draft'), $('numbers')];
    if (!text) return;
    const wrong = new Set([...document.querySelectorAll('[data-line]')].map((one) => Number(one.dataset.line)));
    numbers.hidden = false;
    numbers.textContent = text.value.split('\n').map((_, i) => (wrong.has(i + 1) ? '▸ ' : '') + (i + 1)).join('\n');
    numbers.scrollTop = text.scrollTop;
  };
  const draft = () => {
    const text = $('draft');
    if (!text) return;
    if (drafts[where()] !== undefined && drafts[where()] !== text.value) text.value = drafts[where()];
    text.onscroll = () => { $('numbers').scrollTop = text.scrollTop; };
    number();
  };
  const goTo = (line, column) => {
    const text = $('draft');
    const lines = text.value.split('\n');
    const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) +
      [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
    text.focus();
    text.setSelectionRange(at, at);
    text.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(text).lineHeight);
  };

  // settle applies the stored settings to a new page.
  const settle = () => {
    draft();
    if ($('hint')) $('hint').hidden = remembered('hint') === 'dismissed';
    const language = $(`lang-${remembered('language')}`);
    if (language) language.checked = true;
    const [nav, current] = [$('nav'), document.querySelector('nav [aria-current]')];
    if (nav && current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - (nav.clientWidth - current.clientWidth) / 2;
  };

  // what returns the part of the page and the environment of an address.
  const what = (url) => `${url.pathname} ${url.searchParams.get('environment') ?? 'default'}`;

  // become replaces the page by a response. A live update does not touch forms, and no update closes what is open.
  const become = (text, url, isLive) => {
    const next = new DOMParser().parseFromString(text, 'text/html');
    const to = new URL(url);
    const isSame = what(to) === what(shown);
    shown = to;
    document.title = next.title;
    if (!isSame) {
      document.body.replaceWith(document.adoptNode(next.body));
      scrollTo(0, 0);
    } else {
      for (const name of ['live', 'events']) document.body.dataset[name] = next.body.dataset[name] ?? '';
      Idiomorph.morph(document.body, next.body.childNodes, { // the body itself would become a child of the body
        morphStyle: 'innerHTML',
        callbacks: {
          beforeNodeMorphed: (old, fresh) => !(old.nodeType === 1 && (isLive && old.dataset.form !== undefined ||
            old.dataset.keep !== undefined && old.dataset.keep === fresh.dataset?.keep)),
          beforeAttributeUpdated: (name, one) => !(name === 'open' && one.tagName === 'DETAILS' || name === 'value' && one === document.activeElement),
        },
      });
    }
    settle();
    count();
    tick();
    live(stream?.readyState === 1);
    return isSame;
  };

  const load = async (url, options, how) => {
    const mine = ++turn;
    busy++;
    try {
      const answer = await fetch(url, options);
      const text = await answer.text();
      if (mine !== turn) return;
      if (!answer.headers.get('Content-Type')?.startsWith('text/html')) {
        fail(`That was refused: ${answer.status} ${text.slice(0, 300)}`);
        return;
      }
      const focused = document.activeElement?.id;
      const isSame = become(text, answer.url, false);
      if (how) history[isSame && how !== 'push' ? 'replaceState' : 'pushState']({}, '', answer.url);
      if (!isSame) $('main').focus({ preventScroll: true });
      else if (focused && document.activeElement === document.body) ($(focused) ?? $('main')).focus({ preventScroll: true });
      listen();
      say(($('did-said') ?? $('because'))?.textContent ?? '');
    } catch {
      fail('The server cannot be reached. Nothing was done.');
    } finally {
      busy--;
    }
  };

  const isRead = () => { const read = getSelection(); return read && !read.isCollapsed && $('main')?.contains(read.anchorNode); };
  const again = () => {
    due ??= setTimeout(async () => {
      due = undefined;
      last = performance.now();
      missed = document.hidden || isRead(); // update later: when the page is visible again, or the reader is done
      if (missed) return;
      if (busy) return again();
      const mine = ++turn;
      try {
        const answer = await fetch(location);
        const text = await answer.text();
        if (mine === turn && !isRead() && answer.headers.get('Content-Type')?.startsWith('text/html')) {
          become(text, answer.url, true);
          fail('');
        }
      } catch {
        live(false);
      }
    }, Math.max(0, last + pace - performance.now()));
  };

  // A browser has six connections to a server, so a hidden page uses none.
  const listen = () => {
    const where = document.hidden ? '' : document.body.dataset.live ?? '';
    if ((stream?.where ?? '') === where && stream?.readyState !== 2) return;
    stream?.close();
    stream = undefined;
    live(false);
    if (!where) return;
    stream = new EventSource(where);
    stream.where = where;
    stream.onopen = () => { live(true); again(); };
    stream.onerror = () => { live(false); setTimeout(listen, 3000); };
    for (const kind of ['request', 'switch', 'event', 'webhook', 'change']) {
      stream.addEventListener(kind, () => { if (document.body.dataset.events.split(' ').includes(kind)) again(); });
    }
  };

  document.addEventListener('visibilitychange', listen);
  addEventListener('beforeunload', (event) => { if (Object.keys(drafts).length > 0) event.preventDefault(); });
  document.addEventListener('selectionchange', () => { if (missed && !isRead()) again(); });
  addEventListener('popstate', () => load(location.href));
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href]');
    if (link?.hasAttribute('data-discards')) discard();
    if (link?.dataset.line) {
      event.preventDefault();
      goTo(Number(link.dataset.line), Number(link.dataset.column));
      return;
    }
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.hasAttribute('download')) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || !to.pathname.startsWith('/_ui/') || to.hash) return;
    event.preventDefault();
    load(to, {}, 'push');
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const by = event.submitter;
    if (by?.hasAttribute('data-discards')) discard();
    if (form.hasAttribute('data-whole') || by?.hasAttribute('data-whole')) return;
    event.preventDefault();
    const to = new URL(by?.getAttribute('formaction') ?? form.getAttribute('action'), location);
    const fields = new URLSearchParams(new FormData(form, by));
    if ((by?.getAttribute('formmethod') ?? form.method) === 'post') {
      load(to, { method: 'POST', body: fields }, 'replace');
      return;
    }
    to.search = fields;
    load(to, {}, 'replace');
  });
  document.addEventListener('input', (event) => {
    const field = event.target;
    if (field.id === 'draft') {
      originals[where()] ??= field.defaultValue;
      drafts[where()] = field.value;
      if (drafts[where()] === originals[where()]) discard();
      number();
    }
    if (field.form?.getAttribute('role') !== 'search' || field.tagName !== 'INPUT') return;
    clearTimeout(typing);
    if (field.name === 'status' && field.value.length % 3 > 0) return; // an incomplete status
    typing = setTimeout(() => event.target.form.requestSubmit(), 250);
  });
  document.addEventListener('change', (event) => {
    if (event.target.name === 'lang') remember('language', event.target.value);
    if (event.target.tagName === 'SELECT' && event.target.form?.getAttribute('role') === 'search') event.target.form.requestSubmit();
    if (event.target.dataset.shows) event.target.form.requestSubmit($(event.target.dataset.shows));
  });

  document.addEventListener('click', (event) => { // a click anywhere in its row opens a request
    const row = event.target.closest('#list > li');
    if (row && !event.target.closest('a, button') && getSelection().isCollapsed) row.querySelector('a')?.click();
  });
  document.addEventListener('click', (event) => {
    if (event.target.id !== 'dismiss-hint') return;
    remember('hint', 'dismissed');
    settle();
  });
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const text = $(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.firstChild.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(text);
      button.firstChild.textContent = 'Press Ctrl+C';
    }
    say(button.textContent);
  });

  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=radio]), select, textarea')) return;
    if (event.key === 'Enter' && event.target.dataset.line) event.preventDefault(); // until the key is up
    const cell = /^cell-(\d+)-(\d+)$/.exec(event.target.id);
    const step = cell && steps[event.key];
    if (step) {
      const next = $(`cell-${Number(cell[1]) + step[0]}-${Number(cell[2]) + step[1]}`);
      if (next) event.preventDefault();
      next?.focus();
      return;
    }
    const wanted = cell && event.key === 'w' ? $(`why-${cell[1]}-${cell[2]}`) : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.type !== 'radio') {
      wanted.click();
      return;
    }
    wanted.checked = true; // the focus stays where it is
    say(`${wanted.value} is picked`);
  });

  document.addEventListener('keyup', (event) => { // earlier, the text would get the focus and then the key
    if (event.key === 'Enter' && event.target.dataset.line) event.target.click();
  });

  settle();
  count();
  setInterval(tick, 500);
  listen();
})();
