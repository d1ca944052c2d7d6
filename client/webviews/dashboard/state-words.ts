/** The states of a run as words. */
import { t } from '@vscode/l10n';
import type { RunState } from '../../../protocol/src/run.ts';

export function stateWord(state: RunState): string {
  switch (state) {
    case 'queued':
      return t('queued');
    case 'starting':
      return t('starting');
    case 'running':
      return t('running');
    case 'stopping':
      return t('stopping');
    case 'succeeded':
      return t('succeeded');
    case 'failed':
      return t('failed');
    case 'cancelled':
      return t('cancelled');
    case 'lost':
      return t('lost');
  }
}
