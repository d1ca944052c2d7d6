/** The line between a webview and its panel: parses what comes in, types what goes out, keeps the webview's own state. */
import type * as z from 'zod';

/** What the editor gives a webview's script, once. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export interface Port<Incoming, Outgoing> {
  post(message: Outgoing): void;
  /** Calls the listener with every message that fits; returns a function that stops it. */
  listen(listener: (message: Incoming) => void): () => void;
  /** What was last kept, or undefined where nothing was or where it no longer fits. */
  readState<State>(schema: z.ZodType<State>): State | undefined;
  writeState(state: unknown): void;
}

export interface PortOptions<Incoming> {
  api: EditorApi;
  schema: z.ZodType<Incoming>;
  source: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** Told of a message that does not fit, which is then left out. */
  onRejected: (reason: string) => void;
}

export function createPort<Incoming, Outgoing>(options: PortOptions<Incoming>): Port<Incoming, Outgoing> {
  const { api, schema, source, onRejected } = options;
  return {
    post: (message) => api.postMessage(message),
    listen(listener) {
      const receive = (event: MessageEvent<unknown>) => {
        const parsed = schema.safeParse(event.data);
        if (parsed.success) listener(parsed.data);
        else onRejected(parsed.error.message);
      };
      source.addEventListener('message', receive);
      return () => source.removeEventListener('message', receive);
    },
    readState(stateSchema) {
      const parsed = stateSchema.safeParse(api.getState());
      return parsed.success ? parsed.data : undefined;
    },
    writeState: (state) => api.setState(state),
  };
}
