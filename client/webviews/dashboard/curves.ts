/** The Curves tab: its tools, the grid of charts, and what all charts share: crosshair, window, redraw. */
import { t } from '@vscode/l10n';
import { element, setShown, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import { createFrame } from '../lib/pace.ts';
import { readTheme, type Theme, watchTheme } from '../lib/theme.ts';
import { type ChartEvents, type ChartSetting, ChartView } from './chart-view.ts';
import type { ChartDefinition } from './charts/chart.ts';
import { CHARTS } from './charts/index.ts';
import { isTiming, loggedSeriesCharts } from './charts/logged-series.ts';
import type { Choices } from './choices.ts';
import { CurveTools } from './curve-tools.ts';
import { alertedCount, type LogPlace, marksOf } from './marks.ts';
import { EPOCH_SERIES, type RunModel, type StepWindow } from './model.ts';
import { sceneOf } from './scene.ts';

export interface CurvesEvents {
  onChoice: (choice: Partial<Choices>) => void;
  onZoom: (window: StepWindow | undefined) => void;
  onDrawn: (series: string, pointCount: number) => void;
  onFailed: (chartId: string, error: unknown) => void;
  onOpenLine: (place: LogPlace) => void;
}

export interface CurvesOptions {
  model: RunModel;
  choices: () => Choices;
  language: string;
  events: CurvesEvents;
}

const CHARTED: ReadonlySet<string> = new Set([
  EPOCH_SERIES,
  ...CHARTS.flatMap((chart) => chart.lines.map((line) => line.series)),
]);

export class CurvesTab {
  readonly root = element('div', { class: 'curves' });
  readonly #options: CurvesOptions;
  readonly #tools: CurveTools;
  readonly #mainGrid = element('div', { class: 'chart-grid' });
  readonly #otherGrid = element('div', { class: 'chart-grid' });
  readonly #others: HTMLDetailsElement;
  readonly #othersTitle = element('summary');
  readonly #spoken = element('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  readonly #views = new Map<string, ChartView>();
  readonly #inSight: IntersectionObserver;
  readonly #requestDraw: () => void;
  #theme: Theme | undefined;

  constructor(options: CurvesOptions) {
    this.#options = options;
    this.#tools = new CurveTools(options.choices(), {
      onChoice: options.events.onChoice,
      onResetZoom: () => this.#zoom(undefined),
    });
    this.#others = element('details', {
      class: 'others',
      children: [this.#othersTitle, this.#otherGrid],
    });
    // A click comes before the element opens or closes.
    this.#othersTitle.addEventListener('click', () => {
      options.events.onChoice({ areOthersOpen: !this.#others.open });
    });
    this.#others.addEventListener('toggle', () => this.#requestDraw());
    this.#others.open = options.choices().areOthersOpen ?? false;
    const scroller = element('div', { class: 'curves-scroll', children: [this.#mainGrid, this.#others] });
    this.root.append(this.#tools.root, scroller, this.#spoken);
    this.#requestDraw = createFrame(() => this.draw());
    this.#inSight = new IntersectionObserver((entries) => this.#sightChanged(entries), {
      root: scroller,
      rootMargin: '100px',
    });
    watchTheme(() => {
      this.#theme = undefined;
      this.#requestDraw();
    });
    this.root.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Draws every chart in sight; call it within an animation frame. */
  draw(): void {
    const { model, language } = this.#options;
    const choices = this.#options.choices();
    const extent = model.extent;
    if (extent === undefined || this.root.offsetParent === null) return;
    const start = performance.now();
    this.#theme ??= readTheme(this.root);
    const epochs = model.epochs;
    const setting: ChartSetting = {
      theme: this.#theme,
      language,
      isLogScale: choices.isLogScale,
      epochs: choices.xAxis === 'epoch' ? epochs : undefined,
      view: model.window ?? extent,
    };
    this.#tools.show({ hasEpochs: epochs !== undefined, zoom: this.#zoomText(model.window) });
    this.#drawGrid(this.#mainGrid, CHARTS, setting);
    const others = loggedSeriesCharts(model.seriesNames, CHARTED);
    setShown(this.#others, others.length > 0);
    const alerted = alertedCount(others, model);
    setText(
      this.#othersTitle,
      alerted === 0
        ? t('Other series ({0})', others.length)
        : t('Other series ({0}, {1} with alerts)', others.length, alerted),
    );
    if (choices.areOthersOpen === undefined) this.#others.open = !others.every(isTiming);
    if (this.#others.open) this.#drawGrid(this.#otherGrid, others, setting);
    // The plots paint in a microtask of their own; this one comes after them.
    queueMicrotask(() => {
      performance.measure('dashboard-draw', { start, end: performance.now() });
      performance.clearMeasures('dashboard-draw');
    });
  }

  #drawGrid(grid: HTMLElement, charts: readonly ChartDefinition[], setting: ChartSetting): void {
    const { model } = this.#options;
    const { smoothing } = this.#options.choices();
    for (const chart of charts) {
      if (!chart.lines.some((line) => (model.whole(line.series)?.pointCount ?? 0) > 0)) continue;
      const view = this.#view(chart, grid);
      if (!view.isInSight) continue;
      const scene = sceneOf(chart, model, { smoothing, isLogScale: setting.isLogScale });
      if (scene !== undefined) view.draw(scene, setting, marksOf(chart, model));
    }
  }

  /** The view of a chart; a series that joins later (an evaluation twin) makes a new view in the old one's place. */
  #view(chart: ChartDefinition, grid: HTMLElement): ChartView {
    const known = this.#views.get(chart.id);
    if (known !== undefined && known.definition.lines.length === chart.lines.length) return known;
    const { events } = this.#options;
    const chartEvents: ChartEvents = {
      onHover: (step) => this.#hover(step, chart.id),
      onZoom: (window) => this.#zoom(window),
      onResetZoom: () => this.#zoom(undefined),
      onDrawn: events.onDrawn,
      onOpenLine: events.onOpenLine,
      onFailed: events.onFailed,
    };
    const view = new ChartView(chart, chartEvents);
    if (known === undefined) grid.append(view.root);
    else {
      this.#inSight.unobserve(known.root);
      known.root.before(view.root);
      known.destroy();
    }
    this.#views.set(chart.id, view);
    this.#inSight.observe(view.root);
    return view;
  }

  #sightChanged(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const view = this.#views.get(target.getAttribute('data-chart') ?? '');
      if (view === undefined || view.isInSight === isIntersecting) continue;
      view.isInSight = isIntersecting;
      if (isIntersecting) this.#requestDraw();
    }
  }

  #hover(step: number | undefined, chartId: string): void {
    for (const view of this.#views.values()) view.hover(step);
    const view = this.#views.get(chartId);
    if (view !== undefined && step !== undefined && view.root === document.activeElement)
      setText(this.#spoken, view.spoken(step));
  }

  #zoom(window: StepWindow | undefined): void {
    this.#options.events.onZoom(window);
    this.#requestDraw();
  }

  #zoomText(window: StepWindow | undefined): string | undefined {
    if (window === undefined) return undefined;
    const { language } = this.#options;
    return t(
      'steps {0} to {1}',
      formatCount(window.fromStep, language),
      formatCount(window.toStep, language),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      this.#hover(undefined, '');
      this.#zoom(undefined);
    }
    if (event.key !== 't' || target.matches('input, select')) return;
    const chart = target.closest('[data-chart]')?.getAttribute('data-chart');
    for (const [id, view] of this.#views) if (chart === undefined || chart === id) view.toggleTable();
    this.#requestDraw();
  }
}
