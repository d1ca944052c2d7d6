/** Writes a value into a config's text, in the config's own format. */
import type { ConfigFormat } from '../text/document.ts';
import { writtenAsYaml } from '../text/scalar.ts';

/** A text as a value of the engine, whose parser sees numbers as their text: quoted where anything else would be read. */
export function writtenForEngine(text: string, format: ConfigFormat): string {
  return /^\d{1,9}$/.test(text) && String(Number(text)) === text ? text : written(text, format);
}

/** A text as a value: quoted where the format or the reader of YAML 1.1 needs it. */
export function written(text: string, format: ConfigFormat): string {
  return format === 'json' ? JSON.stringify(text) : writtenAsYaml(text);
}

/** A key's name in the format. */
export function writtenKey(name: string, format: ConfigFormat): string {
  return format === 'json' ? JSON.stringify(name) : name;
}
