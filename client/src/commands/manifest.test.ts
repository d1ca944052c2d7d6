/** The manifest against the code: every command, menu and setting that is declared exists, and the other way round. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { TASKS_KNOWN_BY_NAME } from '../../../protocol/src/task.ts';
import { COMMANDS } from './index.ts';

const Manifest = z.object({
  activationEvents: z.array(z.string()),
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
    menus: z.record(z.string(), z.array(z.object({ command: z.string(), when: z.string() }))),
    keybindings: z.array(z.object({ command: z.string(), when: z.string() })),
    languages: z.array(z.object({ id: z.string(), filenamePatterns: z.array(z.string()) })),
    configuration: z.object({ properties: z.record(z.string(), z.unknown()) }),
    viewsWelcome: z.array(z.object({ contents: z.string() })),
  }),
});

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
}

const raw = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const { activationEvents, contributes } = Manifest.parse(read('package.json'));
const declared = contributes.commands.map(({ command }) => command);

it('every declared command is registered, and every registered one declared', () => {
  expect(declared.toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
});

it('every command has a translated title and the category Tunewright', () => {
  for (const { title, category } of contributes.commands) {
    expect(title).toMatch(/^%command\..+\.title%$/);
    expect(category).toBe('Tunewright');
  }
});

it('menus and keys lead to declared commands only; keys work in configs and in our views only', () => {
  const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
  for (const { command } of used) expect(declared).toContain(command);
  for (const { when } of contributes.keybindings) {
    expect(when).toMatch(/editorLangId == tunewright|focusedView == tunewright\./);
  }
});

it('offers in a workspace that is not trusted only what starts no program', () => {
  const trusted = (contributes.menus.commandPalette ?? [])
    .filter(({ when }) => when.includes('isWorkspaceTrusted'))
    .map(({ command }) => command);
  expect(declared.filter((command) => !trusted.includes(command)).toSorted()).toEqual([
    'tunewright.about',
    'tunewright.openConfig',
    'tunewright.openRunFolder',
    'tunewright.openSample',
    'tunewright.showLog',
  ]);
});

it('has a key for running, resuming and stopping, in a config and in the Runs view', () => {
  const keyed = (place: string) =>
    new Set(contributes.keybindings.flatMap(({ command, when }) => (when.includes(place) ? [command] : [])));
  for (const command of ['tunewright.run', 'tunewright.resume', 'tunewright.stop'])
    expect(keyed('editorLangId == tunewright')).toContain(command);
  for (const command of ['tunewright.resume', 'tunewright.stop'])
    expect(keyed('focusedView == tunewright.runs')).toContain(command);
});

it('every %key% of the manifest has words in English and Chinese, and no words are left over', () => {
  const used = [...new Set(Array.from(raw.matchAll(/"%([^%"]+)%"/g), (match) => match[1]))].toSorted();
  for (const name of ['package.nls.json', 'package.nls.zh-cn.json']) {
    const words = z.record(z.string(), z.string().min(1)).parse(read(name));
    expect(Object.keys(words).toSorted()).toEqual(used);
  }
});

it('claims the names of no other tool', () => {
  const patterns = TASKS_KNOWN_BY_NAME.flatMap((task) => [`*.${task}.yaml`, `*.${task}.yml`]);
  expect(contributes.languages[0]?.filenamePatterns.toSorted()).toEqual(patterns.toSorted());
});

it('has few settings, and is not activated by everything', () => {
  expect(Object.keys(contributes.configuration.properties).length).toBeLessThanOrEqual(15);
  expect(activationEvents).not.toContain('*');
  expect(activationEvents).not.toContain('onStartupFinished');
});
