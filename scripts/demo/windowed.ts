/** Opens the demo's workspace in desktop VS Code, or in one that is served to a browser on this machine. */
import { join } from 'node:path';
import { prepareState, startCodeServer } from '../editor/code-server.ts';
import { capture } from '../setup/command.mjs';
import { findDesktopEditor } from '../setup/desktop.mjs';
import { childEnvironment, repository, toolPaths } from '../setup/home.mjs';
import { CONFIG } from './workspace.ts';

const VSIX = join(repository, 'build', 'tunewright.vsix');

export async function openWindow(folder: string): Promise<number> {
  const { home, enginePython } = toolPaths();
  const options = {
    folder,
    vsixPaths: [VSIX],
    stateFolder: join(home, 'demo', 'editor'),
    settings: { 'tunewright.interpreter': enginePython },
  };
  const desktop = await findDesktopEditor();
  if (desktop) {
    const state = await prepareState(options);
    const env = childEnvironment();
    await mustRun(desktop, [...state, '--install-extension', VSIX], env);
    await mustRun(desktop, [...state, '--new-window', folder, join(folder, CONFIG)], env);
    console.log(`[demo] ${folder} is open in VS Code. Press Run above the first line of ${CONFIG}.`);
    return 0;
  }
  const editor = await startCodeServer(options);
  console.log(`[demo] Press Run above the first line of ${CONFIG}. Ctrl+C here ends the editor.`);
  console.log(
    `[demo] Open this address in a browser on this machine:\n${editor.urlOfFile(join(folder, CONFIG))}`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await editor.stop();
  return 0;
}

async function mustRun(program: string, args: string[], env: Record<string, string>): Promise<void> {
  const { code, stdout, stderr } = await capture(program, args, { env });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
