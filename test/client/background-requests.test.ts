import { describe, expect, it } from 'vitest';
import { type Background, inBackground } from '../../client/channel.ts';
import type { ReadPages } from '../../common/read-frames.ts';
import { greeted, LIMITS, pages, serve, type Wire } from '../helpers/wire.ts';

const HALF = LIMITS.maxOutstandingBytes / 2;

/** Asks for a page by its number, for somebody or for nobody. */
function ask(
  wire: Wire,
  first: number,
  cost: number,
  background?: Background,
  signal?: AbortSignal,
) {
  const object = new Uint8Array(32);
  const message: ReadPages = { type: 'readPages', object, first, count: 1, anchorLevel: 0 };
  const accept = () => first;
  return wire.link.request({ message, answer: 'pages', cost, background, accept }, signal);
}

const sent = (wire: Wire) => pages(wire.socket).map(({ first }) => first);

describe('requests that nobody waits for', () => {
  it('leave half of the window free', async () => {
    const wire = await greeted();
    const given = [1, 2, 3].map((first) => ask(wire, first, HALF / 2, inBackground()));
    expect(sent(wire)).toEqual([1, 2]);
    const wanted = ask(wire, 10, HALF);
    expect(sent(wire)).toEqual([1, 2, 10]);
    serve(wire.socket, 1);
    expect(sent(wire)).not.toContain(3);
    serve(wire.socket, 10);
    expect(sent(wire)).toContain(3);
    for (const first of [2, 3]) serve(wire.socket, first);
    expect(await Promise.all([...given, wanted])).toEqual([1, 2, 3, 10]);
    wire.link.close();
  });

  it('go after all that somebody waits for, however long they have waited', async () => {
    const wire = await greeted();
    const busy = ask(wire, 0, 2 * HALF);
    const given = [ask(wire, 1, 1000, inBackground()), ask(wire, 2, 1000), ask(wire, 3, 1000)];
    serve(wire.socket, 0);
    expect(sent(wire)).toEqual([0, 2, 3, 1].slice(-sent(wire).length));
    for (const first of [1, 2, 3]) serve(wire.socket, first);
    expect(await Promise.all([busy, ...given])).toEqual([0, 1, 2, 3]);
    wire.link.close();
  });

  it('may fill the whole window once somebody waits for them', async () => {
    const wire = await greeted();
    const background = { ...inBackground(), isWanted: true };
    const given = [ask(wire, 1, HALF), ask(wire, 2, HALF, background)];
    expect(sent(wire)).toEqual([1, 2]);
    for (const first of [1, 2]) serve(wire.socket, first);
    expect(await Promise.all(given)).toEqual([1, 2]);
    wire.link.close();
  });

  it('go alone if they are larger than half of the window', async () => {
    const wire = await greeted();
    const given = [ask(wire, 1, HALF + 1, inBackground()), ask(wire, 2, 1, inBackground())];
    expect(sent(wire)).toEqual([1]);
    serve(wire.socket, 1);
    serve(wire.socket, 2);
    expect(await Promise.all(given)).toEqual([1, 2]);
    wire.link.close();
  });

  it('say that they wait, and leave no trace if they are called off before', async () => {
    const wire = await greeted();
    const [first, second] = [inBackground(), inBackground()];
    const stop = new AbortController();
    const reading = ask(wire, 1, HALF, first);
    const waiting = ask(wire, 2, HALF, second, stop.signal);
    expect([first.isWaiting, second.isWaiting]).toEqual([false, true]);
    stop.abort(new Error('not wanted'));
    await expect(waiting).rejects.toThrow('not wanted');
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
    expect(wire.socket.cancelled).toEqual([]);
    wire.link.close();
  });
});
