/** Draws the marks of a chart: a thin line over its height, and a flag of its own shape for each kind on top. */
import uPlot from 'uplot';
import type { Theme } from '../lib/theme.ts';
import type { LogPlace, Mark, MarkKind } from './marks.ts';

const FLAG_PX = 5;
/** A flag is small; a pointer this near to its middle means it. */
const FLAG_REACH_PX = 10;
const DASH_PX = 3;

/** Marks that would lie on one another are drawn once; the table twin and the crosshair name them all. */
const SPACE_PX = 4;

export function drawMarks(plot: uPlot, marks: readonly Mark[], theme: Theme): void {
  const { ctx, bbox } = plot;
  const scale = uPlot.pxRatio;
  const lastDrawn = new Map<MarkKind, number>();
  ctx.save();
  ctx.lineWidth = scale;
  for (const { step, kind } of marks) {
    const x = plot.valToPos(step, 'x', true);
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    if (x - (lastDrawn.get(kind) ?? Number.NEGATIVE_INFINITY) < SPACE_PX * scale) continue;
    lastDrawn.set(kind, x);
    ctx.strokeStyle = ctx.fillStyle = colourOf(kind, theme);
    ctx.setLineDash([DASH_PX * scale, DASH_PX * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    drawFlag(ctx, kind, { x, top: bbox.top, size: FLAG_PX * scale });
  }
  ctx.restore();
}

/** Lets a click on a flag open the line of the log behind it, and shows where that can be done. */
export function openByFlag(plot: uPlot, marks: () => readonly Mark[], open: (place: LogPlace) => void): void {
  const { over } = plot;
  const placeAt = (event: MouseEvent) => {
    const { left, top } = over.getBoundingClientRect();
    if (event.clientY - top > 2 * FLAG_REACH_PX) return undefined;
    const distanceOf = ({ step }: Mark) => Math.abs(plot.valToPos(step, 'x') - (event.clientX - left));
    return marks()
      .filter((mark) => mark.place !== undefined && distanceOf(mark) <= FLAG_REACH_PX)
      .sort((one, other) => distanceOf(one) - distanceOf(other))[0]?.place;
  };
  let pressedX = 0;
  over.addEventListener('mousedown', ({ clientX }) => {
    pressedX = clientX;
  });
  over.addEventListener('mousemove', (event) => {
    over.style.cursor = placeAt(event) === undefined ? '' : 'pointer';
  });
  over.addEventListener('click', (event) => {
    const place = placeAt(event);
    // What ends on a flag may have begun elsewhere: then a part of the axis was selected.
    if (place !== undefined && Math.abs(event.clientX - pressedX) <= FLAG_PX) open(place);
  });
}

function colourOf(kind: MarkKind, theme: Theme): string {
  return { alert: theme.alert, hint: theme.warning, resume: theme.muted }[kind];
}

/** A triangle, a dot, a pointer to where the run goes on: a shape says what a colour alone must not. */
function drawFlag(
  ctx: CanvasRenderingContext2D,
  kind: MarkKind,
  { x, top, size }: { x: number; top: number; size: number },
): void {
  ctx.beginPath();
  switch (kind) {
    case 'alert':
      ctx.moveTo(x - size, top);
      ctx.lineTo(x + size, top);
      ctx.lineTo(x, top + 1.6 * size);
      break;
    case 'hint':
      ctx.arc(x, top + size, 0.8 * size, 0, 2 * Math.PI);
      break;
    case 'resume':
      ctx.moveTo(x, top);
      ctx.lineTo(x + 1.6 * size, top + size);
      ctx.lineTo(x, top + 2 * size);
      break;
  }
  ctx.fill();
}
