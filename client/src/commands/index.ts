/** The table of all commands, and the one place that registers them and shows their failures. */
import * as vscode from 'vscode';
import { showFailure } from '../errors.ts';
import { checkOnEngine } from './check.ts';
import { copyShellCommand, showResolvedConfig } from './configs.ts';
import type { Command, CommandContext } from './context.ts';
import { chooseInterpreter, doctor, installEngine, refresh, restartBridge } from './environment.ts';
import { about, openSample, showLog } from './product.ts';
import { moveDown, moveFirst, moveUp } from './queue.ts';
import { resume, resumeWithChange, resumeWithThisConfig } from './resume.ts';
import { openConfig, openDashboard, openLog, openRunFolder, showOlderRuns } from './runs.ts';
import { run } from './start.ts';
import { stop, stopAtCheckpoint } from './stop.ts';

export const COMMANDS: Readonly<Record<string, Command>> = {
  'tunewright.run': run,
  'tunewright.stop': stop,
  'tunewright.stopAtCheckpoint': stopAtCheckpoint,
  'tunewright.resume': resume,
  'tunewright.resumeWithChange': resumeWithChange,
  'tunewright.resumeWithThisConfig': resumeWithThisConfig,
  'tunewright.moveUpInQueue': moveUp,
  'tunewright.moveDownInQueue': moveDown,
  'tunewright.moveFirstInQueue': moveFirst,
  'tunewright.openDashboard': openDashboard,
  'tunewright.openLog': openLog,
  'tunewright.showOlderRuns': showOlderRuns,
  'tunewright.openConfig': openConfig,
  'tunewright.openRunFolder': openRunFolder,
  'tunewright.checkOnEngine': checkOnEngine,
  'tunewright.copyShellCommand': copyShellCommand,
  'tunewright.showResolvedConfig': showResolvedConfig,
  'tunewright.chooseInterpreter': chooseInterpreter,
  'tunewright.refresh': refresh,
  'tunewright.restartBridge': restartBridge,
  'tunewright.doctor': doctor,
  'tunewright.installEngine': installEngine,
  'tunewright.openSample': openSample,
  'tunewright.showLog': showLog,
  'tunewright.about': about,
};

export function registerCommands(context: CommandContext): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      try {
        await command.run(context, argument);
      } catch (error) {
        await showFailure(error, context.log, command.doing?.());
      }
    }),
  );
}
