import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { connect } from '../../client/node/index.ts';
import { utf8 } from '../../common/bytes.ts';
import { encodeServerFrame, type ServerMessage } from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on, type Tamper } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  signer,
  symlink,
  volumeOf,
  wrongDirectory,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { type Steps, stepsTo } from '../helpers/steps.ts';

const f = file(noise(3000, 1));
const g = file(noise(3000, 2));
/** Both of one page, and as long as each other. */
const sub = directory([entryOf('f', f), symlink('link', 'f')]);
const twin = directory([entryOf('f', g), symlink('link', 'f')]);
const filler = (of: number) =>
  Array.from({ length: 100 }, (_, i) => symlink(`n${of}${1000 + i}`, 'x'.repeat(400)));
const empty = directory([]);
/** Five or six pages; `sub` stands on the first. */
const a = directory([
  entryOf('empty', empty),
  entryOf('file', f),
  symlink('link', 'sub'),
  entryOf('msub', sub),
  ...filler(1),
]);
const other = directory([entryOf('msub', twin), ...filler(1), ...filler(2)]);
const root = directory([entryOf('a', a), entryOf('other', other), entryOf('f', f)]);
const volume = volumeOf(root, [f, g, sub, twin, empty, a, other]);
const PAGES = a.shape.widths[0] ?? 0;
const honest = stepsTo([a, 0], [sub, 0]);
const [STEPS, LENGTH, PROOF, MISMATCH] = [
  ['ProtocolError', 'ERR_STEPS'],
  ['ProtocolError', 'ERR_DATA_LENGTH'],
  ['ProtocolError', 'ERR_PROOF_LENGTH'],
  ['IntegrityError', 'ERR_PROOF_MISMATCH'],
] as const;

/** Page `index` of an object with the proof of page 0. */
function disguised(object: MemoryObject, index: number): Steps {
  return { ...stepsTo([object, 0]), data: object.page(index) };
}

function swapped(bytes: Uint8Array, first: number): Uint8Array {
  return join(bytes.slice(first), bytes.slice(0, first));
}

const PATH = 'a/msub/f';
const lies: readonly {
  attack: string;
  path?: string;
  answer: Steps;
  code: readonly [string, string];
}[] = [
  { attack: 'no step', answer: stepsTo(), code: STEPS },
  { attack: 'a step more than names', answer: stepsTo([a, 0], [sub, 0], [sub, 0]), code: STEPS },
  {
    attack: 'a step for each of 300,000 pages',
    answer: { ...honest, pages: new Uint8Array(1_200_000) },
    code: STEPS,
  },
  { attack: 'a page beyond the last', answer: stepsTo([a, PAGES]), code: STEPS },
  { attack: 'page 2^32 - 1', answer: stepsTo([a, 2 ** 32 - 1]), code: STEPS },
  { attack: 'page 1 of one, at the second step', answer: stepsTo([a, 0], [sub, 1]), code: STEPS },
  {
    attack: 'a step after a page without the name',
    answer: stepsTo([a, 1], [sub, 0]),
    code: STEPS,
  },
  {
    attack: 'a step below an absent name',
    path: 'a/absent/f',
    answer: stepsTo([a, 0], [sub, 0]),
    code: STEPS,
  },
  { attack: 'a step below a file', path: 'a/file/f', answer: honest, code: STEPS },
  { attack: 'a step below a symlink', path: 'a/link/f', answer: honest, code: STEPS },
  { attack: 'a step into an empty directory', path: 'a/empty/f', answer: honest, code: STEPS },
  { attack: 'steps in the wrong order', answer: stepsTo([sub, 0], [a, 0]), code: MISMATCH },
  {
    attack: 'the pages of steps swapped',
    answer: { ...honest, data: swapped(honest.data, a.page(0).length) },
    code: MISMATCH,
  },
  { attack: 'a page of another directory', answer: stepsTo([other, 0]), code: MISMATCH },
  { attack: 'the page of a twin', answer: stepsTo([a, 0], [twin, 0]), code: MISMATCH },
  { attack: 'the first step twice', answer: stepsTo([a, 0], [a, 0]), code: MISMATCH },
  { attack: 'the second step first', answer: stepsTo([sub, 0]), code: LENGTH },
  { attack: 'another page of the same directory', answer: disguised(a, 1), code: MISMATCH },
  { attack: 'a page without its proof', answer: { ...honest, siblings: empty.data }, code: PROOF },
  {
    attack: 'a sibling too few',
    answer: { ...honest, siblings: honest.siblings.slice(32) },
    code: PROOF,
  },
  {
    attack: 'a sibling too many',
    answer: { ...honest, siblings: join(honest.siblings, a.id) },
    code: PROOF,
  },
  {
    attack: 'siblings in another order',
    answer: { ...honest, siblings: swapped(honest.siblings, 32) },
    code: MISMATCH,
  },
  { attack: 'no pages', answer: { ...honest, data: empty.data }, code: LENGTH },
  { attack: 'a byte too few', answer: { ...honest, data: honest.data.slice(0, -1) }, code: LENGTH },
  { attack: 'a byte too many', answer: { ...honest, data: join(honest.data, a.id) }, code: LENGTH },
  {
    attack: 'a megabyte more',
    answer: { ...honest, data: join(honest.data, new Uint8Array(2 ** 20)) },
    code: LENGTH,
  },
  {
    attack: 'an index more than pages',
    answer: { ...stepsTo([a, 0]), pages: honest.pages },
    code: LENGTH,
  },
  {
    attack: 'an index less than pages',
    answer: { ...honest, pages: honest.pages.slice(4) },
    code: LENGTH,
  },
];

const refusals: readonly { attack: string; tamper: Tamper }[] = [
  { attack: 'pages', tamper: on('steps', () => ({ ...honest, type: 'pages' })) },
  { attack: 'a pong', tamper: on('steps', () => ({ type: 'pong' })) },
  {
    attack: 'a second answer',
    tamper: on('steps', (message, _request, requestId) => [
      { requestId, message: message as ServerMessage },
      { requestId, message: message as ServerMessage },
    ]),
  },
];

describe('Volume', () => {
  it.each(lies)('V39 refuses $attack', async ({ path = PATH, answer, code }) => {
    await using server = await hostileServer(
      volume,
      on('steps', () => answer),
    );
    await using opened = await connectTo(server);
    await expect(opened.stat(path)).rejects.toThrow(failure(...code));
    await server.disconnected();
    // nothing of the answer was kept: the connection is gone, and with it what would be asked again
    await expect(opened.stat('a/file')).rejects.toThrow(failure(...code));
    expect((await opened.stat('f')).entry.name).toBe('f');
  });

  it.each(lies)('V39 lets $attack not open a volume', async ({ path = PATH, answer, code }) => {
    const rest = path.slice('a/'.length);
    const inner = volumeOf(a, [f, sub, empty]);
    await using server = await hostileServer(
      inner,
      on('steps', () => answer),
    );
    const connecting = connectTo(server, { firstPath: rest });
    await expect(connecting).rejects.toThrow(failure(...code));
    await server.disconnected();
  });

  it.each(refusals)('V14 refuses $attack in answer to a walk', async ({ tamper }) => {
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    await opened.stat(PATH).catch(() => undefined);
    const asking = opened.stat('other/msub');
    await expect(asking).rejects.toThrow(failure('ProtocolError', 'ERR_UNEXPECTED_ANSWER'));
    await server.disconnected();
  });

  test('V39 property: whatever bit is flipped, the right entry comes out or none', async () => {
    await using server = await hostileServer(volume);
    const parts = ['pages', 'siblings', 'data'] as const;
    const flips = fc
      .constantFrom(...parts)
      .chain((part) => fc.tuple(fc.constant(part), fc.nat(honest[part].length * 8 - 1)));
    await fc.assert(
      fc.asyncProperty(flips, async ([part, bit]) => {
        server.tamper = on('steps', (message) => ({
          ...message,
          [part]: flipBit(message[part], bit),
        }));
        await using opened = await connectTo(server);
        const refusal = expect.objectContaining({
          code: expect.stringMatching(/STEPS|LENGTH|PROOF/),
        });
        await expect(opened.stat(PATH)).rejects.toThrow(refusal as never);
      }),
      { numRuns: Math.min(NUM_RUNS / 2, 1000) }, // each connects anew, and the runner keeps what failed
    );
  });

  it.each<{ attack: string; answer: Steps }>([
    { attack: 'the last page in the place of the right one', answer: stepsTo([a, PAGES - 1]) },
    { attack: 'the page before', answer: stepsTo([a, 1]) },
    { attack: 'only the first step', answer: stepsTo([a, 0]) },
  ])('V22 finds what is there although it is led to $attack', async ({ answer }) => {
    await using server = await hostileServer(volume, (frame, request) =>
      request?.type === 'walk' && Buffer.from(request.object).equals(a.id)
        ? { requestId: frame.requestId, message: answer }
        : frame,
    );
    await using opened = await connectTo(server);
    expect((await opened.stat(PATH)).entry).toEqual(entryOf('f', f));
    await expect(opened.stat('a/msub/absent')).rejects.toThrow(
      failure('PathError', 'ERR_NOT_FOUND'),
    );
    await expect(opened.stat('a/msum/f')).rejects.toThrow(failure('PathError', 'ERR_NOT_FOUND'));
  });

  test('V22 asks no more than once for each directory, however little it is told', async () => {
    let inner = sub;
    const all = [sub];
    for (let i = 0; i < 20; i += 1) {
      inner = directory([entryOf('d', inner)]);
      all.push(inner);
    }
    await using server = await hostileServer(
      volumeOf(inner, [...all, f]),
      on('steps', (_message, request) => {
        const { object } = request as Extract<typeof request, { type: 'walk' }>;
        const asked = all.find(({ id }) => Buffer.from(id).equals(object)) as MemoryObject;
        return stepsTo([asked, 0]);
      }),
    );
    await using opened = await connectTo(server);
    expect((await opened.stat(`${'d/'.repeat(20)}f`)).entry.name).toBe('f');
    expect(server.requests.length).toBeLessThanOrEqual(1 + 21);
  });

  test('V20 V39 reports a malformed directory that a walk leads through, and keeps the server', async () => {
    const wrong = wrongDirectory([symlink('z', 'x'), entryOf('msub', sub)]);
    const b = directory([entryOf('wrong', wrong)]);
    const top = directory([entryOf('b', b), entryOf('f', f)]);
    await using server = await hostileServer(volumeOf(top, [b, wrong, sub, f]));
    await using opened = await connectTo(server);
    const finding = opened.stat('b/wrong/msub/f');
    await expect(finding).rejects.toThrow(failure('IntegrityError', 'ERR_DIRECTORY'));
    expect(server.asked('walk').map(({ object }) => object)).toEqual([b.id, wrong.id]);
    expect(await (await opened.open('f')).read(0, 10)).toEqual(f.data.slice(0, 10));
  });

  test('V29 V39 walks through no directory that the reader has revoked', async () => {
    await using server = await hostileServer(volume);
    const revokedObjects = new Set([Buffer.from(sub.id).toString('hex')]);
    await using opened = await connectTo(server, { revokedObjects, firstPath: PATH });
    await expect(opened.stat(PATH)).rejects.toThrow(failure('FreshnessError', 'ERR_REVOKED'));
    expect((await opened.stat('a/file')).entry.name).toBe('file');
  });

  test('V39 takes the path from another mirror, and does not ask the liar again', async () => {
    const caught: string[] = [];
    let release: () => void = () => undefined;
    await using liar = await hostileServer(
      volume,
      on('steps', () => stepsTo([a, 0], [twin, 0])),
    );
    // it keeps its answer until the liar was asked, too, and was caught
    const late: Tamper = on('steps', (message, _request, requestId) => {
      if (caught.length > 0) return message;
      return (webSocket) => {
        release = () => webSocket.send(encodeServerFrame(requestId, message));
      };
    });
    await using good = await hostileServer(volume, late);
    await using opened = await connect([liar.url, good.url], {
      keys: [signer.key],
      now: () => Date.parse('2026-11-22T00:00:00Z'),
      onQuarantine: (url, { code }) => {
        caught.push(`${url} ${code}`);
        release();
      },
    });
    expect((await opened.stat(PATH)).entry).toEqual(entryOf('f', f));
    expect(caught).toEqual([`${liar.url} ERR_PROOF_MISMATCH`]);
    expect((await opened.stat('other/msub/f')).entry).toEqual(entryOf('f', g));
    expect(liar.asked('walk')).toHaveLength(1);
    expect(good.asked('walk').map(({ path }) => path)).toEqual([utf8('msub/f'), utf8('msub/f')]);
  });
});
