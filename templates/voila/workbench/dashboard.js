// What a reader sees while the notebook runs, and when it cannot.
(() => {
  const box = document.getElementById('loading');
  const text = document.getElementById('loading_text');
  const bar = document.getElementById('loading_bar');
  const cells = () => document.getElementById('rendered_cells');
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let delivered = false;
  let shown = false;

  window.voila_heartbeat = () => {};
  window.voila_process = (step, steps) => {
    bar.value = (step - 1) / steps;
    if (text.dataset.step) text.textContent = fill(text.dataset.step, { step, steps });
  };

  function reveal() {
    if (shown) return;
    shown = true;
    box.remove();
    cells().removeAttribute('style');
    cells().dataset.jpWbReady = performance.now().toFixed(0);
  }

  // Called once when every cell has arrived, and again when the scripts can draw. Widgets appear a moment later.
  window.voila_finish = () => {
    if (!delivered) {
      delivered = true;
      bar.value = 1;
      if (text.dataset.draw) text.textContent = text.dataset.draw;
    }
    window.cellLoaded = true;
    if (!window.themeLoaded) return;
    const waiting = () => cells().querySelector('script[type="application/vnd.voila.cell-output+json"]');
    if (!waiting()) return reveal();
    const watch = new MutationObserver(() => { if (!waiting()) { watch.disconnect(); reveal(); } });
    watch.observe(cells(), { childList: true, subtree: true });
    setTimeout(reveal, 4000);
  };

  function say(id) {
    const card = document.getElementById(id).content.cloneNode(true);
    (box.isConnected ? box : document.getElementById('main') ?? cells()).before(card);
    box.remove();
  }

  // The stream of cells ended early: the server says so, or the connection broke.
  let broken = false;
  window.wbBroken = () => { if (!broken && !delivered) { broken = true; say('jp-wb-broken'); } };
  addEventListener('DOMContentLoaded', window.wbBroken);

  // The server stops kernels that nobody used for a while: tell the reader before he turns a dead slider.
  let gone = false;
  document.addEventListener('visibilitychange', async () => {
    const config = document.getElementById('jupyter-config-data');
    if (gone || document.hidden || !config || !document.getElementById('jp-wb-asleep')) return;
    const { baseUrl, kernelId } = JSON.parse(config.textContent);
    const answer = await fetch(`${baseUrl}api/kernels/${kernelId}`).catch(() => ({ status: 0 }));
    if (answer.status === 404 || answer.status === 0) { gone = true; say('jp-wb-asleep'); scrollTo(0, 0); }
  });
})();
