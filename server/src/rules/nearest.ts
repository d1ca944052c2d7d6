/** Finds the names that were probably meant. */
import { distance } from 'fastest-levenshtein';

function normalized(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** How far a word may be from a name and still mean it. */
function tolerance(word: string): number {
  return Math.max(1, Math.floor(word.length * 0.34));
}

/**
 * Names that resemble a word, likeliest first: the only name that starts with it, then by edit distance. At
 * most `limit`; none where nothing is close.
 */
export function nearestNames(word: string, names: Iterable<string>, limit = 3): readonly string[] {
  const wanted = normalized(word);
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of names) {
    const candidate = normalized(name);
    if (Math.abs(candidate.length - wanted.length) > tolerance(wanted) && !candidate.startsWith(wanted))
      continue;
    const edits = distance(wanted, candidate);
    const isExtension = wanted.length >= 3 && candidate.startsWith(wanted);
    if (edits <= tolerance(wanted) || isExtension)
      scored.push({ name, score: isExtension ? edits / 4 : edits });
  }
  scored.sort((a, b) => a.score - b.score || a.name.localeCompare(b.name));
  return scored.slice(0, limit).map(({ name }) => name);
}
