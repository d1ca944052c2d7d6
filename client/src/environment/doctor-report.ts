/** The doctor's report as people read it: the words of every finding and of every advice. */
import { l10n } from 'vscode';
import type {
  DoctorAdvice,
  DoctorAdviceCode,
  DoctorCheck,
  DoctorCode,
  DoctorReport,
  DoctorStatus,
} from '../../../protocol/src/tool.ts';

type Words = (values: Readonly<Record<string, string>>) => string;

export function reportText({ checks }: DoctorReport): string {
  const lines = checks.flatMap((check) => [
    `${statusMark(check.status)}  ${check.id}: ${findingText(check)}`,
    ...(check.next === undefined ? [] : [`     → ${adviceText(check.next)}`]),
  ]);
  return `${[l10n.t('Tunewright: state of the set-up'), '', ...lines].join('\n')}\n`;
}

export function findingText({ code, values }: Pick<DoctorCheck, 'code' | 'values'>): string {
  return FINDINGS[code](values);
}

export function adviceText({ code, values }: DoctorAdvice): string {
  return ADVICE[code](values);
}

function statusMark(status: DoctorStatus): string {
  switch (status) {
    case 'ok':
      return '✓';
    case 'warning':
      return '⚠';
    case 'failed':
      return '✗';
    case 'skipped':
      return '–';
  }
}

/** What was found. `{name}` stands for a value of the check. */
const FINDINGS: Readonly<Record<DoctorCode, Words>> = {
  'check-broken': (v) => l10n.t('The check itself failed: {reason}.', v),
  'bridge-runs': (v) => l10n.t('The bridge runs on Python {version} ({path}).', v),
  'interpreter-not-chosen': () => l10n.t('No interpreter is chosen.'),
  'interpreter-not-found': (v) => l10n.t('There is no file {interpreter}.', v),
  'interpreter-is-folder': (v) => l10n.t('{interpreter} is a folder, not a Python.', v),
  'interpreter-not-startable': (v) => l10n.t('It cannot be run: {reason}.', v),
  'interpreter-silent': (v) => l10n.t('It did not answer within {seconds} s.', v),
  'interpreter-killed': (v) => l10n.t('It was ended by signal {signal}.', v),
  'interpreter-fails': (v) => l10n.t('This Python fails: {reason}', v),
  'interpreter-too-old': (v) =>
    l10n.t('{version} is too old for the engine, which needs Python 3.10 or newer.', v),
  'interpreter-no-python': () => l10n.t('It is not a Python.'),
  'interpreter-answers': (v) => l10n.t('{interpreter} answers.', v),
  'interpreter-needed': () => l10n.t('Needs an interpreter that answers.'),
  'engine-needed': () => l10n.t('Needs the engine.'),
  'python-too-old': (v) => l10n.t('Python {version} is too old for the engine.', v),
  'python-found': (v) => l10n.t('Python {version}.', v),
  'engine-not-installed': (v) => l10n.t('The engine (ms-swift) is not installed in {interpreter}.', v),
  'engine-broken': (v) => l10n.t('ms-swift {version} does not start: {reason}.', v),
  'engine-too-old': (v) =>
    l10n.t('ms-swift {version} is older than 4, and names some arguments differently.', v),
  'engine-found': (v) => l10n.t('ms-swift {version}.', v),
  'torch-not-installed': () => l10n.t('torch is not installed; the engine does not bring it along.'),
  'torch-for-cpu': (v) => l10n.t('torch {version}, built for the CPU only.', v),
  'torch-for-apple': (v) => l10n.t('torch {version}, built for Apple GPUs.', v),
  'torch-for-accelerators': (v) => l10n.t('torch {version}, built for {platforms}.', v),
  'accelerator-apple': () => l10n.t("Apple GPUs are used through torch's MPS."),
  'accelerator-unused': (v) => l10n.t('There is {devices}, and torch was not built for CUDA.', v),
  'accelerator-found': ({ devices }) => devices ?? '',
  'accelerator-none': () =>
    l10n.t('No GPU is in reach; the engine computes on the CPU, which suits small models only.'),
  'pins-met': (v) => l10n.t('Everything that the engine requires is there ({packages}).', v),
  'pins-differ': (v) => l10n.t('The engine asks for {wanted}; installed is {found}.', v),
  'pins-missing': (v) => l10n.t('The engine also needs {missing}.', v),
  'pins-differ-and-missing': (v) =>
    l10n.t('The engine asks for {wanted}; installed is {found}. It also needs {missing}.', v),
  'grpo-needs-msgspec': () => l10n.t('GRPO needs msgspec, which the engine does not require by itself.'),
  'grpo-ready': (v) => l10n.t('msgspec {version}, which GRPO needs.', v),
  'evaluator-not-installed': () =>
    l10n.t('evalscope is not installed; evaluation needs it, training does not.'),
  'evaluator-found': (v) => l10n.t('evalscope {version}.', v),
  'disk-free': (v) => l10n.t('{free} free on the disk of {path}, where models are kept.', v),
  'uv-not-found': () => l10n.t('uv is not on PATH; it makes environments in seconds.'),
  'uv-found': ({ path }) => path ?? '',
};

/** What to do next. */
const ADVICE: Readonly<Record<DoctorAdviceCode, Words>> = {
  'choose-interpreter': () => l10n.t('Choose the Python of the environment that has the engine.'),
  'make-environment': () =>
    l10n.t('Make an environment with Python 3.10 or newer; 3.11 and 3.12 are tried most.'),
  'install-anew': () => l10n.t('Install it anew in a fresh environment.'),
  'install-torch-for-cuda': () => l10n.t('Install a build of torch for CUDA.'),
  'free-disk-space': () =>
    l10n.t('Free some space, or move the model caches (HF_HOME, MODELSCOPE_CACHE) to another disk.'),
  'run-command': ({ command }) => command ?? '',
};
