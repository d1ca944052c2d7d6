/** What a chart is: a title and the series in it. Drawing lives in chart-view.ts. */

/** `train` is drawn faint with a bold smoothed line over it, `evaluation` as a line with its points marked. */
export type LineRole = 'train' | 'evaluation';

export interface ChartLine {
  series: string;
  role: LineRole;
  /** False for series that are exact by nature, such as a schedule. */
  isSmoothed: boolean;
}

export interface ChartDefinition {
  /** Stable: names the chart in the page. */
  id: string;
  /** Called when the texts of the editor's language are known. */
  title: () => string;
  lines: readonly ChartLine[];
}
