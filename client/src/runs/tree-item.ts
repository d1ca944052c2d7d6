/** A run's line in the tree: icon, words, hover, and the marks by which menus know what can be done with it. */
import * as vscode from 'vscode';
import type { AttemptSummary, RunSummary } from '../../../protocol/src/run.ts';
import { stateText } from '../state-words.ts';
import { alertMeaning, alertNextStep } from './alert-texts.ts';
import { alertTitle, openAlerts, openHints } from './alerts.ts';
import { attemptLines } from './attempts.ts';
import { isLiveState, STATE_LOOKS } from './looks.ts';
import { runLabel } from './names.ts';
import type { TrackedRun } from './store.ts';
import { canResume, canStopAtCheckpoint } from './tasks.ts';
import { runDescription, runDetails } from './texts.ts';
import type { RunNode } from './tree.ts';
import { countsDown } from './waiting.ts';

const ALERT_ICON = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));

export function runItem(run: TrackedRun, node: RunNode, nowMs: number): vscode.TreeItem {
  const { summary, losses } = run;
  const item = new vscode.TreeItem(runLabel(summary), vscode.TreeItemCollapsibleState.None);
  item.id = `run:${summary.id}`;
  item.description = runDescription(summary, losses, nowMs);
  item.iconPath = iconOf(summary);
  item.contextValue = runMarks(summary);
  item.accessibilityInformation = { label: spokenLabel(summary, nowMs) };
  item.command = {
    command: 'tunewright.openDashboard',
    title: vscode.l10n.t('Open Dashboard'),
    arguments: [node],
  };
  return item;
}

function iconOf(summary: RunSummary): vscode.ThemeIcon {
  if (openAlerts(summary).length > 0) return ALERT_ICON;
  const { icon, color } = STATE_LOOKS[summary.state];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function spokenLabel(summary: RunSummary, nowMs: number): string {
  const name = runLabel(summary);
  const state = stateText(summary.state);
  const description = runDescription(summary, [], nowMs);
  return openAlerts(summary).length > 0
    ? vscode.l10n.t('{0}, {1}, alert: {2}', name, state, description)
    : `${name}, ${state}, ${description}`;
}

/** `run.live` or `run.ended`, and what else menus ask for, each as a word behind a point. */
export function runMarks(summary: RunSummary): string {
  const place = summary.queuePlace;
  const marks = [
    isLiveState(summary.state) ? 'run.live' : 'run.ended',
    canResume(summary) ? 'resumable' : undefined,
    canStopAtCheckpoint(summary) ? 'checkpointing' : undefined,
    place && place.position > 1 ? 'behind' : undefined,
    place && place.position < place.waiting ? 'ahead' : undefined,
  ];
  return marks.filter((mark) => mark !== undefined).join('.');
}

/** Whether the line of a run changes while nothing happens. */
export function changesByItself(summary: RunSummary): boolean {
  return countsDown(summary) || openAlerts(summary).some(({ kind }) => kind === 'hang');
}

export function runTooltip(
  { summary }: TrackedRun,
  nowMs: number,
  attempts: readonly AttemptSummary[],
): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.appendMarkdown(`**${plain(runLabel(summary))}**\n\n`);
  for (const alert of [...openAlerts(summary), ...openHints(summary)]) {
    const icon = alert.severity === 'alert' ? '$(warning)' : '$(info)';
    text.appendMarkdown(`${icon} **${plain(alertTitle(alert, nowMs))}**\n\n`);
    text.appendMarkdown(`${plain(alertMeaning(alert))}\n\n${plain(alertNextStep(alert))}\n\n`);
  }
  for (const [name, value] of [...runDetails(summary, nowMs), ...attemptLines(attempts, summary.attempt)]) {
    text.appendMarkdown(`- ${plain(`${name}: ${value}`)}\n`);
  }
  return text;
}

/** As it is, in Markdown. The editor's own `appendText` glues the words together, so that lines break within them. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!~|$>]/g, '\\$&')
    .replaceAll('\n', ' ');
}
