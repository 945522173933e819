// Keys, copying, countdowns, and what is live. The page works without it.
(() => {
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const text = document.querySelector(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(document.querySelector(button.dataset.copy));
      button.textContent = 'Press Ctrl+C';
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=radio]), select, textarea')) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
    if (wanted.type === 'radio') wanted.focus();
  });
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener('keydown', (event) => {
    const at = /^cell-(\d+)-(\d+)$/.exec(event.target.id);
    const step = steps[event.key];
    const next = at && step && document.getElementById(`cell-${Number(at[1]) + step[0]}-${Number(at[2]) + step[1]}`);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  setInterval(() => {
    for (const time of document.querySelectorAll('[data-until]')) {
      const left = Math.max(0, Math.round((new Date(time.dataset.until) - Date.now()) / 1000));
      time.textContent = `in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    }
  }, 500);
  // What is live is asked for anew when the stream tells of something, and when it begins: what came before it
  // was told of is seen, too. At most once a second, for the server has other work.
  const pace = 1000;
  let due, last = -pace;
  const again = () => {
    due ??= setTimeout(() => {
      due = undefined;
      last = performance.now();
      if (document.getElementById('live')) htmx.trigger('#live', 'again');
    }, Math.max(0, last + pace - performance.now()));
  };
  document.addEventListener('htmx:sseOpen', again);
  document.addEventListener('htmx:sseMessage', again);
})();
