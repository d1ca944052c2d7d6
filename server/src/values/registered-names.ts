/** Names that the engine's registries know: models, model types, templates, data sets, benchmarks. */
import type { RegisteredDataset } from '../../../protocol/src/schema.ts';
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

function usesHuggingFace({ document }: ValueRequest): boolean {
  return document.root?.kind === 'mapping' && isTrue(document.root, 'use_hf');
}

function* models(request: ValueRequest): Generator<ValueSuggestion> {
  const isHuggingFace = usesHuggingFace(request);
  const seen = new Set<string>();
  for (const model of request.lookup.schema.registries.models) {
    const value = isHuggingFace ? model.huggingface : model.modelscope;
    if (value === undefined || seen.has(value)) continue;
    seen.add(value);
    yield { value, kind: 'name', detail: model.modelType };
  }
}

/** source: swift/dataset/dataset_syntax.py: `[hf::|ms::]id[:subset][#count]` */
function* datasets(request: ValueRequest): Generator<ValueSuggestion> {
  const hub = HUB_PREFIX.exec(request.prefix)?.[0] ?? '';
  const isHuggingFace = hub === '' ? usesHuggingFace(request) : hub.toLowerCase().startsWith('hf');
  const all = request.lookup.schema.registries.datasets;
  const values = all.flatMap((dataset) =>
    datasetValues(dataset, hub, isHuggingFace).map((value) => ({ value, dataset })),
  );
  // Those of the chosen hub first.
  values.sort((a, b) => Number(HUB_PREFIX.test(a.value)) - Number(HUB_PREFIX.test(b.value)));
  for (const { value, dataset } of values) {
    yield { value, kind: 'name' };
    const isChosen = request.prefix.startsWith(`${value}:`);
    for (const subset of isChosen ? dataset.subsets : []) yield { value: `${value}:${subset}`, kind: 'name' };
  }
}

/** How a data set may be written; one of the other hub needs that hub's prefix, unless the typed prefix names a hub. */
function datasetValues(dataset: RegisteredDataset, hub: string, isHuggingFace: boolean): readonly string[] {
  const named = dataset.name === undefined || hub !== '' ? [] : [dataset.name];
  const own = isHuggingFace ? dataset.huggingface : dataset.modelscope;
  if (own !== undefined) return [hub + own, ...named];
  const other = isHuggingFace ? dataset.modelscope : dataset.huggingface;
  return hub !== '' || other === undefined ? named : [`${isHuggingFace ? 'ms' : 'hf'}::${other}`, ...named];
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
