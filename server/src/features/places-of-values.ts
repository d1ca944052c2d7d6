/** Where the values of a config lead: files on this machine and pages of the hubs, as links and as definitions. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { t } from '@vscode/l10n';
import type { DocumentLink, Location } from 'vscode-languageserver';
import type { LocalFiles } from '../files/local-files.ts';
import { type NamedPlace, namedPlaces } from '../rules/named-places.ts';
import type { Settings } from '../rules/settings.ts';
import type { Feature } from './feature.ts';
import { type Analysis, toOffset, toRange } from './session.ts';

/** A value with where it leads. */
interface Target {
  readonly named: NamedPlace;
  readonly uri: string;
  readonly isFile: boolean;
}

export const placesOfValues: Feature = {
  id: 'places-of-values',
  capabilities: () => ({ documentLinkProvider: { resolveProvider: false }, definitionProvider: true }),
  attach(connection, session) {
    connection.onDocumentLinks(({ textDocument }) => {
      const analysis = session.analysis(textDocument.uri);
      return analysis ? targetsOf(analysis).map((target) => linkOf(analysis, target)) : [];
    });
    connection.onDefinition(({ textDocument, position }) => {
      const analysis = session.analysis(textDocument.uri);
      return analysis ? definitionAt(analysis, toOffset(analysis.textDocument, position)) : null;
    });
  },
};

function linkOf({ textDocument }: Analysis, { named, uri, isFile }: Target): DocumentLink {
  return {
    range: toRange(textDocument, named.node.range),
    target: uri,
    tooltip: isFile ? t('Open {0}', named.place) : t('Open the page of {0}', named.place),
  };
}

function definitionAt(analysis: Analysis, offset: number): Location | null {
  const target = targetsOf(analysis).find(
    ({ named: { node }, isFile }) => isFile && offset >= node.range.start && offset <= node.range.end,
  );
  const start = { line: 0, character: 0 };
  return target ? { uri: target.uri, range: { start, end: start } } : null;
}

function targetsOf(analysis: Analysis): readonly Target[] {
  const settings = analysis.settings();
  const { files } = analysis;
  if (!settings || !files) return [];
  return [...namedPlaces(settings, files)].flatMap((named): readonly Target[] => {
    const path = fileOf(files, named.place);
    if (path !== undefined) return [{ named, uri: pathToFileURL(path).href, isFile: true }];
    const uri = pageOf(analysis, settings, named);
    return uri === undefined ? [] : [{ named, uri, isFile: false }];
  });
}

/** The file to show for a path; of a folder, the file that says what is in it. */
function fileOf(files: LocalFiles, place: string): string | undefined {
  const kind = files.kindOf(place);
  if (kind !== 'folder') return kind === 'file' ? files.absolute(place) : undefined;
  const described = ['adapter_config.json', 'config.json', 'README.md'].map((name) =>
    join(files.absolute(place), name),
  );
  return described.find((path) => existsSync(path));
}

function pageOf({ lookup }: Analysis, settings: Settings, named: NamedPlace): string | undefined {
  const { use, place } = named;
  const isOnHub = use === 'model' || use === 'adapter' || use === 'dataset';
  if (!isOnHub || !/^[\w.-]+\/[\w.-]+$/.test(place)) return undefined;
  // Two names with a slash between them may as well be folders that are still to be made.
  const isKnown = use === 'dataset' ? !/\.[a-z]{2,7}$/.test(place) : lookup.model(place) !== undefined;
  if (!isKnown) return undefined;
  const isHuggingFace = named.hub === 'huggingface' || (named.hub === undefined && settings.isOn('use_hf'));
  const folder = use === 'dataset' ? 'datasets/' : isHuggingFace ? '' : 'models/';
  return `${isHuggingFace ? 'https://huggingface.co' : 'https://modelscope.cn'}/${folder}${place}`;
}
