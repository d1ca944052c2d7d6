/** Icons drawn as SVG nodes in the colour of their text, so that no icon font has to pass the content policy. */
import type { AlertSeverity } from '../../../protocol/src/alert.ts';
import type { RunState } from '../../../protocol/src/run.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Outlines on a 16 x 16 grid, stroked 1.4 wide. */
const STATE_PATHS: Readonly<Record<RunState, string>> = {
  queued: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M8 4.6V8l2.4 1.6',
  starting: 'M8 1.8a6.2 6.2 0 1 1-6.2 6.2',
  running: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M6.6 5.4v5.2L10.8 8z',
  stopping: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M6 6h4v4H6z',
  succeeded: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M5 8.2l2.1 2.1L11 6',
  failed: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  cancelled: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M3.6 12.4l8.8-8.8',
  lost: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11v.4',
};

/** The icon of a state; the word stands beside it. */
export function stateIcon(state: RunState): SVGSVGElement {
  return icon(STATE_PATHS[state], `state-icon ${state}`);
}

/** A triangle for an alert, a ring for a hint; the words stand beside it. */
export function alertIcon(severity: AlertSeverity): SVGSVGElement {
  const outline =
    severity === 'alert'
      ? 'M8 2.2 14.4 13.6H1.6zM8 6.4v3.4M8 11.6v.4'
      : 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M8 7.2v4M8 4.8v.4';
  return icon(outline, `alert-icon ${severity}`);
}

/** Rows and columns. */
export function tableIcon(): SVGSVGElement {
  return icon('M2 3h12v10H2zM2 6.4h12M2 9.7h12M6.4 6.4V13', 'table-icon');
}

/** Hidden from screen readers: words say the same. */
function icon(outline: string, className: string): SVGSVGElement {
  const node = document.createElementNS(SVG, 'svg');
  node.setAttribute('viewBox', '0 0 16 16');
  node.setAttribute('class', className);
  node.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', outline);
  node.append(path);
  return node;
}
