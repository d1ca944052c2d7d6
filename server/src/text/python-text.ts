/** Writes values as Python's `str` does, since that is how the engine hands them to its argument parser. */
import type { PythonScalar } from './nodes.ts';

/** `str(float)`: shortest digits, an exponent below 1e-4 and from 1e16 on, always a point or an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const plain = value.toFixed(Math.max(0, mantissa.replace(/^-?\d\.?/, '').length - exponent));
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** `str(value)`. */
export function pythonText(value: PythonScalar): string {
  switch (value.type) {
    case 'null':
      return 'None';
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'integer':
      return value.value.toString();
    case 'number':
      return floatText(value.value);
    case 'string':
      return value.value;
    case 'other':
      return value.text;
  }
}
