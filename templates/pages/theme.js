// Light or dark: ?theme= in the address wins, then the reader's last choice, then the system; paper is always light.
const wbTheme = (() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const known = (theme) => (theme === 'light' || theme === 'dark' ? theme : '');
  const kept = () => { try { return localStorage.getItem('jp-wb-theme'); } catch { return ''; } };
  let choice = known(new URLSearchParams(location.search).get('theme')) || known(kept());
  let paper = false;
  const wanted = () => (paper ? 'light' : choice);
  const now = () => wanted() || (system.matches ? 'dark' : 'light');

  function paint() {
    if (wanted()) root.dataset.jpWbTheme = wanted();
    else delete root.dataset.jpWbTheme;
    for (const sheet of document.querySelectorAll('link[data-jp-wb-sheet]')) {
      sheet.media = sheet.dataset.jpWbSheet === now() ? 'all' : 'not all';
    }
    if (!document.body?.hasAttribute('data-voila')) return;
    document.body.dataset.jpThemeLight = String(now() === 'light');
    document.body.dataset.jpThemeName = now() === 'light' ? 'JupyterLab Light' : 'JupyterLab Dark';
  }

  function turn() {
    choice = now() === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('jp-wb-theme', choice); } catch { /* a page opened from a folder may have no storage */ }
    const address = new URL(location.href);
    address.searchParams.set('theme', choice);
    history.replaceState(null, '', address);
    paint();
  }

  system.addEventListener('change', paint);
  // A dashboard's own header may choose as well: it sets the same mark.
  new MutationObserver(() => {
    const mark = root.dataset.jpWbTheme ?? '';
    if (mark !== wanted()) { choice = mark; paint(); }
  }).observe(root, { attributes: true, attributeFilter: ['data-jp-wb-theme'] });
  addEventListener('beforeprint', () => { paper = true; paint(); });
  addEventListener('afterprint', () => { paper = false; paint(); });
  paint();
  return { paint, turn, chosen: () => choice };
})();
