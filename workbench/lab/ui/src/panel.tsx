import { CommandRegistry } from '@lumino/commands';
import { Message } from '@lumino/messaging';
import { refreshIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';
import { shelves } from './icons';
import { dashboardUrl } from './notebooks';
import { Places } from './places';
import { clock, IAlert, IFault, IRun, isOld, IStatus, IWorkspace, Light, StatusModel } from './status';
import { fill, Words } from './words';

const SIGNS: { [light in Light]: string } = { red: '●', amber: '▲', green: '✓', grey: '–' };

/** The workbench in the left sidebar: how fresh the data are, how the stock stands, what to act on. */
export class Panel extends VDomRenderer<StatusModel> {
  private timer = 0;
  private minutes = 0;

  constructor(
    model: StatusModel,
    private readonly words: Words,
    private readonly commands: CommandRegistry
  ) {
    super(model);
    this.id = 'inventory-workbench-panel';
    this.addClass('jp-wb-panel');
    this.title.icon = shelves;
    this.title.caption = words.panel;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', words.panel);
  }

  /** Ask the server again every so many minutes while the panel is seen; 0 leaves it to the button. */
  set refreshMinutes(minutes: number) {
    this.minutes = minutes;
    this.schedule();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.refresh();
    this.schedule();
  }

  protected onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    window.clearInterval(this.timer);
  }

  dispose(): void {
    window.clearInterval(this.timer);
    super.dispose();
  }

  private schedule(): void {
    window.clearInterval(this.timer);
    if (this.minutes > 0 && this.isVisible) {
      this.timer = window.setInterval(() => this.model.refresh(), this.minutes * 60_000);
    }
  }

  protected render(): React.ReactElement {
    const { status, fault, busy } = this.model;
    const words = this.words;
    return (
      <>
        <header>
          <h2>{status?.workspace?.shop ?? words.panel}</h2>
          <button
            className="jp-wb-refresh"
            aria-label={words.refresh}
            title={words.refresh}
            aria-busy={busy}
            onClick={() => this.model.refresh()}
          >
            <refreshIcon.react tag="span" />
          </button>
        </header>
        <div aria-live="polite">
          {fault && <Fault fault={fault} words={words} />}
          {!status && !fault && <p className="jp-wb-quiet">{words.loading}</p>}
          {status && !status.workspace && <NoWorkspace words={words} />}
          {status?.workspace && <Summary status={status} workspace={status.workspace} words={words} />}
        </div>
        {status?.workspace && <Places status={status} words={words} commands={this.commands} />}
      </>
    );
  }
}

function Summary(props: { status: IStatus; workspace: IWorkspace; words: Words }): React.ReactElement {
  const { status, workspace, words } = props;
  if (!workspace.known) {
    return <Empty title={words.empty} todo={words.emptyTodo} commands={['workbench run daily']} />;
  }
  return (
    <>
      {workspace.watermark && <p className="jp-wb-watermark">{workspace.watermark}</p>}
      <Freshness workspace={workspace} known={workspace.known} words={words} />
      <h3>{words.health}</h3>
      <Lights lights={workspace.lights} words={words} />
      <h3>{words.alerts}</h3>
      <Alerts alerts={workspace.alerts} status={status} words={words} />
      <h3>{words.lastRun}</h3>
      <LastRun run={workspace.run} words={words} />
    </>
  );
}

function Freshness(props: { workspace: IWorkspace; known: string; words: Words }): React.ReactElement {
  const { workspace, known, words } = props;
  const now = Date.now();
  const old = isOld(known, now);
  const text = workspace.through ? words.dataThrough : words.dataUnknown;
  return (
    <div className="jp-wb-fresh">
      <p>
        <Sign light={old ? 'amber' : 'green'} meaning={old ? words.old : words.fresh} />
        {fill(text, { day: workspace.through ?? '', time: clock(known, now) })}
      </p>
      {workspace.results && <p className="jp-wb-quiet">{fill(words.results, { day: workspace.results })}</p>}
      {old && <p className="jp-wb-quiet">{words.aged}</p>}
    </div>
  );
}

function Lights(props: { lights: IWorkspace['lights']; words: Words }): React.ReactElement {
  if (!props.lights.length) {
    return <Empty title="" todo={props.words.healthNone} commands={['workbench run daily']} />;
  }
  return (
    <ul className="jp-wb-lights">
      {props.lights.map(({ light, word, count }) => (
        <li key={light}>
          <Sign light={light} />
          <strong>{count.toLocaleString()}</strong> <span>{word}</span>
        </li>
      ))}
    </ul>
  );
}

function Alerts(props: { alerts: IWorkspace['alerts']; status: IStatus; words: Words }): React.ReactElement {
  const { first, total } = props.alerts;
  const { status, words } = props;
  if (!first.length) {
    return <p className="jp-wb-quiet">{words.alertsNone}</p>;
  }
  return (
    <>
      <ol className="jp-wb-alerts">
        {first.map(alert => (
          <Alert key={`${alert.sku} ${alert.location} ${alert.kind}`} alert={alert} status={status} words={words} />
        ))}
      </ol>
      {total > first.length && (
        <p className="jp-wb-quiet">{fill(words.alertsMore, { count: (total - first.length).toLocaleString() })}</p>
      )}
    </>
  );
}

function Alert(props: { alert: IAlert; status: IStatus; words: Words }): React.ReactElement {
  const { alert, status, words } = props;
  const dashboard = status.notebooks.find(notebook => notebook.name === alert.notebook);
  const subject = (
    <>
      {alert.sku} <small>{alert.location}</small>
    </>
  );
  return (
    <li>
      <div className="jp-wb-alert-head">
        {status.dashboards && dashboard?.present ? (
          <a
            className="jp-wb-sku"
            href={dashboardUrl(dashboard.path, { sku: alert.sku, location: alert.location, lang: status.language })}
            target="_blank"
            rel="noopener"
            title={fill(words.dashboard, { name: `${alert.sku}, ${alert.location}` })}
          >
            {subject}
          </a>
        ) : (
          <span className="jp-wb-sku">{subject}</span>
        )}
        <strong>{alert.money}</strong>
      </div>
      <p>
        {alert.sentence}
        {alert.due && <span className="jp-wb-quiet"> {fill(words.by, { day: alert.due })}</span>}
      </p>
    </li>
  );
}

function LastRun(props: { run: IRun | null; words: Words }): React.ReactElement {
  const { run, words } = props;
  if (!run) {
    return <Empty title="" todo={words.noRun} commands={['workbench run daily']} />;
  }
  const light: Light = run.status === 'ok' ? 'green' : run.status === 'running' ? 'grey' : 'red';
  const stage = words[run.stage as keyof Words] ?? run.stage ?? '';
  const status = fill(words[`run_${run.status}` as keyof Words] ?? run.status, { stage });
  const name = words[run.name as keyof Words] ?? run.name;
  const time = clock(run.finished ?? run.started, Date.now());
  return (
    <div className="jp-wb-run">
      <p>
        <Sign light={light} />
        {fill(words.run, { name, status: status.trim(), time })}
      </p>
      {run.message && <p className="jp-wb-quiet jp-wb-message">{run.message}</p>}
    </div>
  );
}

function NoWorkspace(props: { words: Words }): React.ReactElement {
  const { noWorkspace, noWorkspaceTodo } = props.words;
  return (
    <Empty
      title={noWorkspace}
      todo={noWorkspaceTodo}
      commands={['workbench init shop --sample', 'cd shop', 'workbench run daily', 'workbench lab']}
    />
  );
}

function Empty(props: { title: string; todo: string; commands: string[] }): React.ReactElement {
  return (
    <div className="jp-wb-empty">
      {props.title && <h3>{props.title}</h3>}
      <p>{props.todo}</p>
      <pre>{props.commands.join('\n')}</pre>
    </div>
  );
}

function Fault(props: { fault: IFault; words: Words }): React.ReactElement {
  const { fault, words } = props;
  return (
    <div className="jp-wb-fault" role="alert">
      <h3>
        <Sign light="red" />
        {words.failed}
      </h3>
      <p>{fault.kind ? words.failedTodo : words.offline}</p>
      <details open={Boolean(fault.kind)}>
        <summary>{words.details}</summary>
        <pre>{fault.message}</pre>
      </details>
    </div>
  );
}

/** A status as a sign of its own shape and colour; it is spoken where no word stands beside it. */
function Sign(props: { light: Light; meaning?: string }): React.ReactElement {
  const spoken = props.meaning ? { role: 'img', 'aria-label': props.meaning, title: props.meaning } : { 'aria-hidden': true };
  return (
    <span className={`jp-wb-sign jp-wb-${props.light}`} {...spoken}>
      {SIGNS[props.light]}
    </span>
  );
}
