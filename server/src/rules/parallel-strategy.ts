/** What our own keys for spreading a training are not together with; the bridge refuses the same when a run starts. */
import { t } from '@vscode/l10n';
import { TASKS, type Task } from '../../../protocol/src/task.ts';
import { findEntry } from '../text/document.ts';
import type { Entry, MappingNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import type { RuleContext, RuleFinding } from './rule.ts';
import type { Settings } from './settings.ts';
import { onValue, PLAIN_TRAINING_TASKS, removeSettings, settingsRule } from './settings-rule.ts';

/** Tasks that the engine starts once a device. source: swift/cli/main.py: cli_main */
const SPREAD_TASKS: readonly Task[] = [...PLAIN_TRAINING_TASKS, 'infer'];

export const parallelStrategy = settingsRule({
  id: 'parallel-strategy',
  tasks: TASKS,
  *check(settings, context) {
    const entry = settings.entry('parallel_strategy');
    const strategy = entry && textOf(entry);
    if (entry && strategy !== undefined) {
      yield* wrongTask(settings, context, { entry, strategy });
      yield* besideEngineKeys(settings, context, strategy);
      yield* otherCount(settings, context, { entry, strategy });
    }
    yield* batchSize(settings, context);
  },
});

interface Written {
  readonly entry: Entry;
  readonly strategy: string;
}

function* wrongTask(
  settings: Settings,
  context: RuleContext,
  { entry, strategy }: Written,
): Generator<RuleFinding> {
  const { task } = settings;
  const isMegatron = task.startsWith('megatron-');
  const allowed = ['single', 'ddp'].includes(strategy) ? SPREAD_TASKS : PLAIN_TRAINING_TASKS;
  const fits = isMegatron
    ? strategy === 'megatron' || strategy === 'single'
    : strategy !== 'megatron' && allowed.includes(task);
  if (fits) return;
  yield onValue(context, entry, {
    message:
      strategy === 'megatron'
        ? t('parallel_strategy megatron needs a Megatron task, and this is {0}.', task)
        : t('parallel_strategy {0} does not fit the task {1}.', strategy, task),
    severity: 'error',
    fixes: removeSettings(context, settings, 'parallel_strategy'),
  });
}

function* besideEngineKeys(
  settings: Settings,
  context: RuleContext,
  strategy: string,
): Generator<RuleFinding> {
  for (const name of ['deepspeed', 'fsdp']) {
    const entry = settings.entry(name);
    if (!entry || !settings.isFilled(name)) continue;
    yield onValue(context, entry, {
      message: t('parallel_strategy {0} and {1} are both set. Remove one of them.', strategy, name),
      severity: 'error',
      fixes: removeSettings(context, settings, name, 'parallel_strategy'),
    });
  }
  const entry = settings.entry('save_only_model');
  if (strategy !== 'fsdp2' || !entry || !settings.isOn('save_only_model')) return;
  yield onValue(context, entry, {
    message: t('fsdp2 saves each device its part, and save_only_model cannot. Set it to false.'),
    severity: 'error',
    fixes: removeSettings(context, settings, 'save_only_model'),
  });
}

/** How many processes the strategy starts, where the config says it twice. */
function* otherCount(
  settings: Settings,
  context: RuleContext,
  { entry, strategy }: Written,
): Generator<RuleFinding> {
  const devices = devicesOf(settings);
  if (strategy === 'single' && devices !== undefined && devices > 1) {
    yield onValue(context, entry, {
      message: t('parallel_strategy single uses 1 device, and tunewright.devices asks for {0}.', devices),
      severity: 'error',
    });
    return;
  }
  const processes = strategy === 'single' ? 1 : devices;
  const asked = settings.variable('NPROC_PER_NODE');
  if (processes === undefined || !asked || Number(asked) === processes || strategy === 'megatron') return;
  yield onValue(context, entry, {
    message: t(
      'parallel_strategy {0} starts {1} processes, and NPROC_PER_NODE asks for {2}. Remove NPROC_PER_NODE.',
      strategy,
      processes,
      asked,
    ),
    severity: 'error',
  });
}

function* batchSize(settings: Settings, context: RuleContext): Generator<RuleFinding> {
  const entry = settings.entry('global_batch_size');
  if (!entry || settings.has('global_batch_size')) return;
  if (!PLAIN_TRAINING_TASKS.includes(settings.task)) {
    yield onValue(context, entry, {
      message: t('global_batch_size has no meaning for the task {0}.', settings.task),
      severity: 'error',
      fixes: removeSettings(context, settings, 'global_batch_size'),
    });
  } else if (settings.isFilled('gradient_accumulation_steps')) {
    yield onValue(context, entry, {
      message: t('global_batch_size sets gradient_accumulation_steps, which is set too. Remove one of them.'),
      severity: 'error',
      fixes: removeSettings(context, settings, 'gradient_accumulation_steps', 'global_batch_size'),
    });
  }
}

/** The count of devices in our own block. */
function devicesOf(settings: Settings): number | undefined {
  const block = settings.entry('tunewright')?.value;
  const entry = block?.kind === 'mapping' ? findEntry(block satisfies MappingNode, 'devices') : undefined;
  if (entry?.value.kind !== 'scalar' || entry.value.value.type !== 'integer') return undefined;
  return Number(entry.value.value.value);
}

function textOf({ value }: Entry): string | undefined {
  return value.kind === 'scalar' && value.value.type === 'string' ? pythonText(value.value) : undefined;
}
