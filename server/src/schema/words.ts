/** Types of arguments in words. */
import { t } from '@vscode/l10n';
import type { ScalarType, SchemaArgument } from '../../../protocol/src/schema.ts';

function typeWord(type: ScalarType): string {
  switch (type) {
    case 'boolean':
      return t('true or false');
    case 'integer':
      return t('a whole number');
    case 'number':
      return t('a number');
    case 'string':
      return t('a text');
    case 'object':
      return t('a mapping');
  }
}

/** What one value of an argument is: `a whole number`, `a text or a mapping`. */
export function typeInWords(argument: SchemaArgument): string {
  if (argument.types.length === 0) return t('a text');
  return argument.types.map(typeWord).join(t(' or '));
}
