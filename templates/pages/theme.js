// Light or dark: ?theme= in the address wins, else what the system prefers; paper is always light.
const wbTheme = (() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const asked = new URLSearchParams(location.search).get('theme');
  let choice = asked === 'light' || asked === 'dark' ? asked : '';
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
    const address = new URL(location.href);
    address.searchParams.set('theme', choice);
    history.replaceState(null, '', address);
    paint();
  }

  system.addEventListener('change', paint);
  addEventListener('beforeprint', () => { paper = true; paint(); });
  addEventListener('afterprint', () => { paper = false; paint(); });
  paint();
  return { paint, turn, chosen: () => choice };
})();
