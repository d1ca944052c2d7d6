/** The values that an argument or one of our own keys is limited to. */
import { choiceText } from '../schema/parser-verdict.ts';
import type { ValueProvider } from './provider.ts';

export const choices: ValueProvider = {
  id: 'choices',
  *suggest({ shape }) {
    if (shape.kind === 'choice') for (const value of shape.choices) yield { value, kind: 'choice' };
    if (shape.kind !== 'argument') return;
    for (const choice of shape.argument.choices ?? []) {
      if (choice === null) continue;
      const isText = typeof choice === 'string';
      yield {
        value: choiceText(choice),
        kind: isText ? 'choice' : 'literal',
        ...(choice === shape.argument.default ? { isDefault: true } : {}),
      };
    }
  },
};
