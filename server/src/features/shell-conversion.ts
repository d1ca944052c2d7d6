/** A command of the engine, pasted from a tutorial, becomes the config that says the same. */
import { t } from '@vscode/l10n';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver';
import { configOfCommand } from '../schema/config-of-command.ts';
import type { TextRange } from '../text/nodes.ts';
import { findShellCommand } from '../text/shell.ts';
import { type Analysis, toRange } from './session.ts';

export const CONVERT = `${CodeActionKind.RefactorRewrite}.tunewright.shell`;

/** Converts the selection, or the whole text where nothing is selected. */
export function convertShell(
  { document, lookup, textDocument }: Analysis,
  selected: TextRange,
): CodeAction[] {
  const range = selected.end > selected.start ? selected : { start: 0, end: document.text.length };
  const script = document.text.slice(range.start, range.end);
  // Every menu of actions asks: what holds no command is not taken apart.
  if (!/\b(?:swift|megatron)[ \t]+[a-z]/.test(script)) return [];
  const command = findShellCommand(script);
  const converted = command && configOfCommand(command, lookup);
  if (!converted) return [];
  return [
    {
      title: t('Convert the Command to a Config of {0}', converted.task),
      kind: CONVERT,
      edit: {
        changes: {
          [textDocument.uri]: [{ range: toRange(textDocument, range), newText: converted.text }],
        },
      },
    },
  ];
}
