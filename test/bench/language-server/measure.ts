/**
 * Our built language server beside the YAML server that people use today, which gets the same schema as JSON Schema.
 * Both run at the same time and take turns, so that what else the machine does falls on both.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { repository } from '../../../scripts/setup/home.mjs';
import { readBundledSchema } from '../../../server/src/schema/bundled.ts';
import { type Compared, type ComparedComputing, ratioOf, Series } from './compared.ts';
import { CONFIGS, configOfMany, MEASURED_CONFIGS, type MeasuredConfig, MeasuredFolder } from './configs.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { type Edit, MeasuredServer, type ServerProgram } from './server.ts';

const WARM_UP_ROUNDS = 10;
const ROUNDS = 40;
const OPEN_ROUNDS = 20;
const START_ROUNDS = 7;
/** How long the peer waits for another keystroke before it looks at the text. source: its yamlSettings, 2.0.0 */
const PEER_WAIT_MS = 200;
const OUR_PROGRAM = join(repository, 'dist', 'server.js');
/** An odd number of lines, so that the rounds go over all of a config. */
const STRIDE = 7;

type Single = { readonly ours: number; readonly peer: number; readonly ratio: number };

interface ConfigFigures {
  readonly completionMs: Compared;
  readonly hoverMs: Compared;
  readonly openMs: ComparedComputing;
  readonly keystrokeMs: ComparedComputing;
}

export interface LanguageServerFigures {
  readonly peer: string;
  /** From the start of the process to the first list of suggestions. */
  readonly startUpMs: Compared;
  readonly keys60: ConfigFigures;
  readonly lines2000: ConfigFigures;
  /** From the first config that is opened to the last diagnostics. */
  readonly openConfigs500Ms: Single & { readonly computingRatio: number };
  /** Resident, after all of this. */
  readonly memoryMb: Single;
}

type Pair = readonly [ours: MeasuredServer, peer: MeasuredServer];

export async function measureLanguageServers(): Promise<{ languageServer: LanguageServerFigures }> {
  const folder = new MeasuredFolder();
  try {
    const programs: readonly [ServerProgram, ServerProgram] = [
      { command: [OUR_PROGRAM], languageId: 'tunewright' },
      peerProgram(folder),
    ];
    const startUpMs = await measureStarts(programs, folder);
    const servers: MeasuredServer[] = [];
    try {
      for (const program of programs) servers.push(await MeasuredServer.start(program));
      const [ours, peer] = servers;
      if (!ours || !peer) throw new Error('Two language servers were to be started.');
      const pair: Pair = [ours, peer];
      const { keys60, lines2000 } = MEASURED_CONFIGS;
      const languageServer = {
        peer: peerPackage().name,
        startUpMs,
        keys60: await measureConfig(pair, folder.uri('keys'), keys60),
        lines2000: await measureConfig(pair, folder.uri('lines'), lines2000),
        openConfigs500Ms: await measureMany(pair, folder),
        memoryMb: single(ours.memoryMb, peer.memoryMb),
      };
      return { languageServer };
    } finally {
      for (const server of servers) await server.stop();
    }
  } finally {
    folder.remove();
  }
}

function peerPackage(): { name: string; program: string } {
  const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  const program = join(dirname(manifest), 'bin', 'yaml-language-server');
  return { name: `yaml-language-server ${version}`, program };
}

function peerProgram(folder: MeasuredFolder): ServerProgram {
  const schemaPath = join(folder.path, 'sft.schema.json');
  const bundled = readBundledSchema(pathToFileURL(OUR_PROGRAM).href);
  writeFileSync(schemaPath, JSON.stringify(jsonSchemaOf(bundled, 'sft')));
  const yaml = {
    schemas: { [pathToFileURL(schemaPath).href]: ['*.sft.yaml'] },
    customTags: [],
    validate: true,
    completion: true,
    hover: true,
    // As PyYAML reads it.
    yamlVersion: '1.1',
    // Nothing comes from the network.
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  };
  return { command: [peerPackage().program], languageId: 'yaml', settings: { yaml } };
}

async function measureStarts(
  programs: readonly [ServerProgram, ServerProgram],
  folder: MeasuredFolder,
): Promise<Compared> {
  const series = new Series();
  for (let round = 0; round < START_ROUNDS; round += 1) {
    const [ours, peer] = programs;
    series.add(await startUpMs(ours, folder), await startUpMs(peer, folder));
  }
  return series.compared();
}

async function startUpMs(program: ServerProgram, folder: MeasuredFolder): Promise<number> {
  const startedAtMs = performance.now();
  const server = await MeasuredServer.start(program);
  try {
    const uri = folder.uri('start.sft.yaml');
    const { text, keyLines } = MEASURED_CONFIGS.keys60;
    await server.openOnly(uri, text);
    const { answer } = await server.complete(uri, { line: keyLines, character: 0 });
    const ms = performance.now() - startedAtMs;
    requireSome(answer);
    return ms;
  } finally {
    await server.stop();
  }
}

async function measureConfig(pair: Pair, name: string, config: MeasuredConfig): Promise<ConfigFigures> {
  const uri = `${name}.sft.yaml`;
  for (const server of pair) await server.open(uri, config.text);
  const keystrokeMs = await measureKeystrokes(pair, uri, config);
  const completionMs = await measureCompletion(pair, uri, config);
  const hoverMs = await measureHover(pair, uri, config);
  for (const server of pair) await server.close(uri);
  return { completionMs, hoverMs, openMs: await measureOpening(pair, name, config), keystrokeMs };
}

/** Every second keystroke takes back the one before it, anywhere in the text. */
async function measureKeystrokes(
  pair: Pair,
  uri: string,
  config: MeasuredConfig,
): Promise<ComparedComputing> {
  const lines = linesOf(config);
  const series = new Series();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const line = Math.floor(((round * STRIDE) / (WARM_UP_ROUNDS + ROUNDS)) * lines.length) % lines.length;
    const end = lines[line]?.length ?? 0;
    const typed: Edit = { line, from: end, to: end, text: 'x' };
    const takenBack: Edit = { line, from: end, to: end + 1, text: '' };
    for (const edit of [typed, takenBack]) {
      const [ours, peer] = await inTurns(pair, async (server) => (await server.edit(uri, edit)).ms);
      if (round >= WARM_UP_ROUNDS) series.add(ours, peer);
    }
  }
  return series.comparedWithout(PEER_WAIT_MS);
}

/** A line loses the end of its key or its value, and the suggestions for what is left are asked for at once. */
async function measureCompletion(pair: Pair, uri: string, config: MeasuredConfig): Promise<Compared> {
  const lines = linesOf(config);
  const series = new Series();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const line = (round * STRIDE) % config.keyLines;
    const written = lines[line] ?? '';
    const left = round % 2 === 0 ? written.slice(0, 3) : `${written.slice(0, written.indexOf(':'))}: `;
    const shorten: Edit = { line, from: 0, to: written.length, text: left };
    const restore: Edit = { line, from: 0, to: left.length, text: written };
    const [ours, peer] = await inTurns(pair, async (server) => {
      const { ms, answer, judged } = await server.editAndComplete(uri, shorten);
      await judged;
      await server.edit(uri, restore);
      if (round % 2 === 0) requireSome(answer);
      return ms;
    });
    if (round >= WARM_UP_ROUNDS) series.add(ours, peer);
  }
  return series.compared();
}

async function measureHover(pair: Pair, uri: string, config: MeasuredConfig): Promise<Compared> {
  const series = new Series();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const position = { line: (round * STRIDE) % config.keyLines, character: 2 };
    const [ours, peer] = await inTurns(pair, async (server) => {
      const { ms, answer } = await server.hover(uri, position);
      requireSome(answer ? 1 : 0);
      return ms;
    });
    if (round >= WARM_UP_ROUNDS) series.add(ours, peer);
  }
  return series.compared();
}

async function measureOpening(pair: Pair, name: string, config: MeasuredConfig): Promise<ComparedComputing> {
  const series = new Series();
  for (let round = 0; round < OPEN_ROUNDS; round += 1) {
    const uri = `${name}-${round}.sft.yaml`;
    const [ours, peer] = await inTurns(pair, async (server) => {
      const { ms } = await server.open(uri, config.text);
      await server.close(uri);
      return ms;
    });
    series.add(ours, peer);
  }
  return series.comparedWithout(PEER_WAIT_MS);
}

async function measureMany(
  pair: Pair,
  folder: MeasuredFolder,
): Promise<LanguageServerFigures['openConfigs500Ms']> {
  const documents = new Map(
    Array.from({ length: CONFIGS }, (_, index) => [
      folder.uri(`many-${index}.sft.yaml`),
      configOfMany(index),
    ]),
  );
  const [ours, peer] = await inTurns(pair, async (server) => (await server.openAll(documents)).ms);
  return { ...single(ours, peer), computingRatio: ratioOf(peer - PEER_WAIT_MS, ours) };
}

async function inTurns(
  pair: Pair,
  measure: (server: MeasuredServer) => Promise<number>,
): Promise<[number, number]> {
  const [ours, peer] = pair;
  return [await measure(ours), await measure(peer)];
}

function single(ours: number, peer: number): Single {
  return { ours: Math.round(ours * 10) / 10, peer: Math.round(peer * 10) / 10, ratio: ratioOf(peer, ours) };
}

function linesOf({ text }: MeasuredConfig): readonly string[] {
  return text.trimEnd().split('\n');
}

/** A server that does not know the schema would be fast for nothing. */
function requireSome(count: number): void {
  if (count === 0) throw new Error('A language server had nothing to say where it knows something.');
}
