/** Numbers that are hard to read as they are written, in the other of the two notations. */

/** `0.00001` as `1e-5`, and `1e-5` as `0.00001`; undefined where a number is easy to read, or none. */
export function otherNotation(text: string): string | undefined {
  const source = text.trim();
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(source)) return undefined;
  const value = Number(source);
  if (!Number.isFinite(value) || value === 0) return undefined;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (/[eE]/.test(source)) return exponent >= -8 && exponent <= 8 ? plain(value) : undefined;
  return exponent <= -4 ? value.toExponential() : undefined;
}

function plain(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace(/^-?\d\.?/, '').length;
  return value.toFixed(Math.max(0, digits - Number(exponent)));
}
