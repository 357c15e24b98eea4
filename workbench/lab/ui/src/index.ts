import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { addCommands, offer } from './notebooks';
import { Panel } from './panel';
import { StatusModel } from './status';
import { pageLanguage, words } from './words';

const SHOW = 'inventory-workbench:show-panel';

/** JupyterLab's own language if it is one of ours, else the workspace's. */
function readerLanguage(translator: ITranslator | null): string {
  return translator?.languageCode.startsWith('zh') ? 'zh' : pageLanguage();
}

const launcher: JupyterFrontEndPlugin<void> = {
  id: 'inventory-workbench:launcher',
  description: 'A card and a command for every notebook of the inventory workbench.',
  autoStart: true,
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    cards: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const language = readerLanguage(translator);
    addCommands(app, language);
    offer(cards, palette, words(language));
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'inventory-workbench:panel',
  description: 'The state of the inventory workspace, in the left sidebar.',
  autoStart: true,
  optional: [ILayoutRestorer, ICommandPalette, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const language = readerLanguage(translator);
    const texts = words(language);
    const side = new Panel(new StatusModel(language), texts, app.commands);
    app.shell.add(side, 'left', { rank: 600, type: 'Inventory' });
    restorer?.add(side, side.id);
    app.commands.addCommand(SHOW, {
      label: texts.show,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(side.id)
    });
    palette?.addItem({ command: SHOW, category: texts.palette });
    void settings?.load(panel.id).then(loaded => {
      const apply = () => (side.refreshMinutes = loaded.get('refreshMinutes').composite as number);
      loaded.changed.connect(apply);
      apply();
    });
  }
};

export default [launcher, panel];
