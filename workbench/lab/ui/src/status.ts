import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';

export type Light = 'red' | 'amber' | 'green' | 'grey';

export interface IAlert {
  sku: string;
  location: string;
  kind: string;
  notebook: string;
  money: string;
  sentence: string;
  due: string | null;
}

export interface IRun {
  name: string;
  status: string;
  stage: string;
  message: string;
  started: string;
  finished: string | null;
}

export interface IWorkspace {
  shop: string;
  watermark: string;
  version: string;
  through: string | null;
  known: string | null;
  results: string | null;
  lights: { light: Light; word: string; count: number }[];
  alerts: { first: IAlert[]; total: number };
  run: IRun | null;
}

export interface INotebook {
  name: string;
  path: string;
  present: boolean;
}

export interface IStatus {
  language: string;
  dashboards: boolean;
  notebooks: INotebook[];
  workspace: IWorkspace | null;
}

/** What went wrong, as the server said it; without `kind` the server did not answer at all. */
export interface IFault {
  kind: string;
  message: string;
}

const HOUR = 3600_000;
const FRESH_HOURS = 36;

/** The workspace as the server last told it, and how the telling went. */
export class StatusModel extends VDomModel {
  status: IStatus | null = null;
  fault: IFault | null = null;
  busy = false;

  constructor(private readonly language: string) {
    super();
  }

  /** Ask the server again; the last good answer stays on the screen meanwhile. */
  async refresh(): Promise<void> {
    if (this.busy || this.isDisposed) {
      return;
    }
    this.busy = true;
    this.stateChanged.emit();
    try {
      this.status = await fetchStatus(this.language);
      this.fault = null;
    } catch (caught) {
      this.fault = asFault(caught);
    }
    this.busy = false;
    this.stateChanged.emit();
  }
}

async function fetchStatus(language: string): Promise<IStatus> {
  const settings = ServerConnection.makeSettings();
  const url = URLExt.join(settings.baseUrl, 'workbench', 'status') + URLExt.objectToQueryString({ language });
  const response = await ServerConnection.makeRequest(url, {}, settings);
  const body = await response.json();
  if (!response.ok) {
    throw body;
  }
  return body as IStatus;
}

function asFault(caught: unknown): IFault {
  const told = caught as Partial<IFault> | null;
  return { kind: told?.kind ?? '', message: told?.message ?? String(caught) };
}

/** Whether data of that time are older than a daily rhythm allows. */
export function isOld(known: string, now: number): boolean {
  return now - Date.parse(known) > FRESH_HOURS * HOUR;
}

/** A time as 06:12 if it is today, else with its day. */
export function clock(time: string, now: number): string {
  const [then, today] = [new Date(time), new Date(now)];
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = `${two(then.getHours())}:${two(then.getMinutes())}`;
  const day = `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
  return then.toDateString() === today.toDateString() ? hours : `${day} ${hours}`;
}
