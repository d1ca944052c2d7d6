/** What a text is to the rules, by its path and its content. */
import { extname } from 'node:path';
import { recognise } from '../../../protocol/src/recognition.ts';
import { TASKS, type Task } from '../../../protocol/src/task.ts';
import type { SchemaLookup } from '../schema/lookup.ts';
import { targetsShape } from '../schema/own-keys.ts';
import type { MappingShape } from '../schema/shape.ts';
import type { ConfigFormat } from '../text/document.ts';
import type { Subject } from './rule.ts';

export class Subjects {
  #targets: MappingShape | undefined;

  /**
   * Undefined where the text is none of our business. `isChosen`: somebody has said that it is a config, so that
   * its name alone may tell for which task.
   */
  of(path: string, text: string, { lookup, isChosen }: SubjectOptions): Subject | undefined {
    const recognised = recognise(path, text);
    if (recognised.kind === 'targets') {
      this.#targets ??= targetsShape();
      return { kind: 'targets', root: this.#targets };
    }
    if (recognised.kind === 'pipeline') return undefined;
    if (recognised.kind === 'config') return configSubject(lookup, recognised.task);
    if (!isChosen) return undefined;
    const task = taskInName(path);
    return task ? configSubject(lookup, task) : { kind: 'task-unknown' };
  }
}

export interface SubjectOptions {
  readonly lookup: SchemaLookup;
  readonly isChosen: boolean;
}

/** A config of a task that is known otherwise. */
export function configSubject(lookup: SchemaLookup, task: Task): Subject {
  const schema = lookup.task(task);
  return schema ? { kind: 'config', ...schema } : { kind: 'task-not-in-schema', task };
}

export function formatOf(path: string): ConfigFormat {
  return extname(path).toLowerCase() === '.json' ? 'json' : 'yaml';
}

function taskInName(path: string): Task | undefined {
  const word = /\.([a-z-]+)\.(?:ya?ml|json)$/i.exec(path)?.[1];
  return TASKS.find((task) => task === word);
}
