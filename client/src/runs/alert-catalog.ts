/** The words of `protocol/alerts.json`, which the bridge's tables make, in the editor's language. */
import { l10n } from 'vscode';
import catalog from '../../../protocol/alerts.json' with { type: 'json' };
import type { Alert } from '../../../protocol/src/alert.ts';

interface Words {
  readonly meaning: string;
  readonly nextStep: string;
}

const KINDS: Readonly<Record<string, Words>> = catalog.kinds;
const FAILURES: Readonly<Record<string, Words>> = catalog.failures;
const ADVICE: Readonly<Record<string, string>> = catalog.advice;

/** The words for an alert, with its values; undefined where this version does not know the failure. */
export function wordsFor({ kind, subject, values }: Alert): Words | undefined {
  const words = FAILURES[subject ?? ''] ?? KINDS[kind];
  return words && { meaning: filled(words.meaning, values), nextStep: filled(words.nextStep, values) };
}

/** Changes of the config that would help, the cheapest first. */
export function adviceFor({ values }: Alert): string[] {
  return (values.advice ?? '').split(',').flatMap((name) => {
    const text = ADVICE[name];
    return text === undefined ? [] : [filled(text, values)];
  });
}

/** Translated, and then filled, so that a value that a record lacks shows as a question mark. */
function filled(text: string, values: Alert['values']): string {
  const { t: translate } = l10n;
  return translate(text).replace(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? '?');
}
