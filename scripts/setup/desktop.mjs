/** Whether this machine has a desktop VS Code and a display to show it on. */
import process from 'node:process';
import { which } from './system.mjs';

/** @returns {Promise<string | undefined>} the `code` command where it can open a window */
export async function findDesktopEditor() {
  const hasDisplay =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
  return hasDisplay ? which('code') : undefined;
}
