/** Names that the engine's registries know: models, model types, templates, data sets, benchmarks. */
import type { SchemaLookup } from '../schema/lookup.ts';
import { isTrue } from '../text/document.ts';
import type { ValueProvider, ValueRequest, ValueSuggestion } from './provider.ts';

const MODEL_KEYS: ReadonlySet<string> = new Set([
  'model',
  'ref_model',
  'reward_model',
  'teacher_model',
  'prm_model',
  'orm_model',
]);
const DATASET_KEYS: ReadonlySet<string> = new Set(['dataset', 'val_dataset']);
const HUB_PREFIX = /^(hf|ms)::/i;

export const registeredNames: ValueProvider = {
  id: 'registered-names',
  suggest(request) {
    const { key, shape, lookup } = request;
    if (shape.kind !== 'argument' || shape.argument.choices) return [];
    if (MODEL_KEYS.has(key)) return models(request);
    if (DATASET_KEYS.has(key)) return datasets(request);
    if (key === 'model_type' || key === 'reward_model_type') return modelTypes(lookup);
    if (key === 'template' || key === 'reward_template') return named(lookup.schema.registries.templates);
    return key === 'eval_dataset' ? benchmarks(lookup) : [];
  },
};

/** Hub ids of the hub in use first: ModelScope unless the config says `use_hf`. */
function hubIds(
  entry: { readonly modelscope?: string | undefined; readonly huggingface?: string | undefined },
  isHuggingFace: boolean,
): readonly string[] {
  const own = isHuggingFace ? entry.huggingface : entry.modelscope;
  const other = isHuggingFace ? entry.modelscope : entry.huggingface;
  const id = own ?? other;
  return id === undefined ? [] : [id];
}

function usesHuggingFace({ document }: ValueRequest): boolean {
  return document.root?.kind === 'mapping' && isTrue(document.root, 'use_hf');
}

function* models(request: ValueRequest): Generator<ValueSuggestion> {
  const isHuggingFace = usesHuggingFace(request);
  const seen = new Set<string>();
  for (const model of request.lookup.schema.registries.models) {
    for (const value of hubIds(model, isHuggingFace)) {
      if (seen.has(value)) continue;
      seen.add(value);
      yield { value, kind: 'name', detail: model.modelType };
    }
  }
}

/** source: swift/dataset/dataset_syntax.py: `[hf::|ms::]id[:subset][#count]` */
function* datasets(request: ValueRequest): Generator<ValueSuggestion> {
  const hub = HUB_PREFIX.exec(request.prefix)?.[0] ?? '';
  const isHuggingFace = hub === '' ? usesHuggingFace(request) : hub.toLowerCase().startsWith('hf');
  for (const dataset of request.lookup.schema.registries.datasets) {
    const ids = dataset.name === undefined ? hubIds(dataset, isHuggingFace) : [dataset.name];
    for (const id of ids) {
      yield { value: hub + id, kind: 'name' };
      const isChosen = request.prefix.startsWith(`${hub}${id}:`);
      for (const subset of isChosen ? dataset.subsets : [])
        yield { value: `${hub}${id}:${subset}`, kind: 'name' };
    }
  }
}

function* modelTypes(lookup: SchemaLookup): Generator<ValueSuggestion> {
  for (const { name, architectures } of lookup.schema.registries.modelTypes) {
    const [architecture] = architectures;
    yield { value: name, kind: 'name', ...(architecture === undefined ? {} : { detail: architecture }) };
  }
}

function* benchmarks(lookup: SchemaLookup): Generator<ValueSuggestion> {
  for (const { name, prettyName } of lookup.schema.registries.benchmarks) {
    yield { value: name, kind: 'name', ...(prettyName === undefined ? {} : { detail: prettyName }) };
  }
}

function* named(names: readonly string[]): Generator<ValueSuggestion> {
  for (const value of names) yield { value, kind: 'name' };
}
