import { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ILauncher } from '@jupyterlab/launcher';
import { pictures, shelves } from './icons';
import { fill, Words, words as wordsIn } from './words';

export const NOTEBOOKS = ['01_data_cleaning', '02_forecast', '03_health', '04_clearance'] as const;
export type Notebook = (typeof NOTEBOOKS)[number];

export const OPEN_NOTEBOOK = 'inventory-workbench:open-notebook';
export const OPEN_DASHBOARD = 'inventory-workbench:open-dashboard';

const args = {
  type: 'object',
  properties: { name: { type: 'string', enum: [...NOTEBOOKS], description: 'The notebook, without .ipynb' } },
  required: ['name']
};

/** Where the workspace's notebooks lie, below the folder that the server shows; the server writes it into the page. */
function path(name: string): string {
  return URLExt.join(PageConfig.getOption('workbenchNotebooks') || 'notebooks', `${name}.ipynb`);
}

/** The address of a notebook's dashboard, as the Voila extension of this server shows it. */
export function dashboardUrl(notebook: string, query: { [name: string]: string }): string {
  return URLExt.join(PageConfig.getBaseUrl(), 'voila', 'render', notebook) + URLExt.objectToQueryString(query);
}

async function openNotebook(app: JupyterFrontEnd, name: string, words: Words): Promise<void> {
  try {
    await app.serviceManager.contents.get(path(name), { content: false });
  } catch {
    const body = fill(words.missingTodo, { path: path(name) });
    await showDialog({ title: words.missing, body, buttons: [Dialog.okButton()] });
    return;
  }
  await app.commands.execute('docmanager:open', { path: path(name) });
}

/** Give every notebook and dashboard a command. */
export function addCommands(app: JupyterFrontEnd, language: string): void {
  const words = wordsIn(language);
  const named = (given: { name?: unknown }) => given.name as Notebook;
  app.commands.addCommand(OPEN_NOTEBOOK, {
    label: given =>
      given.isPalette ? fill(words.notebook, { name: words[named(given)] }) : (words[named(given)] ?? words.notebooks),
    caption: given => (given.name ? words[`${named(given)}_about`] : words.notebooks),
    icon: given => (given.isPalette ? undefined : (pictures[named(given)] ?? shelves)),
    describedBy: { args },
    execute: given => openNotebook(app, named(given), words)
  });
  app.commands.addCommand(OPEN_DASHBOARD, {
    label: given => fill(words.dashboard, { name: words[named(given)] ?? '' }),
    caption: given => (given.name ? words[`${named(given)}_about`] : words.dashboards),
    describedBy: { args },
    execute: given => {
      window.open(dashboardUrl(path(named(given)), { lang: language }), '_blank', 'noopener');
    }
  });
}

/** Offer them in the launcher and in the command palette. */
export function offer(launcher: ILauncher | null, palette: ICommandPalette | null, words: Words): void {
  NOTEBOOKS.forEach((name, rank) => {
    launcher?.add({ command: OPEN_NOTEBOOK, args: { name }, category: words.category, rank });
    palette?.addItem({ command: OPEN_NOTEBOOK, args: { name, isPalette: true }, category: words.palette });
    palette?.addItem({ command: OPEN_DASHBOARD, args: { name, isPalette: true }, category: words.palette });
  });
}
