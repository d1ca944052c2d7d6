import { test } from 'vitest';
import { checkRule } from './check-rule.ts';
import { swanlabNotification } from './swanlab-notification.ts';

test('SwanLab needs a way to send, and all that an email needs', () => {
  checkRule(
    swanlabNotification,
    'report_to: swanlab\nswanlab_notification_method: mail # want "no messages by mail" fix="email"\n',
  );
  checkRule(
    swanlabNotification,
    'report_to: [swanlab]\nswanlab_notification_method: email # want "swanlab_smtp_server"\nswanlab_sender_email: a\n',
  );
});

test('without SwanLab, or with all it needs, nothing is said', () => {
  checkRule(swanlabNotification, 'swanlab_notification_method: email\n');
  checkRule(swanlabNotification, 'report_to: swanlab\nswanlab_notification_method: lark\n');
  checkRule(
    swanlabNotification,
    'report_to: swanlab\nswanlab_notification_method: email\nswanlab_sender_email: a\nswanlab_receiver_email: b\nswanlab_smtp_server: c\nswanlab_smtp_port: 465\n',
  );
});
