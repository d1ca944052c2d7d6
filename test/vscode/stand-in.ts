/**
 * A thin stand-in for the `vscode` module, for unit tests: plain values and events, and a window that records what it
 * was asked to show. What needs the real editor is tested in the real editor (test/e2e).
 */

interface Disposed {
  dispose(): void;
}

export class EventEmitter<T> {
  #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void): Disposed => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class DisposableValue implements Disposed {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  static from(...all: Disposed[]): DisposableValue {
    return new DisposableValue(() => {
      for (const one of all) one.dispose();
    });
  }
  dispose(): void {
    this.#dispose();
  }
}

export { DisposableValue as Disposable };

export class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
  constructor(scheme: string, path: string, query = '') {
    this.scheme = scheme;
    this.path = path;
    this.query = query;
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static from({ scheme, path, query }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, path, query);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, [base.path, ...parts].join('/'));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}:${this.path}${this.query === '' ? '' : `?${this.query}`}`;
  }
}

export class ThemeIcon {
  readonly id: string;
  readonly color: ThemeColor | undefined;
  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}
export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number;
  constructor(label: string, collapsibleState = 0) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}
export class MarkdownString {
  value: string;
  constructor(value = '') {
    this.value = value;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  appendText(text: string): this {
    this.value += text;
    return this;
  }
}
export class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}
export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}
export class Selection extends Range {
  constructor(anchor: Position, active: Position) {
    super(anchor.line, anchor.character, active.line, active.character);
  }
}
export class Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly severity: number;
  source?: string;
  constructor(range: Range, message: string, severity: number) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}
export class CodeLens {
  readonly range: Range;
  readonly command: unknown;
  constructor(range: Range, command: unknown) {
    this.range = range;
    this.command = command;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const TextEditorRevealType = { InCenter: 1 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const ViewColumn = { Active: -1, Beside: -2 } as const;
export const ConfigurationTarget = { Global: 1, Workspace: 2 } as const;
export const ProgressLocation = { Notification: 15 } as const;
export const DiagnosticSeverity = { Error: 0, Warning: 1 } as const;
export const UIKind = { Desktop: 1, Web: 2 } as const;
export const FileType = { File: 1, Directory: 2 } as const;
export const TaskScope = { Global: 1, Workspace: 2 } as const;
export const TaskRevealKind = { Always: 1 } as const;

/** Everything that was shown or run since the last {@link resetEditor}, and what the next button press will be. */
export const recorded = {
  messages: [] as { kind: 'info' | 'warning' | 'error'; text: string; buttons: string[] }[],
  commands: [] as { id: string; arguments: unknown[] }[],
  /** The button that the next message's reader presses. */
  nextPressed: undefined as string | undefined,
  /** Lists that were offered, as lines of text; a separator is an empty one. */
  picks: [] as { title: string; lines: string[] }[],
  /** Labels that the next lists' reader takes, one each; without one the list is dismissed. */
  nextPicked: [] as string[],
  /** Titles of notifications that told of something going on. */
  progress: [] as string[],
};

export function resetEditor(): void {
  recorded.messages = [];
  recorded.commands = [];
  recorded.nextPressed = undefined;
  recorded.picks = [];
  recorded.nextPicked = [];
  recorded.progress = [];
  workspace.isTrusted = true;
  workspace.workspaceFolders = undefined;
  workspace.textDocuments = [];
  settings.clear();
  documents.clear();
  diagnostics.clear();
}

/** Settings by full name. */
export const settings = new Map<string, unknown>();

function shown(kind: 'info' | 'warning' | 'error') {
  return async (text: string, ...rest: unknown[]): Promise<string | undefined> => {
    recorded.messages.push({
      kind,
      text,
      buttons: rest.filter((button): button is string => typeof button === 'string'),
    });
    const pressed = recorded.nextPressed;
    recorded.nextPressed = undefined;
    return pressed;
  };
}

/** Documents that can be opened, by path, and findings in them. */
export const documents = new Map<string, unknown>();
export const diagnostics = new Map<
  string,
  { severity: number; message: string; range: Range; source?: string }[]
>();
/** Fires what a person types. */
export const typing = new EventEmitter<{ document: unknown; contentChanges: unknown[] }>();

const noEvent = (_listener: unknown): Disposed => ({ dispose: () => undefined });

export const window = {
  showInformationMessage: shown('info'),
  showWarningMessage: shown('warning'),
  showErrorMessage: shown('error'),
  onDidChangeActiveTextEditor: noEvent,
  activeTextEditor: undefined as unknown,
  showTextDocument: async (document: Uri): Promise<unknown> => ({ document: documents.get(document.path) }),
  setStatusBarMessage: (text: string): void => {
    recorded.messages.push({ kind: 'info', text, buttons: [] });
  },
  showQuickPick: async (
    items: readonly { label: string; description?: string; detail?: string }[],
    { title = '' }: { title?: string } = {},
  ): Promise<unknown> => {
    const lines = items.map(({ label, description, detail }) =>
      [label, description, detail].filter(Boolean).join(' | '),
    );
    recorded.picks.push({ title, lines });
    const wanted = recorded.nextPicked.shift();
    if (wanted === undefined) return undefined;
    const picked = items.find(({ label }) => label.includes(wanted));
    if (!picked) throw new Error(`no line says ${wanted}: ${lines.join('; ')}`);
    return picked;
  },
  withProgress: async <T>(
    { title }: { title: string },
    work: (progress: { report(): void }, token: unknown) => Promise<T>,
  ): Promise<T> => {
    recorded.progress.push(title);
    return work(
      { report: () => undefined },
      { isCancellationRequested: false, onCancellationRequested: noEvent },
    );
  },
};

export const languages = {
  getDiagnostics: (uri: Uri) => diagnostics.get(uri.path) ?? [],
  /** Keeps its findings beside those that a test has put there. */
  createDiagnosticCollection: (_name: string) => {
    const own = new Map<string, readonly unknown[]>();
    const remove = ({ path }: Uri) => {
      const left = diagnostics.get(path)?.filter((finding) => !own.get(path)?.includes(finding)) ?? [];
      own.delete(path);
      diagnostics.set(path, left);
    };
    return {
      set(uri: Uri, findings: Diagnostic[]) {
        remove(uri);
        own.set(uri.path, findings);
        diagnostics.set(uri.path, [...(diagnostics.get(uri.path) ?? []), ...findings]);
      },
      delete: remove,
      dispose: () => own.clear(),
    };
  },
};

export const workspace = {
  isTrusted: true,
  textDocuments: [] as { uri: Uri }[],
  workspaceFolders: undefined as { uri: Uri; name: string }[] | undefined,
  getConfiguration: (section: string) => ({ get: (name: string) => settings.get(`${section}.${name}`) }),
  getWorkspaceFolder: (uri: Uri) =>
    workspace.workspaceFolders?.find((folder) => uri.path.startsWith(folder.uri.path)),
  onDidChangeConfiguration: noEvent,
  onDidChangeWorkspaceFolders: noEvent,
  onDidOpenTextDocument: noEvent,
  onDidCloseTextDocument: noEvent,
  onDidChangeTextDocument: typing.event,
  openTextDocument: async (uri: Uri): Promise<unknown> => documents.get(uri.path),
  fs: {
    stat: async (uri: Uri): Promise<{ type: number }> => {
      if (!documents.has(uri.path)) throw new Error(`there is no ${uri.path}`);
      return { type: FileType.File };
    },
  },
};

export const commands = {
  executeCommand: async (id: string, ...args: unknown[]): Promise<void> => {
    recorded.commands.push({ id, arguments: args });
  },
};

export const extensions = { getExtension: (_id: string): unknown => undefined };

export const l10n = {
  bundle: undefined as Record<string, string> | undefined,
  /** English with its values filled in, by position or by name, as the editor does it. */
  t(message: string, ...args: unknown[]): string {
    const [first] = args;
    const values: Record<string, unknown> =
      typeof first === 'object' && first !== null ? { ...first } : { ...args };
    return message.replace(/\{([^}]+)\}/g, (whole, name: string) =>
      name in values ? String(values[name]) : whole,
    );
  },
};
