/** Lengths of time and moments as people say them. */
import { l10n } from 'vscode';

/** `42 s`, `3 m 10 s`, `2 h 5 m`, `3 d 4 h`: the two units that matter. */
export function durationText(seconds: number): string {
  return unitsText(seconds, 2);
}

/** `9 m`, `2 h`: the unit that matters. */
export function roughDurationText(seconds: number): string {
  return unitsText(seconds, 1);
}

function unitsText(seconds: number, unitCount: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const counts = [
    { count: Math.floor(whole / 86_400), text: (count: number) => l10n.t('{0} d', count) },
    { count: Math.floor(whole / 3_600) % 24, text: (count: number) => l10n.t('{0} h', count) },
    { count: Math.floor(whole / 60) % 60, text: (count: number) => l10n.t('{0} m', count) },
    { count: whole % 60, text: (count: number) => l10n.t('{0} s', count) },
  ];
  const first = counts.findIndex(({ count }) => count > 0);
  if (first === -1) return l10n.t('{0} s', 0);
  return counts
    .slice(first, first + unitCount)
    .filter(({ count }) => count > 0)
    .map(({ count, text }) => text(count))
    .join(' ');
}
