/** Hovering: what a key means, and what the engine makes of a value. */
import { t } from '@vscode/l10n';
import type { Hover } from 'vscode-languageserver';
import { shapeAt } from '../schema/shape.ts';
import { type PlaceAt, placeAt } from '../text/document.ts';
import { pythonText } from '../text/python-text.ts';
import { keyMarkdown } from './documentation.ts';
import type { Feature } from './feature.ts';
import { type Analysis, toOffset, toRange } from './session.ts';

export const hover: Feature = {
  id: 'hover',
  capabilities: () => ({ hoverProvider: true }),
  attach(connection, session) {
    connection.onHover(({ textDocument, position }) => {
      const analysis = session.analysis(textDocument.uri);
      return analysis?.root ? hoverAt(analysis, toOffset(analysis.textDocument, position)) : null;
    });
  },
};

function hoverAt(analysis: Analysis, offset: number): Hover | null {
  const place = placeAt(analysis.document, offset);
  if (!place) return null;
  const value = place.on === 'key' ? keyText(analysis, place) : valueText(analysis, place);
  if (value === undefined) return null;
  return { contents: { kind: 'markdown', value }, range: toRange(analysis.textDocument, place.range) };
}

function keyText({ root }: Analysis, { path }: PlaceAt): string | undefined {
  const parent = root && shapeAt(root, path.slice(0, -1));
  const field = parent?.kind === 'mapping' ? parent.fields.get(String(path.at(-1))) : undefined;
  return field && keyMarkdown(field);
}

function valueText({ root, document, lookup }: Analysis, { path, node }: PlaceAt): string | undefined {
  if (node.kind !== 'scalar' || !root || node.range.start === node.range.end) return undefined;
  const text = pythonText(node.value);
  const lines = [];
  const model = lookup.model(text);
  if (model) {
    const template = lookup.modelType(model.modelType)?.template;
    lines.push(`**${text}**`, t('Model type: {0}', `\`${model.modelType}\``));
    if (template !== undefined) lines.push(t('Template: {0}', `\`${template}\``));
  }
  const source = document.text.slice(node.range.start, node.range.end);
  const isEngineKey = shapeAt(root, path)?.kind === 'argument';
  // Only where YAML makes something else of the word than what is written.
  if (isEngineKey && node.style === 'plain' && text.toLowerCase() !== source.toLowerCase()) {
    lines.push(t('The engine gets the text {0}.', `\`${text}\``));
  }
  return lines.length > 0 ? lines.join('\n\n') : undefined;
}
