/** Silences rules where a comment asks for it, and tells of a comment that silences nothing. */
import { t } from '@vscode/l10n';
import { type IgnoreComment, type IgnoredId, ignoreComments } from '../text/ignore-comments.ts';
import { lineAt } from '../text/lines.ts';
import type { Fix, NamedFinding, RuleContext } from './rule.ts';

/** The id under which an idle comment is told. */
export const UNNEEDED_IGNORE = 'unneeded-ignore';

export interface Ignoring {
  readonly findings: readonly NamedFinding[];
  /** The ids that a comment can name. */
  readonly ruleIds: ReadonlySet<string>;
  /** Rules that did not run, so that nobody knows whether their comments are needed. */
  readonly isOff: (id: string) => boolean;
}

export function withoutIgnored(
  context: RuleContext,
  { findings, ruleIds, isOff }: Ignoring,
): readonly NamedFinding[] {
  const { document, subject } = context;
  const comments = ignoreComments(document);
  if (comments.length === 0) return findings;
  const needed = new Set<IgnoredId>();
  const kept = findings.filter((finding) => {
    const line = lineAt(document.text, finding.range.start).start;
    const silencing = comments
      .filter(({ covers }) => covers === 'file' || covers === line)
      .flatMap(({ ids }) => ids.filter(({ id }) => id === finding.id));
    for (const ignored of silencing) needed.add(ignored);
    return silencing.length === 0;
  });
  // A broken text is not judged as a whole.
  if (document.problems.length > 0 || !('root' in subject)) return kept;
  return [...kept, ...comments.flatMap((comment) => idleIn(context, comment, { needed, ruleIds, isOff }))];
}

interface Judging extends Pick<Ignoring, 'ruleIds' | 'isOff'> {
  readonly needed: ReadonlySet<IgnoredId>;
}

function idleIn(
  { document }: RuleContext,
  comment: IgnoreComment,
  { needed, ruleIds, isOff }: Judging,
): readonly NamedFinding[] {
  const finding: Omit<NamedFinding, 'message' | 'range'> = {
    id: UNNEEDED_IGNORE,
    path: [],
    severity: 'information',
    isUnused: true,
  };
  if (comment.ids.length === 0) {
    const message = t('Name the rules to ignore, such as: # tunewright: ignore unknown-key');
    return [{ ...finding, message, range: comment.range }];
  }
  const idle = comment.ids.filter((ignored) => !needed.has(ignored) && !isOff(ignored.id));
  return idle.map((ignored) => ({
    ...finding,
    message: ruleIds.has(ignored.id)
      ? t('The rule {0} has nothing to say here, so this comment is not needed.', ignored.id)
      : t('There is no rule {0}.', ignored.id),
    range: ignored.range,
    fixes: [removal(document.text, comment, ignored)],
  }));
}

/** Takes an id out of its comment, and the comment with its last id. */
function removal(text: string, comment: IgnoreComment, { id, range }: IgnoredId): Fix {
  const title = t('Remove {0}', id);
  const at = comment.ids.findIndex((ignored) => ignored.range === range);
  const [before, after] = [comment.ids[at - 1], comment.ids[at + 1]];
  if (after)
    return { title, edits: [{ range: { start: range.start, end: after.range.start }, newText: '' }] };
  if (before) return { title, edits: [{ range: { start: before.range.end, end: range.end }, newText: '' }] };
  const line = lineAt(text, comment.range.start);
  if (!comment.isAlone) {
    const start = text.slice(0, comment.range.start).trimEnd().length;
    return { title, edits: [{ range: { start, end: line.end }, newText: '' }] };
  }
  const next = text.indexOf('\n', line.end);
  return {
    title,
    edits: [{ range: { start: line.start, end: next < 0 ? text.length : next + 1 }, newText: '' }],
  };
}
