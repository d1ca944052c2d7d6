/** Which keys the engine's argument parser takes for another: with dashes, or cut short. */

/** The options of one task, ordered for look-up by their beginning. */
export class Abbreviations {
  /** Every spelling that the parser knows, sorted, each with the key it sets; undefined where it sets none by a value. */
  readonly #options: readonly (readonly [option: string, key: string | undefined])[];

  /** @param keys names of the engine's arguments */
  constructor(keys: readonly string[]) {
    // source: transformers/hf_argparser.py: every option has a twin with dashes, and flags have a `no_` twin.
    const options = keys.flatMap((key): (readonly [string, string | undefined])[] => [
      [key, key],
      [`no_${key}`, undefined],
    ]);
    const twins = options.map(([option, key]) => [option.replaceAll('_', '-'), key] as const);
    const unique = new Map([...twins, ...options]);
    this.#options = [...unique].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The key that the parser takes a name for, where it is not the name itself. source: CPython argparse: allow_abbrev */
  keyFor(name: string): string | undefined {
    const at = this.#firstFrom(name);
    const [option, key] = this.#options[at] ?? ['', undefined];
    if (!option.startsWith(name)) return undefined;
    const isAmbiguous = option !== name && this.#options[at + 1]?.[0].startsWith(name);
    return isAmbiguous ? undefined : key;
  }

  #firstFrom(name: string): number {
    let low = 0;
    let high = this.#options.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#options[middle]?.[0] ?? '') < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
