/** Every rule, a line each, and the loop that runs them. */
import { lineAt } from '../text/lines.ts';
import { bestModel } from './best-model.ts';
import { binaryFile } from './binary-file.ts';
import { duplicateKey } from './duplicate-key.ts';
import { emptyFile } from './empty-file.ts';
import { evalDatasetUnknown } from './eval-dataset-unknown.ts';
import { evaluationIdle } from './evaluation-idle.ts';
import { exportNeeds } from './export-needs.ts';
import { grpoBatchSize } from './grpo-batch-size.ts';
import { grpoRewards } from './grpo-rewards.ts';
import { withoutIgnored } from './ignoring.ts';
import { inferInProcesses } from './infer-in-processes.ts';
import { inferenceRefuses } from './inference-refuses.ts';
import { ktoBatchSize } from './kto-batch-size.ts';
import { largeFile } from './large-file.ts';
import { ligerRefuses } from './liger-refuses.ts';
import { listAsText } from './list-as-text.ts';
import { missingKey } from './missing-key.ts';
import { modelMissing } from './model-missing.ts';
import { nanFilterOn } from './nan-filter-on.ts';
import { notAChoice } from './not-a-choice.ts';
import { notAMapping } from './not-a-mapping.ts';
import { notJson } from './not-json.ts';
import { notTogether } from './not-together.ts';
import { notWithRlhfType } from './not-with-rlhf-type.ts';
import { numLabelsMissing } from './num-labels-missing.ts';
import { numberRefused } from './number-refused.ts';
import { outOfRange } from './out-of-range.ts';
import { packingNeedsFlashAttention } from './packing-needs-flash-attention.ts';
import { parallelStrategy } from './parallel-strategy.ts';
import { pathNotFound } from './path-not-found.ts';
import { quantization } from './quantization.ts';
import { refModelWithoutFull } from './ref-model-without-full.ts';
import { rolloutRefuses } from './rollout-refuses.ts';
import { ropeScaling } from './rope-scaling.ts';
import type { NamedFinding, Rule, RuleContext } from './rule.ts';
import { schedulerNeeds } from './scheduler-needs.ts';
import { secretInFile } from './secret-in-file.ts';
import { selfDistillationRefuses } from './self-distillation-refuses.ts';
import { servedToAll } from './served-to-all.ts';
import { AS_THE_RULES_SAY, asWanted, type Severities } from './severities.ts';
import { streamingNeedsMaxSteps } from './streaming-needs-max-steps.ts';
import { swanlabNotification } from './swanlab-notification.ts';
import { taskNotInSchema } from './task-not-in-schema.ts';
import { taskUnknown } from './task-unknown.ts';
import { teacherRefuses } from './teacher-refuses.ts';
import { trainingDataMissing } from './training-data-missing.ts';
import { truncationSplit } from './truncation-split.ts';
import { tunerRefuses } from './tuner-refuses.ts';
import { unknownKey } from './unknown-key.ts';
import { unknownName } from './unknown-name.ts';
import { unknownPreset } from './unknown-preset.ts';
import { unknownTarget } from './unknown-target.ts';
import { unlikelyValue } from './unlikely-value.ts';
import { vllmMode } from './vllm-mode.ts';
import { weightsMatch } from './weights-match.ts';
import { withoutEffect } from './without-effect.ts';
import { wrongType } from './wrong-type.ts';
import { yamlSyntax } from './yaml-syntax.ts';

export const RULES: readonly Rule[] = [
  binaryFile,
  emptyFile,
  largeFile,
  yamlSyntax,
  notAMapping,
  taskUnknown,
  taskNotInSchema,
  unknownKey,
  duplicateKey,
  wrongType,
  notAChoice,
  listAsText,
  outOfRange,
  missingKey,
  unknownTarget,
  packingNeedsFlashAttention,
  pathNotFound,
  evalDatasetUnknown,
  grpoRewards,
  inferenceRefuses,
  ktoBatchSize,
  ligerRefuses,
  notWithRlhfType,
  refModelWithoutFull,
  rolloutRefuses,
  selfDistillationRefuses,
  teacherRefuses,
  vllmMode,
  weightsMatch,
  grpoBatchSize,
  bestModel,
  modelMissing,
  nanFilterOn,
  notJson,
  notTogether,
  numLabelsMissing,
  numberRefused,
  quantization,
  ropeScaling,
  schedulerNeeds,
  streamingNeedsMaxSteps,
  trainingDataMissing,
  truncationSplit,
  unknownPreset,
  secretInFile,
  servedToAll,
  unlikelyValue,
  withoutEffect,
  unknownName,
  swanlabNotification,
  inferInProcesses,
  exportNeeds,
  parallelStrategy,
  tunerRefuses,
  evaluationIdle,
];

/** More findings of one rule than this help nobody. */
const MAX_FINDINGS_PER_RULE = 100;

const RULE_IDS: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

/**
 * Runs every rule that applies and is not turned off, and leaves out what comments silence. A rule that fails takes
 * away only itself, and is reported to `onFailure`.
 */
export function runRules(
  context: RuleContext,
  onFailure: (rule: Rule, error: unknown) => void,
  severities: Severities = AS_THE_RULES_SAY,
): readonly NamedFinding[] {
  const isOff = (id: string): boolean => severities.get(id) === 'off';
  const findings: NamedFinding[] = [];
  for (const rule of RULES.filter((candidate) => applies(candidate, context) && !isOff(candidate.id))) {
    try {
      let count = 0;
      for (const finding of rule.check(context)) {
        if (rule.needs === 'keys' && isOnBrokenLine(context, finding.range.start)) continue;
        if (count === MAX_FINDINGS_PER_RULE) break;
        count += 1;
        findings.push({ ...finding, id: rule.id });
      }
    } catch (error) {
      onFailure(rule, error);
    }
  }
  return asWanted(withoutIgnored(context, { findings, ruleIds: RULE_IDS, isOff }), severities);
}

function applies(rule: Rule, { document, subject }: RuleContext): boolean {
  // Where the task cannot be judged, one finding says so, and nothing else is worth saying.
  if (subject.kind === 'task-not-in-schema') return rule === taskNotInSchema;
  if (subject.kind === 'task-unknown' && document.condition === 'readable') return rule === taskUnknown;
  if (document.condition === 'large') return rule.isCheap;
  return document.condition === 'readable' || rule.needs === 'text';
}

/** What the broken part of a text seems to say is not judged. */
function isOnBrokenLine({ document }: RuleContext, offset: number): boolean {
  if (document.problems.length === 0) return false;
  const line = lineAt(document.text, offset);
  return document.problems.some(({ range }) => range.start >= line.start && range.start <= line.end);
}
