import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DoctorAdviceCode, DoctorCode } from '../../../protocol/src/tool.ts';
import { adviceText, findingText, reportText } from './doctor-report.ts';

const PYTHON_WORDS = readFileSync(
  fileURLToPath(new URL('../../../python-bridge/src/tunewright_bridge/tools/findings.py', import.meta.url)),
  'utf8',
);

/** Code by code, the words of the bridge's command line, with their placeholders. */
const pythonWords = Object.fromEntries(
  Array.from(PYTHON_WORDS.matchAll(/^ {4}"([\w-]+)": "(.*)",$/gm), ([, code, words]) => [code, words]),
);

/** Values that leave the placeholders of a text as they are. */
const placeholders = Object.fromEntries(
  Array.from(PYTHON_WORDS.matchAll(/\{(\w+)\}/g), ([placeholder, name]) => [name, placeholder]),
);

describe('the report of the doctor', () => {
  it('has a line for each check, and one below it for what to do next', () => {
    const text = reportText({
      checks: [
        { id: 'torch', status: 'ok', code: 'torch-for-cpu', values: { version: '2.15.0' } },
        {
          id: 'pins',
          status: 'warning',
          code: 'pins-differ',
          values: { wanted: 'trl<1.0', found: 'trl 1.2' },
          next: { code: 'run-command', values: { command: "uv pip install 'trl<1.0'" } },
        },
        { id: 'grpo', status: 'skipped', code: 'engine-needed', values: {} },
      ],
    });
    expect(text.split('\n').slice(2)).toEqual([
      '✓  torch: torch 2.15.0, built for the CPU only.',
      '⚠  pins: The engine asks for trl<1.0; installed is trl 1.2.',
      "     → uv pip install 'trl<1.0'",
      '–  grpo: Needs the engine.',
      '',
    ]);
  });

  it('says the same as the command line, with the same values', () => {
    const ours = [
      ...DoctorCode.options.map((code) => [code, findingText({ code, values: placeholders })]),
      ...DoctorAdviceCode.options.map((code) => [code, adviceText({ code, values: placeholders })]),
    ];
    expect(Object.fromEntries(ours)).toEqual(pythonWords);
  });
});
