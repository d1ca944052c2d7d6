/** The words for what the engine says of a config. */
import { l10n } from 'vscode';
import type { EngineVerdict, MachineLack } from '../../../protocol/src/bridge.ts';

/** The engine lists every model type that it knows, where one is none of them. */
const LONGEST_MESSAGE = 400;

/** A refusal as a finding says it. */
export function verdictText({ message, machine }: EngineVerdict): string {
  const said = shortened(message);
  if (machine === undefined) return l10n.t('The engine refuses this: {0}', said);
  return l10n.t('{0} The file itself may be right. The engine said: {1}', lackText(machine), said);
}

/** What is told where the engine accepts. */
export function acceptedText(name: string, { standIns }: EngineVerdict): string {
  const [first] = standIns;
  if (first === undefined) return l10n.t('The engine accepts {0} on this machine.', name);
  return l10n.t(
    'The engine accepts {0} on this machine. {1} is not on this disk, so a model of its kind was judged in its place.',
    name,
    first,
  );
}

/** What this machine lacks, where the file alone is not to blame. */
export function lackText(machine: MachineLack): string {
  return LACKS[machine]();
}

const LACKS: Readonly<Record<MachineLack, () => string>> = {
  package: () => l10n.t('This machine lacks a package that the config needs.'),
  device: () => l10n.t('This machine does not have the devices that the config needs.'),
  file: () => l10n.t('A file or folder that the config needs is not on this machine.'),
  network: () => l10n.t('Something would have to be read from the network, which a check does not do.'),
  plugin: () => l10n.t('The config has plugins, which a check does not run.'),
  time: () => l10n.t('The engine gave no verdict in time on this machine.'),
  task: () => l10n.t('The check of this task is not possible on this machine.'),
  model: () => l10n.t("This depends on the model's own configuration, which is not on this disk."),
  crash: () => l10n.t('The engine ended on this machine without a verdict.'),
};

function shortened(message: string): string {
  const words = message.trim().replaceAll(/\s+/g, ' ');
  return words.length <= LONGEST_MESSAGE ? words : `${words.slice(0, LONGEST_MESSAGE)}…`;
}
