import { CommandRegistry } from '@lumino/commands';
import { notebookIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { pictures } from './icons';
import { dashboardUrl, OPEN_NOTEBOOK } from './notebooks';
import { INotebook, IStatus } from './status';
import { fill, Words } from './words';

/** Where to go from the panel: every notebook, and its dashboard where this server shows them. */
export function Places(props: { status: IStatus; words: Words; commands: CommandRegistry }): React.ReactElement {
  const { status, words, commands } = props;
  return (
    <nav aria-label={words.dashboards}>
      <h3>{words.dashboards}</h3>
      <ul className="jp-wb-places">
        {status.notebooks.map(notebook => (
          <li key={notebook.name}>
            <Dashboard notebook={notebook} status={status} words={words} />
            <OpenNotebook notebook={notebook} words={words} commands={commands} />
          </li>
        ))}
      </ul>
      {!status.dashboards && <p className="jp-wb-quiet">{words.dashboardsOff}</p>}
    </nav>
  );
}

function title(notebook: INotebook, words: Words): string {
  return words[notebook.name as keyof Words] ?? notebook.name;
}

function Dashboard(props: { notebook: INotebook; status: IStatus; words: Words }): React.ReactElement {
  const { notebook, status, words } = props;
  const Picture = pictures[notebook.name];
  const label = (
    <>
      {Picture && <Picture.react tag="span" aria-hidden="true" />}
      {title(notebook, words)}
    </>
  );
  if (!status.dashboards || !notebook.present) {
    return <span className="jp-wb-place jp-wb-off">{label}</span>;
  }
  const url = dashboardUrl(notebook.path, { lang: status.language });
  const name = fill(words.dashboard, { name: title(notebook, words) });
  return (
    <a className="jp-wb-place" href={url} target="_blank" rel="noopener" title={name}>
      {label}
    </a>
  );
}

function OpenNotebook(props: { notebook: INotebook; words: Words; commands: CommandRegistry }): React.ReactElement {
  const { notebook, words, commands } = props;
  const name = fill(words.notebook, { name: title(notebook, words) });
  return (
    <button aria-label={name} title={name} onClick={() => void commands.execute(OPEN_NOTEBOOK, { name: notebook.name })}>
      <notebookIcon.react tag="span" />
    </button>
  );
}
