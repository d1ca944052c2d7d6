/** What SwanLab needs to send a message. source: swift/arguments/sft_args.py: _init_swanlab */
import { t } from '@vscode/l10n';
import { nearestNames } from './nearest.ts';
import { onValue, PLAIN_TRAINING_TASKS, setTo, settingsRule } from './settings-rule.ts';

const METHODS: readonly string[] = ['email', 'lark', 'dingtalk', 'discord', 'wxwork', 'slack'];

const FOR_EMAIL: readonly string[] = [
  'swanlab_sender_email',
  'swanlab_receiver_email',
  'swanlab_smtp_server',
  'swanlab_smtp_port',
];

export const swanlabNotification = settingsRule({
  id: 'swanlab-notification',
  tasks: PLAIN_TRAINING_TASKS,
  *check(settings, context) {
    const entry = settings.entry('swanlab_notification_method');
    const method = settings.text('swanlab_notification_method');
    if (!entry || typeof method !== 'string' || !settings.texts('report_to')?.includes('swanlab')) return;
    if (!METHODS.includes(method)) {
      yield onValue(context, entry, {
        message: t('SwanLab sends no messages by {0}, only by {1}.', method, METHODS.join(', ')),
        severity: 'error',
        fixes: nearestNames(method, METHODS).flatMap((name) =>
          setTo(context, settings, 'swanlab_notification_method', name),
        ),
      });
      return;
    }
    const missing = FOR_EMAIL.filter((name) => settings.isEmpty(name) || settings.number(name) === 0);
    if (method !== 'email' || missing.length === 0) return;
    yield onValue(context, entry, {
      message: t('A message by email needs {0} too.', missing.join(', ')),
      severity: 'error',
    });
  },
});
