/** How many bits which method takes, in training, in inference and in export. source: swift/arguments/base_args/quant_args.py, export_args.py */
import { t } from '@vscode/l10n';
import { looksAtModel, mayLoadArguments } from './loading.ts';
import type { RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { onValue, PLAIN_TASKS, removeSettings, setTo, settingsRule } from './settings-rule.ts';

/** The bits that a method takes; the likeliest first. */
const BITS: ReadonlyMap<string, readonly string[]> = new Map([
  ['bnb', ['4', '8']],
  ['quanto', ['8', '4', '2', 'float8']],
  ['eetq', ['8']],
]);

/** What the quantizers themselves take, and complain of only when they run. */
const BITS_LATER: ReadonlyMap<string, readonly string[]> = new Map([
  ['hqq', ['4', '8', '3', '2', '1']],
  ['gptq', ['4', '8', '3', '2']],
  ['gptq_v2', ['4', '8', '3', '2']],
  ['awq', ['4']],
]);

export const quantization = settingsRule({
  id: 'quantization',
  tasks: PLAIN_TASKS,
  *check(settings, context) {
    const method = settings.text('quant_method');
    const bits = settings.text('quant_bits');
    if (method === undefined || bits === undefined || !looksAtModel(settings)) return;
    if (method === null) {
      if (bits !== null && bits !== '') yield* bitsWithoutMethod(settings, context);
      return;
    }
    const entry = settings.entry('quant_method');
    if (!entry) return;
    if (bits === null) {
      // Bits of a checkpoint count where none are written; an export asks for them before it reads one.
      if (method === 'fp8' || (!isExport(settings) && mayLoadArguments(settings, context))) return;
      yield onValue(context, entry, {
        message: t('{0} needs quant_bits.', method),
        severity: 'error',
        fixes: (BITS.get(method) ?? BITS_LATER.get(method) ?? ['4']).flatMap((choice) =>
          setTo(context, settings, 'quant_bits', choice, entry),
        ),
      });
      return;
    }
    yield* wrongBits(settings, context, { method, bits });
    yield* dataMissing(settings, context, method);
  },
});

function isExport({ task }: Settings): boolean {
  return task === 'export' || task === 'merge-lora';
}

function* bitsWithoutMethod(settings: Settings, context: RuleContext): Generator<RuleFinding> {
  const entry = settings.entry('quant_bits');
  if (!entry) return;
  if (!isExport(settings)) {
    // A checkpoint may tell the method.
    if (mayLoadArguments(settings, context)) return;
    yield onValue(context, entry, {
      message: t('Without quant_method the model is loaded as it is: quant_bits has no effect.'),
      severity: 'warning',
      fixes: [
        ...setTo(context, settings, 'quant_method', 'bnb', entry),
        ...removeSettings(context, settings, 'quant_bits'),
      ],
    });
    return;
  }
  yield onValue(context, entry, {
    message: t('quant_bits needs a quant_method: awq, gptq, gptq_v2, bnb or fp8.'),
    severity: 'error',
    fixes: ['gptq', 'awq', 'bnb'].flatMap((method) =>
      setTo(context, settings, 'quant_method', method, entry),
    ),
  });
}

function* wrongBits(
  settings: Settings,
  context: RuleContext,
  { method, bits }: { readonly method: string; readonly bits: string },
): Generator<RuleFinding> {
  const entry = settings.entry('quant_bits');
  const refused = BITS.get(method);
  const taken = refused ?? BITS_LATER.get(method);
  if (!entry || !taken || taken.includes(bits)) return;
  yield onValue(context, entry, {
    message: t('{0} does not quantize to {1} bits, only to {2}.', method, bits, taken.join(', ')),
    severity: refused ? 'error' : 'warning',
    fixes: taken.flatMap((choice) => setTo(context, settings, 'quant_bits', choice)),
  });
}

function* dataMissing(settings: Settings, context: RuleContext, method: string): Generator<RuleFinding> {
  const entry = settings.entry('quant_method');
  if (!entry || settings.task !== 'export' || !settings.isNone('dataset')) return;
  if (!['gptq', 'awq', 'gptq_v2'].includes(method) || !settings.isOff('load_data_args')) return;
  yield onValue(context, entry, {
    message: t('{0} measures the model on rows. Name them as dataset.', method),
    severity: method === 'gptq_v2' ? 'warning' : 'error',
  });
}
