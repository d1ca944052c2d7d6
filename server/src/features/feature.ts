/** What a feature of the language server is. */
import type { ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver';
import type { Session } from './session.ts';

/** What the editor said about itself. */
export interface Editor {
  readonly capabilities: ClientCapabilities;
  /** Knows the command that opens the list of suggestions. */
  readonly opensSuggestions: boolean;
}

export interface Feature {
  readonly id: string;
  /** What to promise the editor. */
  capabilities(editor: Editor): ServerCapabilities;
  /** Answers the feature's requests from now on. Called once, while the editor initializes. */
  attach(connection: Connection, session: Session, editor: Editor): void;
}
