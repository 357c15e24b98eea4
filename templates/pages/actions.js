// The few things that the bar at the top can do.
function wbAddress() {
  const address = new URL(location.href);
  address.searchParams.delete('token');
  return address.href;
}

// A link takes the reader's theme along; another language of a dashboard also its filters, which stand in the address.
function wbOnward(link) {
  const same = document.body.hasAttribute('data-voila') && link.dataset.jpWbTongue;
  const address = new URL(same ? wbAddress() : link.href);
  if (same) address.searchParams.set('lang', same);
  if (wbTheme.chosen()) address.searchParams.set('theme', wbTheme.chosen());
  return address.href;
}

async function wbCopy(text, button, said) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.body.appendChild(Object.assign(document.createElement('textarea'), { value: text }));
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  button.textContent = said;
  setTimeout(() => { button.textContent = label; }, 2000);
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-jp-wb-keep]');
  if (link) link.href = wbOnward(link);
  const button = event.target.closest('button');
  if (!button) return;
  if ('jpWbTurn' in button.dataset) wbTheme.turn();
  if ('jpWbCopy' in button.dataset) wbCopy(button.dataset.jpWbCopy || wbAddress(), button, button.dataset.jpWbSaid);
});

// A page opened from a folder has no server behind it: links that need one say so.
if (location.protocol === 'file:') {
  for (const link of document.querySelectorAll('a[data-jp-wb-live]')) {
    link.removeAttribute('href');
    link.setAttribute('aria-disabled', 'true');
    link.title = link.dataset.jpWbLive;
  }
}

// How old the numbers are is known only when they are read.
for (const label of document.querySelectorAll('[data-jp-wb-day]')) {
  const days = Math.floor((Date.now() - Date.parse(label.dataset.jpWbDay)) / 86_400_000);
  if (days < 2) continue;
  label.classList.add('jp-wb-tone-amber', 'jp-wb-dot');
  label.textContent = `▲ ${label.textContent} (${label.dataset.jpWbAge.replace('{days}', days)})`;
}
