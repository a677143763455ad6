import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { stepCost } from '../../common/cost.ts';
import { encodeDescriptor, objectId } from '../../common/descriptor.ts';
import { parseNote } from '../../common/note.ts';
import { parseStatement } from '../../common/statement.ts';
import { type ClientMessage, encodeServerFrame } from '../../common/wire.ts';
import { LocalStore } from '../../server/local-store.ts';
import { type RunningServer, serve } from '../../server/serve.ts';
import { type ServedVolume, ServeError } from '../../server/volume.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';
import { greetedClient } from '../helpers/raw-client.ts';
import { sealedStore, silentLog } from '../helpers/sealed-store.ts';
import { type Steps, stepsTo } from '../helpers/steps.ts';

const f = file(noise(3000));
const deep = directory([entryOf('f', f), symlink('link', 'f')]);
/** Eleven pages; the one that `middle` stands on is the fifth or so. */
const big = directory([
  ...Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + 2 * i}`, 'x'.repeat(400))),
  entryOf('n1150+', deep),
]);
const PAGES = big.shape.widths[0] ?? 0;
const middle = big.pageOf(utf8('n1150+'));
const empty = directory([]);
const gone = directory([entryOf('g', f)]);
const root = directory([
  entryOf('big', big),
  entryOf('deep', deep),
  entryOf('empty', empty),
  entryOf('f', f),
  entryOf('gone', gone),
  symlink('link', 'deep'),
]);
const volume = volumeOf(root, [f, deep, big, empty]);
const PLENTY = 500_000;

function walk(path: string, room = PLENTY, object: MemoryObject = root): ClientMessage {
  return { type: 'walk', object: object.id, path: utf8(path), room };
}

/** A path of so many names that no directory here has. */
const names = (count: number) => Array.from({ length: count }, () => 'absent').join('/');

let server: RunningServer;
beforeAll(async () => {
  server = await serve({ volumes: [volume], log: silentLog() });
});
afterAll(() => server.close());

describe('serve()', () => {
  it.each<{ path: string; steps: readonly (readonly [MemoryObject, number])[] }>([
    { path: 'f', steps: [[root, 0]] },
    { path: 'deep', steps: [[root, 0]] },
    {
      path: 'deep/f',
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    {
      path: 'deep/f/more',
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    {
      path: 'deep/absent/f',
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    {
      path: 'deep/link/f',
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    { path: 'link/f', steps: [[root, 0]] },
    { path: 'absent/f', steps: [[root, 0]] },
    { path: 'empty/f', steps: [[root, 0]] },
    { path: 'gone/g', steps: [[root, 0]] },
    {
      path: 'deep/../f',
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    { path: './f', steps: [[root, 0]] },
    {
      path: 'big/n1150+/f',
      steps: [
        [root, 0],
        [big, middle],
        [deep, 0],
      ],
    },
    {
      path: 'big/a',
      steps: [
        [root, 0],
        [big, 0],
      ],
    },
    {
      path: 'big/n1398',
      steps: [
        [root, 0],
        [big, PAGES - 1],
      ],
    },
    {
      path: 'big/z',
      steps: [
        [root, 0],
        [big, PAGES - 1],
      ],
    },
    {
      path: `deep/${names(63)}`,
      steps: [
        [root, 0],
        [deep, 0],
      ],
    },
    { path: 'x'.repeat(255), steps: [[root, 0]] },
  ])('S13 leads down $path as far as there are directories', async ({ path, steps }) => {
    await using client = await greetedClient(server);
    expect(await client.ask(walk(path))).toEqual(stepsTo(...steps));
  });

  test('S13 leads to every name of a directory of several pages', async () => {
    await using client = await greetedClient(server);
    for (let i = 999; i < 1400; i += 7) {
      const page = big.pageOf(utf8(`n${i}`));
      expect(await client.ask(walk(`n${i}`, PLENTY, big))).toEqual(stepsTo([big, page]));
    }
  });

  it.each([
    { left: 0, count: 3 },
    { left: -1, count: 2 },
    { left: -stepCost(deep.shape, 0), count: 2 },
    { left: -stepCost(deep.shape, 0) - 1, count: 1 },
  ])('S13 makes $count of 3 steps with a room of $left beyond them', async ({ left, count }) => {
    const places = [
      [root, 0],
      [big, middle],
      [deep, 0],
    ] as const;
    const cost = places.reduce((sum, [{ shape }, page]) => sum + stepCost(shape, page), 0);
    await using client = await greetedClient(server);
    const answer = await client.ask(walk('big/n1150+/f', cost + left));
    expect(answer).toEqual(stepsTo(...places.slice(0, count)));
    const { data, siblings, pages } = answer as Steps;
    expect(data.length + siblings.length + pages.length).toBeLessThanOrEqual(cost + left);
    expect(encodeServerFrame(2 ** 32 - 1, answer).length).toBeLessThanOrEqual(cost + left + 64);
  });

  it.each<{ what: string; request: ClientMessage }>([
    { what: 'no name', request: walk('') },
    { what: 'an empty first name', request: walk('/f') },
    { what: 'an empty last name', request: walk('deep/') },
    { what: 'an empty name between', request: walk('deep//f') },
    { what: 'a name of 256 bytes', request: walk('x'.repeat(256)) },
    { what: 'a last name of 256 bytes', request: walk(`deep/${'x'.repeat(256)}`) },
    { what: '65 names', request: walk(names(65)) },
    { what: '2,000 names', request: walk(`x${'/x'.repeat(1999)}`) },
    { what: '4,000 empty names', request: walk('/'.repeat(4000)) },
    { what: 'a walk from a file', request: walk('f', PLENTY, f) },
    { what: 'a walk from an empty directory', request: walk('f', PLENTY, empty) },
    { what: 'an object of 31 bytes', request: { ...walk('f'), object: root.id.slice(1) } as never },
    { what: 'no room', request: walk('f', 0) },
    { what: 'too little room', request: walk('z', stepCost(big.shape, 0) - 1, big) },
  ])('S5 answers $what with BAD_REQUEST', async ({ request }) => {
    await using client = await greetedClient(server);
    expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'BAD_REQUEST' });
    expect(await client.ask(walk('f'))).toEqual(stepsTo([root, 0]));
  });

  it.each([
    { room: 1_572_864 - 64, type: 'steps' },
    { room: 1_572_864 - 63, type: 'error' },
    { room: 2 ** 32 - 1, type: 'error' },
  ])('S6 answers a walk with a room of $room with $type', async ({ room, type }) => {
    await using client = await greetedClient(server);
    const answer = await client.ask(walk('f', room));
    expect(answer.type).toBe(type);
    if (answer.type === 'error') expect(answer.code).toBe('TOO_LARGE');
  });

  test('S7 does not know an object that it does not have', async () => {
    await using client = await greetedClient(server);
    const request = walk('g', PLENTY, gone);
    expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'UNKNOWN_OBJECT' });
    volume.incomplete = true;
    const answer = await client.ask(request);
    volume.incomplete = false;
    expect(answer).toMatchObject({ type: 'error', code: 'GONE' });
  });

  test('S5 counts the room of a walk against max_outstanding_bytes', async () => {
    const limits = {
      maxFrameBytes: 2 ** 20,
      maxOutstandingBytes: 2 ** 20,
      maxOutstandingRequests: 8,
    };
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await using slow = await serve({
      volumes: [reading(() => opened)],
      log: silentLog(),
      limits,
    });
    await using client = await greetedClient(slow);
    client.say(2, walk('f', 2 ** 19));
    client.say(3, walk('f', 2 ** 19 + 1));
    client.say(4, walk('f', 2 ** 19));
    const first = await client.next();
    expect(first).toMatchObject({ requestId: 3, message: { code: 'BAD_REQUEST' } });
    open();
    expect((await client.next()).message).toEqual(stepsTo([root, 0]));
    expect((await client.next()).message).toEqual(stepsTo([root, 0]));
  });

  it.each(['STORAGE', 'CHANGED', 'GONE'] as const)(
    'S13 ends a walk before a step that fails with %s, and fails with it if it is the first',
    async (code) => {
      await using broken = await serve({
        volumes: [
          reading((object) => {
            if (object === deep) throw new ServeError(code, 'no');
          }),
        ],
        log: silentLog(),
      });
      await using client = await greetedClient(broken);
      expect(await client.ask(walk('deep/f'))).toEqual(stepsTo([root, 0]));
      const first = await client.ask(walk('f', PLENTY, deep));
      expect(first).toMatchObject({ type: 'error', code });
    },
  );

  test('S13 is not led astray by a damaged page, and sends it as it is', async () => {
    for (let bit = 0; bit < 8 * 80; bit += 5) {
      const damaged = directory([entryOf('deep', deep), entryOf('f', f)]);
      damaged.data.set(flipBit(damaged.data, bit));
      await using other = await serve({
        volumes: [volumeOf(damaged, [deep, f])],
        log: silentLog(),
      });
      await using client = await greetedClient(other);
      const answer = (await client.ask(walk('deep/f', PLENTY, damaged))) as Steps;
      expect(answer.data.subarray(0, damaged.data.length)).toEqual(damaged.data);
    }
  });
});

/** The volume, but for what happens before pages are read. */
function reading(before: (object: MemoryObject) => void | Promise<void>): ServedVolume {
  return Object.assign(Object.create(volume) as ServedVolume, {
    newest: () => volume.newest(),
    find: (id: Uint8Array) => {
      const found = volume.find(id) as MemoryObject | undefined;
      return (
        found &&
        Object.assign(Object.create(found) as MemoryObject, {
          readPages: async (...read: Parameters<MemoryObject['readPages']>) => {
            await before(found);
            found.readPages(...read);
          },
        })
      );
    },
  });
}

describe('LocalStore', () => {
  test('S13 leads down a sealed tree, through a directory of several pages', async () => {
    const name = (i: number) => `wide/${`${i}`.padStart(5, '0').padEnd(200, 'x')}`;
    const many = Array.from({ length: 200 }, (_, i) => [name(i), noise(3, i)] as const);
    const files = { ...Object.fromEntries(many), [`${name(70)}+/deep/f`]: noise(9) };
    using sealed = await sealedStore(files);
    const store = new LocalStore(sealed.path);
    onTestFinished(() => store.close());
    await using local = await serve({ volumes: [store], log: silentLog() });
    await using client = await greetedClient(local);
    const descend = async (id: Uint8Array, path: string) => {
      const request: ClientMessage = { type: 'walk', object: id, path: utf8(path), room: PLENTY };
      const answer = (await client.ask(request)) as Steps;
      return Array.from({ length: answer.pages.length / 4 }, (_, i) => answer.pages[4 * i + 3]);
    };
    const { descriptor } = parseStatement(parseNote(store.newest()).text);
    const rootId = objectId(encodeDescriptor(descriptor));
    expect(await descend(rootId, `${name(70)}+/deep/f`)).toEqual([0, 1, 0, 0]);
    expect(await descend(rootId, name(0))).toEqual([0, 0]);
    expect(await descend(rootId, name(199))).toEqual([0, 3]);
  });
});
