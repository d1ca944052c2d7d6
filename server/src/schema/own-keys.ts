/** Shapes of what is ours: the own keys of a config and the file of targets, both derived from the protocol. */
import { t } from '@vscode/l10n';
import { OwnKeys } from '../../../protocol/src/config.ts';
import { TargetsFile } from '../../../protocol/src/targets.ts';
import { type Field, type MappingShape, shapeOfZod } from './shape.ts';

/** Variables that the engine and its launcher read, offered below `ENV:`; any other name is fine too. */
const KNOWN_VARIABLES: readonly string[] = [
  'NPROC_PER_NODE',
  'NNODES',
  'NODE_RANK',
  'MASTER_ADDR',
  'MASTER_PORT',
  'CUDA_VISIBLE_DEVICES',
  'ASCEND_RT_VISIBLE_DEVICES',
  'OMP_NUM_THREADS',
  'PYTORCH_CUDA_ALLOC_CONF',
  'USE_HF',
  'HF_ENDPOINT',
  'HF_HUB_OFFLINE',
  'MODELSCOPE_CACHE',
  'MAX_PIXELS',
  'VIDEO_MAX_PIXELS',
  'FPS_MAX_FRAMES',
];

/** The own keys at the top level of a config, and `ENV`, which the engine takes out of a config before its arguments. */
export function ownFields(): readonly Field[] {
  const environment: Field = {
    name: 'ENV',
    // source: swift/cli/main.py: parse_yaml_args
    shape: { kind: 'record', value: { kind: 'text' }, suggestedNames: KNOWN_VARIABLES, isNullable: true },
    isRequired: false,
    isOwn: false,
    documentation: t('Environment variables for the run; what is already set in the environment wins.'),
  };
  return [...shapeOfZod(OwnKeys).fields.values(), environment];
}

export function targetsShape(): MappingShape {
  return shapeOfZod(TargetsFile);
}
