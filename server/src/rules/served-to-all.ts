/** A server that everybody in the network can use. source: swift/arguments/deploy_args.py, webui_args.py */
import { t } from '@vscode/l10n';
import { onValue, setTo, settingsRule } from './settings-rule.ts';

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '*', '']);

export const servedToAll = settingsRule({
  id: 'served-to-all',
  tasks: ['deploy', 'app'],
  *check(settings, context) {
    // Where the config names no host, Tunewright serves on this machine alone.
    const host = settings.entry('host');
    if (host && isEverywhere(settings.text('host')) && settings.isEmpty('api_key')) {
      yield onValue(context, host, {
        message: t(
          'Everybody who reaches this machine can use the model: set an api_key, or serve on 127.0.0.1.',
        ),
        severity: 'warning',
        fixes: [
          ...setTo(context, settings, 'host', '127.0.0.1'),
          ...setTo(context, settings, 'api_key', '$' + '{env:API_KEY}', host),
        ],
      });
    }
    const server = settings.task === 'app' ? settings.entry('server_name') : undefined;
    if (server && isEverywhere(settings.text('server_name'))) {
      yield onValue(context, server, {
        message: t('Everybody who reaches this machine can open the page, which asks for no key.'),
        severity: 'warning',
        fixes: setTo(context, settings, 'server_name', '127.0.0.1'),
      });
    }
    const share = settings.task === 'app' ? settings.entry('share') : undefined;
    if (share && settings.isOn('share')) {
      yield onValue(context, share, {
        message: t('share makes a public address of the page, which asks for no key.'),
        severity: 'warning',
        fixes: setTo(context, settings, 'share', false),
      });
    }
  },
});

function isEverywhere(host: string | null | undefined): boolean {
  return typeof host === 'string' && EVERYWHERE.has(host.trim());
}
