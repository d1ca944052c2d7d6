/** Durations and paces in the words people use. */
import { t } from '@vscode/l10n';

/** `40 s`, `3 m 10 s`, `2 h 5 m`, `1 d 4 h`: the two units that matter. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('{0} s', whole);
  if (whole < 3600) return two(t('{0} m', Math.floor(whole / 60)), whole % 60 ? t('{0} s', whole % 60) : '');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) {
    return two(t('{0} h', Math.floor(minutes / 60)), minutes % 60 ? t('{0} m', minutes % 60) : '');
  }
  const hours = Math.round(minutes / 60);
  return two(t('{0} d', Math.floor(hours / 24)), hours % 24 ? t('{0} h', hours % 24) : '');
}

function two(first: string, second: string): string {
  return second === '' ? first : `${first} ${second}`;
}

/** `8.4 steps/s` where a step is short, `2.1 s per step` where it is long. */
export function formatPace(secondsPerStep: number): string {
  if (secondsPerStep <= 0) return '';
  if (secondsPerStep < 1) return t('{0} steps/s', threeDigits(1 / secondsPerStep));
  return t('{0} s per step', threeDigits(secondsPerStep));
}

function threeDigits(value: number): string {
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value.toFixed(2).replace(/0$/, '');
}
