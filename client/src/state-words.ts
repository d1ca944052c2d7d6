/** The words for the states of a run, for lines and for failures. */
import { l10n } from 'vscode';
import type { RunState } from '../../protocol/src/run.ts';

export function stateText(state: RunState): string {
  switch (state) {
    case 'queued':
      return l10n.t('queued');
    case 'starting':
      return l10n.t('starting');
    case 'running':
      return l10n.t('running');
    case 'stopping':
      return l10n.t('stopping');
    case 'succeeded':
      return l10n.t('succeeded');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'lost':
      return l10n.t('lost');
  }
}
