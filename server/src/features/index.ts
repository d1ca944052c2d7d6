/** Every LSP feature, a line each. */
import { codeActions } from './code-actions.ts';
import { completion } from './completion.ts';
import { diagnostics } from './diagnostics.ts';
import { documentSymbols } from './document-symbols.ts';
import type { Feature } from './feature.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { placesOfValues } from './places-of-values.ts';
import { ranges } from './ranges.ts';

export const FEATURES: readonly Feature[] = [
  diagnostics,
  completion,
  hover,
  codeActions,
  documentSymbols,
  inlayHints,
  placesOfValues,
  ranges,
];
