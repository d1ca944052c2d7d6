/** What runs and hosts are called. Pure text. */
import { l10n } from 'vscode';
import type { RunSummary } from '../../../protocol/src/run.ts';

/** The host's name in the tree; this machine goes by no name. */
const LOCAL_HOST = 'local';

export function hostText(host: string): string {
  return host === LOCAL_HOST ? l10n.t('this machine') : host;
}

/** `first.sft`, or `first.sft #3` for the third run of that name. */
export function runLabel(run: Pick<RunSummary, 'name' | 'number'>): string {
  return run.number > 1 ? `${run.name} #${run.number}` : run.name;
}
