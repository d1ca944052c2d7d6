/** The values of a config that name something on disk or on a hub. */
import type { ConfigPath } from '../../../protocol/src/finding.ts';
import type { LocalFiles } from '../files/local-files.ts';
import { PLACE_USES, type PlaceUse } from '../schema/place-uses.ts';
import { readDatasetSpec } from '../text/dataset-spec.ts';
import type { Entry, ScalarNode } from '../text/nodes.ts';
import { pythonText } from '../text/python-text.ts';
import type { Settings } from './settings.ts';

export interface NamedPlace {
  readonly key: string;
  readonly use: PlaceUse;
  readonly entry: Entry;
  readonly node: ScalarNode;
  readonly path: ConfigPath;
  /** The path or id, without a hub's prefix, subsets and number of rows. */
  readonly place: string;
  /** Named in the value itself. */
  readonly hub?: 'huggingface' | 'modelscope';
}

/** Every value that names something, once for each element of a list. */
export function* namedPlaces(settings: Settings, files: LocalFiles): Generator<NamedPlace> {
  for (const [key, use] of PLACE_USES) {
    const entry = settings.entry(key);
    if (!entry || settings.texts(key) === undefined) continue;
    const { value } = entry;
    const items = value.kind === 'list' ? value.items : [value];
    for (const [index, node] of items.entries()) {
      if (node.kind !== 'scalar' || node.value.type === 'null') continue;
      const path = value.kind === 'list' ? [entry.name, index] : [entry.name];
      const { place, hub } = placeIn(files, use, pythonText(node.value));
      if (place === '' || place === 'None') continue;
      yield { key, use, entry, node, path, place, ...(hub === undefined ? {} : { hub }) };
    }
  }
}

function placeIn(files: LocalFiles, use: PlaceUse, text: string): Pick<NamedPlace, 'place' | 'hub'> {
  if (use === 'dataset') return readDatasetSpec(text, (path) => files.has(path));
  // An adapter of a served model may have a name before its path.
  if (use === 'model' || use === 'adapter') return { place: text.slice(text.indexOf('=') + 1) };
  return { place: use === 'preset' && text.trimStart().startsWith('{') ? '' : text };
}
