import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createPort } from './port.ts';

const Greeting = z.object({ type: z.literal('hello'), name: z.string() });

function standIn() {
  const source = new EventTarget();
  const posted: unknown[] = [];
  const rejected: string[] = [];
  let state: unknown;
  const port = createPort<z.infer<typeof Greeting>, string>({
    api: {
      postMessage: (message) => posted.push(message),
      getState: () => state,
      setState: (next) => {
        state = next;
      },
    },
    schema: Greeting,
    source: source as Pick<Window, 'addEventListener' | 'removeEventListener'>,
    onRejected: (reason) => rejected.push(reason),
  });
  const receive = (data: unknown) => source.dispatchEvent(new MessageEvent('message', { data }));
  return { port, posted, rejected, receive };
}

describe('createPort', () => {
  it('hands on what fits and reports what does not', () => {
    const { port, receive, rejected } = standIn();
    const heard: string[] = [];
    const stop = port.listen(({ name }) => heard.push(name));
    receive({ type: 'hello', name: 'Mira' });
    receive({ type: 'hello' });
    receive('noise');
    stop();
    receive({ type: 'hello', name: 'late' });
    expect(heard).toEqual(['Mira']);
    expect(rejected).toHaveLength(2);
  });

  it('posts, and keeps a state only as long as it fits', () => {
    const { port, posted } = standIn();
    port.post('ready');
    expect(posted).toEqual(['ready']);
    expect(port.readState(z.number())).toBeUndefined();
    port.writeState(7);
    expect([port.readState(z.number()), port.readState(z.string())]).toEqual([7, undefined]);
  });
});
