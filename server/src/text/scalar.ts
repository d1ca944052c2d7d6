/** Resolves scalars exactly as PyYAML's safe loader does, which is YAML 1.1 with rules of its own. */
import type { PythonScalar } from './nodes.ts';

// source: yaml/resolver.py of PyYAML 6; npm `yaml` in its 1.1 mode differs (1e5, 1.5e3, 0o17, y, 1:30 with a zero, ...).
const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INTEGER =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TIMESTAMP =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)$/;
const TIMESTAMP_PARTS =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** The tag that a plain scalar gets by its looks. */
export type ImplicitTag = 'bool' | 'float' | 'int' | 'merge' | 'null' | 'timestamp' | 'value' | 'str';

/** Which tag PyYAML gives to a plain scalar. */
export function implicitTag(text: string): ImplicitTag {
  if (NULL.test(text)) return 'null';
  if (text === '<<') return 'merge';
  if (text === '=') return 'value';
  if (BOOLEAN.test(text)) return 'bool';
  const first = text.charCodeAt(0);
  const isNumeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!isNumeric) return 'str';
  if (FLOAT.test(text)) return 'float';
  if (INTEGER.test(text)) return 'int';
  if (TIMESTAMP.test(text)) return 'timestamp';
  return 'str';
}

/**
 * The value of a scalar under a tag, or undefined where PyYAML would raise: a number without digits, a
 * date that does not exist, a tag that the safe loader does not know.
 */
export function constructScalar(text: string, tag: string): PythonScalar | undefined {
  switch (tag) {
    case 'str':
      return { type: 'string', value: text };
    case 'null':
      return { type: 'null' };
    case 'bool':
      return constructBoolean(text);
    case 'int':
      return constructInteger(text);
    case 'float':
      return constructFloat(text);
    case 'timestamp':
      return constructTimestamp(text);
    case 'binary':
      return /^[A-Za-z0-9+/=\s]*$/.test(text) ? { type: 'other', name: 'bytes', text } : undefined;
    default:
      return undefined;
  }
}

function constructBoolean(text: string): PythonScalar | undefined {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true' || word === 'on') return { type: 'boolean', value: true };
  if (word === 'no' || word === 'false' || word === 'off') return { type: 'boolean', value: false };
  return undefined;
}

function digitsIn(base: number, digits: string): bigint | undefined {
  const allowed =
    base === 2 ? /^[01]+$/ : base === 8 ? /^[0-7]+$/ : base === 16 ? /^[0-9a-fA-F]+$/ : /^[0-9]+$/;
  if (!allowed.test(digits)) return undefined;
  const prefix = base === 2 ? '0b' : base === 8 ? '0o' : base === 16 ? '0x' : '';
  return BigInt(prefix + digits);
}

function sexagesimal(text: string): number[] | undefined {
  const parts = text.split(':');
  return parts.every((part) => /^\d+(?:\.\d*)?$/.test(part)) ? parts.map(Number) : undefined;
}

function constructInteger(text: string): PythonScalar | undefined {
  const bare = text.replaceAll('_', '');
  const isNegative = bare.startsWith('-');
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  let value: bigint | undefined;
  if (digits.startsWith('0b')) value = digitsIn(2, digits.slice(2));
  else if (digits.startsWith('0x')) value = digitsIn(16, digits.slice(2));
  else if (digits.startsWith('0')) value = digitsIn(8, digits);
  else if (digits.includes(':')) {
    const parts = sexagesimal(digits);
    value = parts?.reduce((sum, part) => sum * 60n + BigInt(Math.trunc(part)), 0n);
  } else value = digitsIn(10, digits);
  return value === undefined ? undefined : { type: 'integer', value: isNegative ? -value : value };
}

function constructFloat(text: string): PythonScalar | undefined {
  const bare = text.replaceAll('_', '').toLowerCase();
  const isNegative = bare.startsWith('-');
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  let value: number;
  if (digits === '.inf') value = Number.POSITIVE_INFINITY;
  else if (digits === '.nan') value = Number.NaN;
  else if (digits.includes(':')) {
    const parts = sexagesimal(digits);
    if (!parts) return undefined;
    value = parts.reduce((sum, part) => sum * 60 + part, 0);
  } else if (/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(digits)) value = Number(digits);
  else return undefined;
  return { type: 'number', value: isNegative ? -value : value };
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year === 0 ? 4 : year, month, 0)).getUTCDate();
}

function constructTimestamp(text: string): PythonScalar | undefined {
  const match = TIMESTAMP_PARTS.exec(text);
  if (!match) return undefined;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour,
    minute = '',
    second = '',
    fraction,
    zone,
    sign,
    zoneHour,
    zoneMinute,
  ] = match;
  const [yearNumber, monthNumber, dayNumber] = [Number(year), Number(month), Number(day)];
  if (yearNumber < 1 || monthNumber < 1 || monthNumber > 12) return undefined;
  if (dayNumber < 1 || dayNumber > daysInMonth(yearNumber, monthNumber)) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return { type: 'other', name: 'date', text: date };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  let clock = `${hour.padStart(2, '0')}:${minute}:${second}`;
  if (micros !== '000000') clock += `.${micros}`;
  if (zone === 'Z') clock += '+00:00';
  else if (sign) {
    const minutes = Number(zoneHour) * 60 + Number(zoneMinute ?? 0);
    if (minutes >= 24 * 60) return undefined;
    const isBehind = sign === '-' && minutes > 0;
    const pad = (part: number): string => String(part).padStart(2, '0');
    clock += `${isBehind ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  }
  return { type: 'other', name: 'datetime', text: `${date} ${clock}` };
}

/** Whether a text may stand unquoted as a value and still be the same string for the engine. */
export function isPlainSafe(text: string): boolean {
  if (text === '' || implicitTag(text) !== 'str') return false;
  if (/^[\s\-?:,[\]{}#&*!|>'"%@`]/.test(text) && !/^-[^\s,[\]{}]/.test(text)) return false;
  return !/[\t\n\r]|: |:$| #|[,[\]{}]|\s$/.test(text);
}

/** A text written as a YAML value: plain where that is safe, quoted otherwise. */
export function writtenAsYaml(text: string): string {
  if (isPlainSafe(text)) return text;
  return /[\n\r\t]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
