/** Every value provider, a line each, and what they suggest together. */
import { fitsTyped } from '../text/typed.ts';
import { booleans } from './booleans.ts';
import { choices } from './choices.ts';
import { defaults } from './defaults.ts';
import { knownValues } from './known-values.ts';
import { localPaths } from './local-paths.ts';
import type { ValueProvider, ValueRequest, ValueSuggestion } from './provider.ts';
import { registeredNames } from './registered-names.ts';
import { targetNames } from './target-names.ts';

export const PROVIDERS: readonly ValueProvider[] = [
  booleans,
  choices,
  knownValues,
  localPaths,
  registeredNames,
  targetNames,
  defaults,
];

/** An editor's list shows no more at a time; typing on narrows it. */
export const MAX_SUGGESTIONS = 200;

export interface Suggestions {
  readonly values: readonly ValueSuggestion[];
  /** More would fit: ask again when more is typed. */
  readonly isCut: boolean;
}

/**
 * The values that fit what is typed, each once. A provider that fails takes away only itself, and is reported
 * to `onFailure`.
 */
export function suggestValues(
  request: ValueRequest,
  onFailure: (provider: ValueProvider, error: unknown) => void,
): Suggestions {
  const byValue = new Map<string, ValueSuggestion>();
  const isTyped = fitsTyped(request.prefix);
  for (const provider of PROVIDERS) {
    try {
      for (const suggestion of provider.suggest(request)) {
        if (byValue.has(suggestion.value) || !isTyped(suggestion.value)) continue;
        if (byValue.size === MAX_SUGGESTIONS) return { values: [...byValue.values()], isCut: true };
        byValue.set(suggestion.value, suggestion);
      }
    } catch (error) {
      onFailure(provider, error);
    }
  }
  return { values: [...byValue.values()], isCut: false };
}
