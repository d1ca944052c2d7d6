/** Makes what a rule is told of a document. */
import type { LocalFiles } from '../files/local-files.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import type { ConfigDocument } from '../text/document.ts';
import type { RuleContext, Subject } from './rule.ts';
import { Settings } from './settings.ts';

export function ruleContext(
  document: ConfigDocument,
  subject: Subject,
  lookup: SchemaLookup,
  files?: LocalFiles,
): RuleContext {
  let settings: { readonly of: Settings | undefined } | undefined;
  return {
    document,
    subject,
    lookup,
    files,
    settings() {
      settings ??= { of: Settings.of(document, subject) };
      return settings.of;
    },
  };
}
