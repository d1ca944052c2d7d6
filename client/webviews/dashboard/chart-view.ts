/** One chart on the page: title, legend, plot, keys and its table twin. A chart that fails takes away only itself. */
import { t } from '@vscode/l10n';
import type uPlot from 'uplot';
import { element, setText } from '../lib/dom.ts';
import { formatCount } from '../lib/numbers.ts';
import type { Theme } from '../lib/theme.ts';
import { ChartTable } from './chart-table.ts';
import type { ChartDefinition } from './charts/chart.ts';
import type { EpochScale } from './epochs.ts';
import { tableIcon } from './icons.ts';
import { Legend } from './legend.ts';
import { type LogPlace, type Mark, marksByPoint, marksNear, placeOf } from './marks.ts';
import type { StepWindow } from './model.ts';
import { createPlot, dataOf } from './plot.ts';
import type { Scene } from './scene.ts';

export interface ChartEvents {
  onHover: (step: number | undefined) => void;
  onZoom: (window: StepWindow) => void;
  onResetZoom: () => void;
  /** A line of the log is to be shown. */
  onOpenLine: (place: LogPlace) => void;
  /** After a draw: a series and the points behind what was drawn. */
  onDrawn: (series: string, pointCount: number) => void;
  onFailed: (chartId: string, error: unknown) => void;
}

/** What all charts share at one moment. */
export interface ChartSetting {
  theme: Theme;
  language: string;
  isLogScale: boolean;
  epochs: EpochScale | undefined;
  view: StepWindow;
}

/** The crosshair reads a mark from this far away. */
const MARK_REACH_PX = 6;
/** Steps that an arrow key with Shift walks. */
const LONG_WALK = 10;

export class ChartView {
  readonly root: HTMLElement;
  readonly definition: ChartDefinition;
  /** False while the chart is out of sight, and then not worth drawing. */
  isInSight = true;
  readonly #events: ChartEvents;
  readonly #plotHost = element('div', { class: 'plot' });
  readonly #tableHost = element('div', { class: 'chart-table' });
  readonly #failure = element('p', { class: 'chart-failure', attributes: { role: 'alert' } });
  readonly #stepLabel = element('span', { class: 'chart-step' });
  readonly #tableButton: HTMLButtonElement;
  readonly #legend = new Legend();
  readonly #table: ChartTable;
  #plot: uPlot | undefined;
  /** What the plot was built for; another key needs another plot. */
  #plotKey = '';
  #scene: Scene | undefined;
  #marks: readonly Mark[] = [];
  #setting: ChartSetting | undefined;
  #hoveredStep: number | undefined;
  #isTableShown = false;

  constructor(definition: ChartDefinition, events: ChartEvents) {
    this.definition = definition;
    this.#events = events;
    const titleId = `chart-title-${definition.id}`;
    this.#tableButton = element('button', {
      class: 'icon-button',
      attributes: {
        type: 'button',
        'aria-pressed': 'false',
        title: t('Show as table (t)'),
        'aria-label': t('Show as table'),
      },
      children: [tableIcon()],
    });
    this.#tableButton.addEventListener('click', () => this.toggleTable());
    this.root = element('section', {
      class: 'chart',
      attributes: {
        tabindex: '0',
        'aria-labelledby': titleId,
        'aria-description': t(
          'Arrow keys walk the points, m goes to the next mark, Enter opens its log line, t shows a table, Escape resets the zoom.',
        ),
        'data-chart': definition.id,
      },
      children: [
        element('header', {
          class: 'chart-header',
          children: [
            element('h3', { text: definition.title(), attributes: { id: titleId } }),
            this.#stepLabel,
            this.#tableButton,
          ],
        }),
        this.#legend.root,
        this.#plotHost,
        this.#tableHost,
        this.#failure,
      ],
    });
    this.#tableHost.hidden = true;
    this.#failure.hidden = true;
    this.#table = new ChartTable(this.#tableHost);
    this.root.addEventListener('keydown', (event) => this.#onKey(event));
    new ResizeObserver(() => this.#resize()).observe(this.#plotHost);
  }

  /** Draws the scene, with marks by ascending step. */
  draw(scene: Scene, setting: ChartSetting, marks: readonly Mark[]): void {
    this.#guarded(() => {
      this.#scene = scene;
      this.#marks = marks;
      this.#setting = setting;
      this.#drawPlot(scene, setting);
      this.#legend.show(scene, this.#hoveredStep);
      if (this.#isTableShown) this.#table.show(scene, setting, marks);
      this.root.setAttribute('data-marks', String(marks.length));
      this.#recovered();
      for (const { series } of scene.lines) this.#events.onDrawn(series.name, series.pointCount);
    });
  }

  /** Puts the crosshair on a step, or takes it away. */
  hover(step: number | undefined): void {
    this.#hoveredStep = step;
    this.#guarded(() => {
      const { epochs, language } = this.#setting ?? {};
      const words =
        step === undefined ? [] : [stepText(step, epochs, language ?? 'en'), ...this.#marksAt(step)];
      setText(this.#stepLabel, words.join(' · '));
      if (this.#scene !== undefined) this.#legend.show(this.#scene, step);
      const left = step === undefined ? -10 : (this.#plot?.valToPos(step, 'x') ?? -10);
      this.#plot?.setCursor({ left, top: step === undefined ? -10 : 0 }, false);
    });
  }

  toggleTable(): void {
    this.#isTableShown = !this.#isTableShown;
    this.#tableHost.hidden = !this.#isTableShown;
    this.#plotHost.hidden = this.#isTableShown;
    this.#tableButton.setAttribute('aria-pressed', String(this.#isTableShown));
    if (this.#isTableShown && this.#scene && this.#setting) {
      this.#table.show(this.#scene, this.#setting, this.#marks);
    }
  }

  destroy(): void {
    this.#plot?.destroy();
    this.root.remove();
  }

  #drawPlot(scene: Scene, setting: ChartSetting): void {
    const columns = scene.lines.map((line) => `${line.definition.series}:${line.smoothedColumn}`);
    const key = [
      setting.isLogScale,
      setting.epochs !== undefined,
      ...Object.values(setting.theme),
      ...columns,
    ].join();
    if (this.#plot !== undefined && key === this.#plotKey) {
      this.#plot.setData(dataOf(scene));
    } else {
      this.#plot?.destroy();
      this.#plotKey = key;
      this.#plot = createPlot(this.#plotHost, {
        size: this.#size(),
        theme: setting.theme,
        language: setting.language,
        isLogScale: setting.isLogScale,
        epochs: setting.epochs && {
          epochAt: (step) => this.#setting?.epochs?.epochAt(step) ?? step,
          stepAt: (epoch) => this.#setting?.epochs?.stepAt(epoch) ?? epoch,
        },
        view: () => this.#setting?.view ?? setting.view,
        scene: () => this.#scene ?? scene,
        marks: () => this.#marks,
        onHover: this.#events.onHover,
        onSelect: this.#events.onZoom,
        onReset: this.#events.onResetZoom,
        onOpenLine: this.#events.onOpenLine,
      });
      // The canvas is drawn for the eye; the table twin says the same to a screen reader.
      this.#plot.root.setAttribute('aria-hidden', 'true');
    }
    this.root.setAttribute('data-points', String(scene.lines[0]?.series.pointCount ?? 0));
  }

  #size(): { width: number; height: number } {
    return {
      width: Math.max(1, this.#plotHost.clientWidth),
      height: Math.max(1, this.#plotHost.clientHeight),
    };
  }

  #resize(): void {
    if (this.#plotHost.clientWidth === 0) return;
    this.#guarded(() => this.#plot?.setSize(this.#size()));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.root || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.#hoveredStep === undefined ? undefined : placeOf(this.#marksOn(this.#hoveredStep));
    if (event.key === 'Enter' && place !== undefined) {
      event.preventDefault();
      this.#events.onOpenLine(place);
      return;
    }
    const steps = this.#scene?.aligned.steps ?? [];
    const walked = this.#walkedTo(event, steps);
    if (walked === undefined) return;
    event.preventDefault();
    this.#events.onHover(walked);
  }

  /** The step that a key leads to from where the crosshair stands. */
  #walkedTo(event: KeyboardEvent, steps: readonly number[]): number | undefined {
    const view = this.#setting?.view;
    if (view === undefined) return undefined;
    const inView = steps.filter((step) => step >= view.fromStep && step <= view.toStep);
    const last = inView.length - 1;
    const hovered = this.#hoveredStep;
    const at = hovered === undefined ? undefined : inView.findIndex((step) => step >= hovered);
    const position = at === -1 ? last : at;
    const distance = event.shiftKey ? LONG_WALK : 1;
    switch (event.key) {
      case 'ArrowLeft':
        return inView[position === undefined ? last : Math.max(0, position - distance)];
      case 'ArrowRight':
        return inView[position === undefined ? 0 : Math.min(last, position + distance)];
      case 'Home':
        return inView[0];
      case 'End':
        return inView[last];
      case 'm':
      case 'M':
        return this.#nextMarkedPoint(inView, position, event.shiftKey ? -1 : 1);
      default:
        return undefined;
    }
  }

  /** What the crosshair reads here, as one sentence. */
  spoken(step: number): string {
    const parts = this.#scene === undefined ? [] : this.#legend.spoken(this.#scene, step);
    const where = stepText(step, this.#setting?.epochs, this.#setting?.language ?? 'en');
    const marks = this.#marksOn(step);
    const hint = placeOf(marks) === undefined ? [] : [t('Enter opens the log line')];
    return [where, ...marks.map(({ text }) => text), ...hint, ...parts].join(', ');
  }

  /** What is marked at a point, or on the way to it from the point before: so keys that walk the points miss none. */
  #marksOn(step: number): readonly Mark[] {
    const steps = this.#scene?.aligned.steps ?? [];
    return marksByPoint(this.#marks, steps)[steps.indexOf(step)] ?? [];
  }

  /** The point of the next mark from a position on, round the end; undefined where nothing is marked. */
  #nextMarkedPoint(
    steps: readonly number[],
    position: number | undefined,
    direction: 1 | -1,
  ): number | undefined {
    const all = this.#scene?.aligned.steps ?? [];
    const byPoint = marksByPoint(this.#marks, all);
    const inView = new Set(steps);
    const marked = all.filter((step, index) => inView.has(step) && (byPoint[index] ?? []).length > 0);
    const inOrder = direction === 1 ? marked : marked.toReversed();
    const from = position === undefined ? undefined : steps[position];
    const isAhead = (step: number) => from === undefined || (step - from) * direction > 0;
    return inOrder.find(isAhead) ?? inOrder[0];
  }

  /** What is marked where the crosshair stands. */
  #marksAt(step: number): string[] {
    const view = this.#setting?.view;
    const width = this.#plotHost.clientWidth;
    if (view === undefined || width === 0) return [];
    const stepsPerPixel = (view.toStep - view.fromStep) / width;
    return marksNear(this.#marks, step, stepsPerPixel * MARK_REACH_PX).map(({ text }) => text);
  }

  /** Whatever goes wrong inside stays inside this chart. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isNew = this.#failure.hidden;
      this.#plotHost.hidden = true;
      this.#failure.hidden = false;
      setText(this.#failure, t('This chart could not be drawn: {0}', reason));
      if (isNew) this.#events.onFailed(this.definition.id, error);
    }
  }

  /** A draw that succeeds takes a former failure back. */
  #recovered(): void {
    if (this.#failure.hidden) return;
    this.#failure.hidden = true;
    this.#plotHost.hidden = this.#isTableShown;
  }
}

/** `step 431 · epoch 0.86`. */
export function stepText(step: number, epochs: EpochScale | undefined, language: string): string {
  const name = t('step {0}', formatCount(step, language));
  return epochs === undefined ? name : `${name} · ${t('epoch {0}', epochs.epochAt(step).toFixed(2))}`;
}
