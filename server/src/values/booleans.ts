/** true and false, wherever a truth value is taken. */
import type { ValueProvider } from './provider.ts';

export const booleans: ValueProvider = {
  id: 'booleans',
  *suggest({ shape }) {
    const argument = shape.kind === 'argument' ? shape.argument : undefined;
    const isBoolean = argument
      ? !argument.choices && argument.types.includes('boolean')
      : shape.kind === 'boolean';
    if (!isBoolean) return;
    for (const value of [true, false]) {
      yield {
        value: String(value),
        kind: 'literal',
        ...(argument?.default === value ? { isDefault: true } : {}),
      };
    }
  },
};
