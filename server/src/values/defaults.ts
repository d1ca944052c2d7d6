/** The default of a number or a text, where nothing better is known. */
import { choiceText } from '../schema/parser-verdict.ts';
import type { ValueProvider } from './provider.ts';

export const defaults: ValueProvider = {
  id: 'defaults',
  *suggest({ shape }) {
    if (shape.kind !== 'argument' || shape.argument.choices) return;
    const { default: value } = shape.argument;
    if (typeof value === 'number') yield { value: choiceText(value), kind: 'literal', isDefault: true };
    if (typeof value === 'string' && value !== '') yield { value, kind: 'choice', isDefault: true };
  },
};
