/** Requests that need secrets: what is stored goes along, and what nobody has is asked for. */
import { Failure } from '../errors.ts';
import type { CommandContext } from './context.ts';

/**
 * Makes the request with the values of the names; where one is missing that a person can give, asks and makes it again.
 * Undefined where the person gives none.
 */
export async function withSecrets<T>(
  { secrets }: CommandContext,
  names: readonly string[],
  request: (values: Record<string, string>) => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    try {
      return await request(await secrets.valuesFor(names));
    } catch (error) {
      const missing = missingSecret(error, names);
      if (missing === undefined) throw error;
      if (!(await secrets.ask(missing))) return undefined;
    }
  }
}

function missingSecret(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof Failure) || error.code !== 'secret-missing') return undefined;
  const { name } = error.values;
  return name !== undefined && names.includes(name) ? name : undefined;
}
