/** What the editor and the language server say to each other beyond the Language Server Protocol. */
import * as z from 'zod';
import { EngineSchema } from './schema.ts';

/** Editor to server: the installed engine's schema replaces the bundled snapshot; null brings the snapshot back. */
export const SchemaNotice = z.object({
  schema: z.nullable(EngineSchema),
  /** The interpreter that the schema was read from, for display. */
  interpreter: z.string().optional(),
});
export type SchemaNotice = z.infer<typeof SchemaNotice>;

/** Server to editor: which schema is in force. */
export const SchemaStatus = z.object({
  engineVersion: z.string(),
  isBundled: z.boolean(),
  interpreter: z.string().optional(),
});
export type SchemaStatus = z.infer<typeof SchemaStatus>;

/** How grave findings are told, by rule id: `off`, `error`, `warning` or `information`. Other words and ids are passed over. */
export const RuleSettings = z.record(z.string(), z.unknown());
export type RuleSettings = z.infer<typeof RuleSettings>;

/** Editor to server: the person's settings of rules have changed; the whole of them. */
export const RulesNotice = z.object({ rules: RuleSettings });
export type RulesNotice = z.infer<typeof RulesNotice>;

/** What the editor passes in the `initialize` request. */
export const ServerOptions = z.object({
  /** Texts of the editor's language, as `@vscode/l10n` reads them; English where absent. */
  l10nBundle: z.record(z.string(), z.string()).optional(),
  /** The editor knows `editor.action.triggerSuggest`, so a completed key can go on to its values. */
  opensSuggestions: z.boolean().optional(),
  rules: RuleSettings.optional(),
});
export type ServerOptions = z.infer<typeof ServerOptions>;

export const LSP_NOTIFICATIONS = {
  'tunewright/schema': SchemaNotice,
  'tunewright/schemaStatus': SchemaStatus,
  'tunewright/rules': RulesNotice,
} as const;
