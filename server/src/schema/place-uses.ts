/** Which arguments name something on disk or on a hub. */

export type PlaceUse =
  /** A path or the id of a model. */
  | 'model'
  /** The same, with nothing of the engine's registries among it. */
  | 'adapter'
  /** A data set's spec. */
  | 'dataset'
  /** The name of a preset, JSON, or a path to JSON. */
  | 'preset'
  /** Nothing but a path: to a checkpoint, or to a program. */
  | 'checkpoint'
  | 'program';

export const PLACE_USES: ReadonlyMap<string, PlaceUse> = new Map([
  ['model', 'model'],
  ['ref_model', 'model'],
  ['reward_model', 'model'],
  ['teacher_model', 'model'],
  ['adapters', 'adapter'],
  ['ref_adapters', 'adapter'],
  ['reward_adapters', 'adapter'],
  ['teacher_adapters', 'adapter'],
  ['dataset', 'dataset'],
  ['val_dataset', 'dataset'],
  ['chord_sft_dataset', 'dataset'],
  ['cached_dataset', 'dataset'],
  ['cached_val_dataset', 'dataset'],
  ['deepspeed', 'preset'],
  ['custom_dataset_info', 'preset'],
  ['resume_from_checkpoint', 'checkpoint'],
  ['external_plugins', 'program'],
]);
