/** The dashboard's page: header, notices and tabs, and which of them a message reaches. */
import { t } from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import type { DashboardCommand, FromDashboard, ToDashboard } from '../../../protocol/src/webview.ts';
import { element, setShown } from '../lib/dom.ts';
import { createFrame, createThrottle } from '../lib/pace.ts';
import type { Port } from '../lib/port.ts';
import { AlertList } from './alert-list.ts';
import { type Choices, TabName } from './choices.ts';
import { ConfigTab } from './config-tab.ts';
import { CurvesTab } from './curves.ts';
import { DevicesTab } from './devices-tab.ts';
import { Header } from './header.ts';
import { LogTab } from './log-tab.ts';
import type { LogPlace } from './marks.ts';
import { type Part, RunModel, type StepWindow } from './model.ts';
import { Notices } from './notices.ts';
import { Waiting } from './waiting.ts';

/** Panels and tests hear of a drawn series this often at most. */
const DRAWN_EVERY_MS = 200;
/** A run that starts again from a checkpoint sends many points that do not fit; they share a question. */
const REFRESH_EVERY_MS = 1000;

export interface DashboardPageOptions {
  root: HTMLElement;
  port: Port<ToDashboard, FromDashboard>;
  opened: Extract<ToDashboard, { type: 'open' }>;
  choices: Choices;
  language: string;
  maxBuckets: number;
}

export class DashboardPage {
  readonly #port: Port<ToDashboard, FromDashboard>;
  readonly #model: RunModel;
  readonly #header: Header;
  readonly #notices: Notices;
  readonly #alerts: AlertList;
  readonly #waiting = new Waiting();
  readonly #curves: CurvesTab;
  readonly #devices: DevicesTab;
  readonly #log: LogTab;
  readonly #config = new ConfigTab();
  readonly #tabs = element('vscode-tabs', { class: 'tabs' });
  readonly #pending = new Set<Part>();
  readonly #requestShow: () => void;
  readonly #refresh: (key: string, value: undefined) => void;
  #choices: Choices;

  constructor(options: DashboardPageOptions) {
    const { port, language } = options;
    this.#port = port;
    this.#choices = options.choices;
    this.#model = new RunModel(options.opened, options.maxBuckets);
    const command = (name: DashboardCommand) => port.post({ type: 'command', command: name });
    this.#header = new Header(language, command);
    this.#notices = new Notices({
      onShowLog: () => this.#openTab('log'),
      onDismiss: () => {
        this.#model.notice = undefined;
        this.#changed(['notice']);
      },
    });
    const openLine = (place: LogPlace) => port.post({ type: 'command', command: 'open-log', ...place });
    this.#alerts = new AlertList(language, {
      onShowLine: openLine,
      onCommand: command,
    });
    const postDrawn = createThrottle<number>(DRAWN_EVERY_MS, (series, pointCount) => {
      port.post({ type: 'drawn', series, pointCount });
    });
    this.#curves = new CurvesTab({
      model: this.#model,
      choices: () => this.#choices,
      language,
      events: {
        onChoice: (choice) => this.#choose(choice),
        onZoom: (window) => this.#zoom(window),
        onDrawn: postDrawn,
        onOpenLine: openLine,
        onFailed: (chartId, error) => console.error(`Chart ${chartId} failed.`, error),
      },
    });
    this.#devices = new DevicesTab(language);
    this.#log = new LogTab({
      model: this.#model,
      language,
      isFollowing: this.#choices.isFollowingLog,
      onFollowing: (isFollowingLog) => this.#choose({ isFollowingLog }),
      onOpen: () => command('open-log'),
    });
    this.#refresh = createThrottle<undefined>(REFRESH_EVERY_MS, () => port.post(this.#model.refresh()));
    this.#requestShow = createFrame(() => this.#show());
    this.#keepState();
    this.#build(options.root);
    this.#changed(['run', 'config', 'metrics', 'log', 'devices', 'notice']);
    setInterval(() => this.#tick(), 1000);
  }

  receive(message: ToDashboard): void {
    this.#changed(this.#model.apply(message));
    // Opened anew, as after a restart of the bridge: the finer data of the window is gone.
    if (message.type === 'open' && this.#model.window !== undefined) this.#zoom(this.#model.window);
    if (this.#model.isStale) this.#refresh('all', undefined);
  }

  #build(root: HTMLElement): void {
    const titles: Record<TabName, string> = {
      curves: t('Curves'),
      devices: t('Devices'),
      log: t('Log'),
      config: t('Config'),
    };
    const contents: Record<TabName, Node[]> = {
      curves: [this.#waiting.root, this.#curves.root],
      devices: [this.#devices.root],
      log: [this.#log.root],
      config: [this.#config.root],
    };
    for (const name of TabName.options) {
      const header = element('vscode-tab-header', {
        text: titles[name],
        attributes: { slot: 'header', 'data-tab': name },
      });
      this.#tabs.append(
        header,
        element('vscode-tab-panel', { class: `panel-${name}`, children: contents[name] }),
      );
    }
    this.#tabs.selectedIndex = TabName.options.indexOf(this.#choices.tab);
    this.#tabs.addEventListener('vsc-tabs-select', (event) => {
      const tab = TabName.options[event.detail.selectedIndex];
      if (tab !== undefined) this.#choose({ tab });
    });
    root.replaceChildren(this.#header.root, this.#notices.root, this.#alerts.root, this.#tabs);
  }

  #openTab(tab: TabName): void {
    this.#tabs.selectedIndex = TabName.options.indexOf(tab);
    this.#choose({ tab });
  }

  #choose(choice: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...choice };
    this.#keepState();
    // A tab that was hidden shows what came meanwhile.
    this.#changed(choice.tab === undefined ? ['metrics'] : ['metrics', 'log', 'devices']);
  }

  /** The panel finds its run by these two after the window is reloaded. */
  #keepState(): void {
    const { id, directory } = this.#model.run;
    this.#port.writeState({ ...this.#choices, runId: id, runDirectory: directory });
  }

  #zoom(window: StepWindow | undefined): void {
    const query = this.#model.zoom(window);
    if (query !== undefined) this.#port.post(query);
  }

  #changed(parts: readonly Part[]): void {
    for (const part of parts) this.#pending.add(part);
    if (parts.length > 0) this.#requestShow();
  }

  #show(): void {
    const parts = new Set(this.#pending);
    this.#pending.clear();
    const has = (...wanted: Part[]) => wanted.some((part) => parts.has(part));
    if (has('run', 'metrics')) this.#header.show(this.#model);
    if (has('run')) this.#alerts.show(this.#model);
    if (has('run', 'log', 'notice')) this.#notices.show(this.#model);
    if (has('run', 'metrics', 'log')) this.#showWaiting();
    if (has('metrics')) this.#curves.draw();
    if (has('devices')) this.#devices.show(this.#model);
    if (has('log')) this.#log.show();
    if (has('config', 'run')) this.#config.show(this.#model);
  }

  #showWaiting(): void {
    const { hasPoints } = this.#model;
    setShown(this.#waiting.root, !hasPoints);
    setShown(this.#curves.root, hasPoints);
    if (!hasPoints) this.#waiting.show(this.#model, Date.now());
  }

  /** The clock of the waiting page goes on though no message comes. */
  #tick(): void {
    if (!this.#model.hasPoints && this.#model.isRunLive) this.#showWaiting();
  }
}
