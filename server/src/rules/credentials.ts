/** Which keys and variables hold credentials, and what credentials look like. The bridge hides the same ones. */

/** source: python-bridge/src/tunewright_bridge/engine/swift/credentials.py */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'hub_token',
  'push_to_hub_token',
  'api_key',
  'swanlab_token',
  'swanlab_secret',
  'swanlab_webhook_url',
]);

const SECRET_VARIABLE =
  /(?:^|[\W_])(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|(?:API|ACCESS|SECRET|PRIVATE)_?KEY)$/i;

/** Environment variables in which the tools themselves look. */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['push_to_hub_token', 'HF_TOKEN'],
  ['swanlab_token', 'SWANLAB_API_KEY'],
]);

/** Beginnings by which services mark their keys, and the variable where such a one is kept. */
const MARKED: readonly { readonly pattern: RegExp; readonly variable: string }[] = [
  { pattern: /\bhf_[A-Za-z0-9]{20,}\b/, variable: 'HF_TOKEN' },
  {
    pattern: /\bms-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i,
    variable: 'MODELSCOPE_API_TOKEN',
  },
  { pattern: /\bsk-[A-Za-z0-9_-]{20,}/, variable: 'OPENAI_API_KEY' },
  { pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}\b/, variable: 'GITHUB_TOKEN' },
  { pattern: /\bglpat-[A-Za-z0-9_-]{20,}/, variable: 'GITLAB_TOKEN' },
  { pattern: /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/, variable: 'AWS_ACCESS_KEY_ID' },
  { pattern: /\bLTAI[0-9A-Za-z]{16,24}\b/, variable: 'ALIBABA_CLOUD_ACCESS_KEY_ID' },
];

/** Words that stand where a credential would, and are none. */
const PLACEHOLDER = /^(?:|empty|none|null|false|true|no|x+|\*+|\.\.\.|<.*>|your[-_ ].*|\$.*)$/i;

/** Whether a key at the top of a config holds a credential. */
export function isSecretKey(name: string): boolean {
  return SECRET_KEYS.has(name.replaceAll('-', '_'));
}

/** Whether an environment variable of this name holds a credential, by the habits of naming them. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name);
}

/** Whether a text in such a place is a credential that can be read. */
export function isLiteral(text: string): boolean {
  return !text.includes('$' + '{env:') && !PLACEHOLDER.test(text.trim());
}

/** The variable that a key's credential is best kept in. */
export function variableOf(key: string): string {
  return VARIABLES.get(key) ?? key.replaceAll(/\W/g, '_').toUpperCase();
}

/** Whether it is worth to look through the parts of a text for marked credentials. */
export function mayHoldMarked(text: string): boolean {
  return /hf_|ms-|sk-|gh[pousr]_|glpat-|A[KS]IA|LTAI/i.test(text);
}

/** A marked credential in a text: where it stands, and the variable to keep it in. */
export function markedSecret(
  text: string,
): { readonly start: number; readonly end: number; readonly variable: string } | undefined {
  for (const { pattern, variable } of MARKED) {
    const match = pattern.exec(text);
    if (match) return { start: match.index, end: match.index + match[0].length, variable };
  }
  return undefined;
}
