/** Finds the names that were probably meant. */
import { distance } from 'fastest-levenshtein';

/** Names whose parts are at least this alike resemble each other: of three parts two, or one where one of both has no other. */
const LEAST_SHARED_PARTS = 0.5;

/** Letters by which a part of a name is known. */
const SHORTEST_STEM = 3;

function normalized(name: string): string {
  // Nearly every name is: this runs over all keys of a task for each that is unknown.
  if (!/[A-Z -]/.test(name)) return name;
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[- ]/g, '_');
}

/** From so many letters on, a single slip of the fingers leaves no doubt. */
const SHORTEST_SURE = 4;

/** How far a word may be from a name and still mean it. */
function tolerance(word: string): number {
  return Math.max(1, Math.floor(word.length * 0.34));
}

/**
 * Names that resemble a word, likeliest first: by letters that are wrong, swapped or missing, and by the parts
 * between underscores; of two that are as like, the one that comes first. At most `limit`; none where nothing is close.
 */
export function nearestNames(word: string, names: Iterable<string>, limit = 3): readonly string[] {
  const wanted = normalized(word);
  const wantedParts = partsOf(wanted);
  const stems = wantedParts.map((part) => part.slice(0, SHORTEST_STEM));
  const scored: { readonly name: string; readonly score: number; readonly place: number }[] = [];
  let place = 0;
  for (const name of names) {
    place += 1;
    const candidate = normalized(name);
    const byLetters = scoreByLetters(wanted, candidate);
    const mayShareParts = stems.some((stem) => candidate.includes(stem));
    const byParts = mayShareParts ? scoreByParts(wantedParts, partsOf(candidate)) : 1;
    const score = Math.min(byLetters, byParts);
    if (score < 1) scored.push({ name, score, place });
  }
  const lettersTo = ({ name }: { name: string }): number => distance(wanted, normalized(name));
  scored.sort((a, b) => a.score - b.score || lettersTo(a) - lettersTo(b) || a.place - b.place);
  return scored.slice(0, limit).map(({ name }) => name);
}

/** 0 for the same letters, 1 and more for too many others. */
function scoreByLetters(wanted: string, candidate: string): number {
  const isExtension = wanted.length >= 3 && candidate.startsWith(wanted);
  if (Math.abs(candidate.length - wanted.length) > tolerance(wanted) && !isExtension) return 1;
  const isSwapped = isSwap(wanted, candidate);
  const edits = isSwapped ? 1 : distance(wanted, candidate);
  // Before everything else: one letter too many, missing or wrong; two that changed places are the surest.
  if (edits === 1 && wanted.length >= SHORTEST_SURE) return isSwapped ? 0.001 : 0.002;
  if (isExtension) return Math.min(0.9, edits / 4 / wanted.length);
  return edits <= tolerance(wanted) ? edits / wanted.length : 1;
}

/** Two neighboring letters in the wrong order. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

function partsOf(name: string): readonly string[] {
  return name.split('_').filter((part) => part !== '');
}

/** 0 for the same parts in any order, where the beginning of a part stands for the whole: `log_steps`, `logging_steps`. */
function scoreByParts(wanted: readonly string[], candidate: readonly string[]): number {
  const shared = wanted.filter((part) => candidate.some((other) => isSamePart(part, other))).length;
  const share = shared / (wanted.length + candidate.length - shared);
  const isAlike = share > LEAST_SHARED_PARTS || Math.min(wanted.length, candidate.length) === 1;
  return share >= LEAST_SHARED_PARTS && isAlike ? 1 - share + 0.01 : 1;
}

function isSamePart(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= SHORTEST_STEM ? a.startsWith(b) || b.startsWith(a) : a === b;
}
