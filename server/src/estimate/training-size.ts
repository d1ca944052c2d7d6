/** How many rows make a step, and how many steps an epoch. */

import { findEntry } from '../text/document.ts';
import type { MappingNode } from '../text/nodes.ts';

/** The keys of a config that decide, each as the engine would hold it; undefined where that is not known. */
export interface SizeSettings {
  number(name: string): number | null | undefined;
  text(name: string): string | null | undefined;
  isOn(name: string): boolean;
  variable(name: string): string | null | undefined;
  readonly root: MappingNode | undefined;
}

/** Rows of one optimizer step. */
export interface BatchSize {
  readonly total: number;
  readonly perDevice: number;
  readonly accumulation: number;
  readonly devices: number;
}

/** Undefined where a part of it is not known. source: swift/trainers/arguments.py, swift/arguments/rlhf_args.py */
export function batchSizeOf(settings: SizeSettings): BatchSize | undefined {
  const perDevice = settings.number('per_device_train_batch_size');
  const devices = devicesOf(settings);
  if (!isCount(perDevice) || devices === undefined) return undefined;
  const wanted = ownNumber(settings.root, 'global_batch_size');
  const accumulation =
    wanted === undefined ? accumulationOf(settings, perDevice, devices) : wanted / (perDevice * devices);
  if (!isCount(accumulation)) return undefined;
  return { total: perDevice * accumulation * devices, perDevice, accumulation, devices };
}

function accumulationOf(settings: SizeSettings, perDevice: number, devices: number): number | undefined {
  const written = settings.number('gradient_accumulation_steps');
  if (written !== null) return written;
  if (settings.text('rlhf_type') === 'grpo') return 1;
  return Math.max(1, Math.ceil(16 / perDevice / devices));
}

/** Processes that train together, each with rows of its own. */
function devicesOf(settings: SizeSettings): number | undefined {
  const perNode = variableCount(settings, 'NPROC_PER_NODE');
  const nodes = variableCount(settings, 'NNODES');
  if (perNode === undefined || nodes === undefined) return undefined;
  if (perNode !== null || nodes !== null) return (perNode ?? 1) * (nodes ?? 1);
  const strategy = findText(settings.root, 'parallel_strategy');
  if (strategy === undefined || strategy === 'single') return 1;
  const block = settings.root && findEntry(settings.root, 'tunewright')?.value;
  const own = block?.kind === 'mapping' ? block : undefined;
  const devices = ownNumber(own, 'devices');
  // Without a number the run takes what its target has, which the file does not say.
  return devices === undefined ? undefined : devices * (ownNumber(own, 'nodes') ?? 1);
}

function variableCount(settings: SizeSettings, name: string): number | null | undefined {
  const text = settings.variable(name);
  if (text === null || text === undefined) return text;
  return isCount(Number(text)) ? Number(text) : undefined;
}

function ownNumber(mapping: MappingNode | undefined, name: string): number | undefined {
  const value = mapping && findEntry(mapping, name)?.value;
  return value?.kind === 'scalar' && value.value.type === 'integer' ? Number(value.value.value) : undefined;
}

function findText(mapping: MappingNode | undefined, name: string): string | undefined {
  const value = mapping && findEntry(mapping, name)?.value;
  return value?.kind === 'scalar' && value.value.type === 'string' ? value.value.value : undefined;
}

function isCount(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

/**
 * Optimizer steps of one pass over `rows` rows; undefined where rows are packed, streamed or drawn several times.
 * source: transformers/trainer.py: set_initial_training_values; swift/dataset/loader.py
 */
export function stepsPerEpoch(settings: SizeSettings, batch: BatchSize, rows: number): number | undefined {
  const isReshaped = ['packing', 'streaming', 'group_by_length'].some((name) => settings.isOn(name));
  if (isReshaped || settings.text('rlhf_type') === 'grpo') return undefined;
  const ratio = settings.number('split_dataset_ratio') ?? 0;
  const held = ratio > 0 && ratio < 1 ? Math.max(1, Math.floor(rows * ratio)) : 0;
  const batches = Math.ceil((rows - held) / (batch.perDevice * batch.devices));
  return Math.max(1, Math.ceil(batches / batch.accumulation));
}
