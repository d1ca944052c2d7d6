/** Words beside the values of a config: the effective batch size, rows and steps of an epoch, numbers written another way. */
import { t } from '@vscode/l10n';
import type { InlayHint } from 'vscode-languageserver';
import { batchSizeOf, stepsPerEpoch } from '../estimate/training-size.ts';
import type { Settings } from '../rules/settings.ts';
import { PLAIN_TRAINING_TASKS } from '../rules/settings-rule.ts';
import { readDatasetSpec } from '../text/dataset-spec.ts';
import { topLevelEntries } from '../text/document.ts';
import type { Entry, TextRange } from '../text/nodes.ts';
import { otherNotation } from '../text/number-notation.ts';
import type { Feature } from './feature.ts';
import { type Analysis, type Session, toOffset } from './session.ts';

/** A hint and the offset behind which it stands. */
interface Hint {
  readonly at: number;
  readonly label: string;
  readonly tooltip?: string;
}

export const inlayHints: Feature = {
  id: 'inlay-hints',
  capabilities: () => ({ inlayHintProvider: true }),
  attach(connection, session) {
    connection.languages.inlayHint.on(async ({ textDocument, range }) => {
      const analysis = session.analysis(textDocument.uri);
      if (!analysis) return [];
      const asked = {
        start: toOffset(analysis.textDocument, range.start),
        end: toOffset(analysis.textDocument, range.end),
      };
      return (await hintsOf(analysis, session))
        .filter(({ at }) => at >= asked.start && at <= asked.end)
        .map((hint) => shown(analysis, hint));
    });
  },
};

function shown({ textDocument }: Analysis, { at, label, tooltip }: Hint): InlayHint {
  return {
    position: textDocument.positionAt(at),
    label,
    paddingLeft: true,
    ...(tooltip === undefined ? {} : { tooltip }),
  };
}

async function hintsOf(analysis: Analysis, session: Session): Promise<readonly Hint[]> {
  const hints = numberHints(analysis);
  const settings = analysis.settings();
  if (!settings || !PLAIN_TRAINING_TASKS.includes(settings.task)) return hints;
  return [...hints, ...batchHint(analysis, settings), ...(await rowsHint(analysis, settings, session))];
}

function numberHints({ document, root }: Analysis): readonly Hint[] {
  return topLevelEntries(document).flatMap(({ name, value, isMerged }) => {
    const shape = root?.kind === 'mapping' ? root.fields.get(name)?.shape : undefined;
    const isNumber = shape?.kind === 'argument' && shape.argument.types.includes('number');
    if (!isNumber || isMerged || value.kind !== 'scalar' || value.style !== 'plain') return [];
    const other = otherNotation(document.text.slice(value.range.start, value.range.end));
    return other === undefined ? [] : [{ at: value.range.end, label: `= ${other}` }];
  });
}

function batchHint({ document }: Analysis, settings: Settings): readonly Hint[] {
  const entry = settings.firstEntry('per_device_train_batch_size', 'gradient_accumulation_steps');
  const size = entry && !entry.isMerged ? batchSizeOf(settings) : undefined;
  if (!entry || !size) return [];
  const { total, perDevice, accumulation, devices } = size;
  return [
    {
      at: lineEndOf(document.text, entry.value.range),
      label: t('effective batch {0}', `${count(total)} (${perDevice} × ${accumulation} × ${devices})`),
      tooltip: t('Rows of one step: rows on a device × accumulated batches × devices.'),
    },
  ];
}

async function rowsHint(
  { document, files }: Analysis,
  settings: Settings,
  session: Session,
): Promise<readonly Hint[]> {
  const entry = settings.entry('dataset');
  const specs = settings.texts('dataset');
  if (!files || !entry || entry.isMerged || !specs?.length) return [];
  let rows = 0;
  for (const text of specs) {
    const spec = readDatasetSpec(text, (path) => files.has(path));
    const found = spec.isLocal ? await session.rowCounts.of(files.absolute(spec.place)) : undefined;
    const taken = spec.count ?? found;
    // Of what lies on a hub, only a count in the config is known.
    if (taken === undefined) return [];
    rows += taken;
  }
  const batch = batchSizeOf(settings);
  const steps = batch && stepsPerEpoch(settings, batch, rows);
  const label =
    steps === undefined
      ? t('{0} rows', count(rows))
      : t('{0} rows · {1} steps an epoch', count(rows), count(steps));
  return [{ at: endOf(document.text, entry), label }];
}

/** Beside a single value or a list in brackets; beside the key of a list in lines. */
function endOf(text: string, { keyRange, value }: Entry): number {
  const isBlock = value.kind === 'list' && !value.isFlow;
  return isBlock ? lineEndOf(text, keyRange) : lineEndOf(text, value.range);
}

/** The end of what is written in a range's last line, before a comment. */
function lineEndOf(text: string, { start, end }: TextRange): number {
  const written = text.slice(start, end).trimEnd();
  const after = /^:?/.exec(text.slice(start + written.length))?.[0].length ?? 0;
  return start + written.length + after;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
