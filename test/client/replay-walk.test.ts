import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { encodeDiagnostics } from '../../client/diagnostics.ts';
import type { FailedAnswer } from '../../client/failed-check.ts';
import { replayDiagnostics } from '../../client/replay.ts';
import { utf8 } from '../../common/bytes.ts';
import { type PagesealError, ProtocolError } from '../../common/errors.ts';
import { encodeServerFrame, type ServerMessage, type Walk } from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  ORIGIN,
  signer,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { stepsTo } from '../helpers/steps.ts';

const f = file(noise(3000));
const nothing = directory([]);
const sub = directory([entryOf('f', f), symlink('link', 'f')]);
const root = directory([entryOf('f', f), entryOf('sub', sub)]);
const basis = { descriptor: root.parsed, anchors: root.parsed.root };
const walk: Walk = { type: 'walk', object: root.id, path: utf8('sub/f'), room: 50_000 };
const steps = stepsTo([root, 0], [sub, 0]);
const context = {
  url: 'wss://files.example.org/lab.example/images',
  note: signer.seal(root),
  trust: { origin: ORIGIN, keys: [signer.key], threshold: 1 },
};

/** What a client tells of an answer that it has refused. */
function bundleOf(
  answer: ServerMessage,
  message: Partial<Walk> = {},
  grounds: FailedAnswer['basis'] = basis,
): Uint8Array {
  const request = { requestId: 7, message: { ...walk, ...message } };
  const frame = encodeServerFrame(7, answer);
  const error: PagesealError = new ProtocolError('ERR_STEPS', 'what was said');
  return encodeDiagnostics({ check: 'answer', error, frame, request, basis: grounds }, context);
}

describe('replayDiagnostics()', () => {
  it.each<{ what: string; answer: ServerMessage; message?: Partial<Walk>; code: string }>([
    { what: 'no step', answer: stepsTo(), code: 'ERR_STEPS' },
    {
      what: 'a step too many',
      answer: stepsTo([root, 0], [sub, 0], [sub, 0]),
      code: 'ERR_STEPS',
    },
    {
      what: 'a step into a file',
      answer: steps,
      message: { path: utf8('f/f') },
      code: 'ERR_STEPS',
    },
    {
      what: 'a flipped bit in a second step',
      answer: { ...steps, data: flipBit(steps.data, 8 * root.data.length + 3) },
      code: 'ERR_PROOF_MISMATCH',
    },
    {
      what: 'a byte more',
      answer: { ...steps, data: join(steps.data, new Uint8Array(1)) },
      code: 'ERR_DATA_LENGTH',
    },
    {
      what: 'a sibling more',
      answer: { ...steps, siblings: new Uint8Array(32) },
      code: 'ERR_PROOF_LENGTH',
    },
    {
      what: 'pages in the place of steps',
      answer: { type: 'pages', siblings: steps.siblings, data: steps.data },
      code: 'ERR_UNEXPECTED_ANSWER',
    },
  ])('V39 fails as the client did, of $what', ({ answer, message, code }) => {
    const { error, isReproduced } = replayDiagnostics(bundleOf(answer, message));
    expect(error?.code).toBe(code);
    expect(isReproduced).toBe(code === 'ERR_STEPS');
  });

  it.each([
    { what: 'honest steps', answer: steps },
    { what: 'fewer steps', answer: stepsTo([root, 0]) },
  ])('V39 finds no fault with $what', ({ answer }) => {
    expect(replayDiagnostics(bundleOf(answer))).toMatchObject({
      error: undefined,
      isReproduced: false,
    });
  });

  it.each<{ what: string; message?: Partial<Walk>; grounds?: FailedAnswer['basis'] }>([
    { what: 'along no path', message: { path: new Uint8Array() } },
    { what: 'along what is no path', message: { path: utf8('a//b') } },
    { what: 'along what is no text', message: { path: Uint8Array.of(0xff) } },
    {
      what: 'from an empty directory',
      grounds: { descriptor: nothing.parsed, anchors: nothing.parsed.root },
    },
    { what: 'from another root', grounds: { ...basis, anchors: sub.parsed.root } },
  ])('V35 refuses a walk $what', ({ message, grounds }) => {
    expect(() => replayDiagnostics(bundleOf(steps, message, grounds))).toThrow(
      failure('BundleError', 'ERR_BUNDLE'),
    );
  });

  test('V35 refuses a walk without its directory', () => {
    const request = { requestId: 7, message: walk };
    const error = new ProtocolError('ERR_STEPS', 'what was said');
    const frame = encodeServerFrame(7, steps);
    const failed = { check: 'answer', error, frame, request, basis: undefined } as const;
    expect(() => replayDiagnostics(encodeDiagnostics(failed, context))).toThrow(
      failure('BundleError', 'ERR_BUNDLE'),
    );
  });

  test('property: ends with a code or a verdict, whatever bit is flipped', () => {
    const bundle = bundleOf(steps);
    fc.assert(
      fc.property(fc.nat(bundle.length * 8 - 1), (bit) => {
        try {
          replayDiagnostics(flipBit(bundle, bit));
        } catch (error) {
          expect(error).toEqual(failure('BundleError', 'ERR_BUNDLE'));
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('V39 reproduces what a client has met', async () => {
    const bundles: Uint8Array[] = [];
    await using server = await hostileServer(
      volumeOf(root, [sub, f]),
      on('steps', () => stepsTo([root, 0], [root, 0], [sub, 0])),
    );
    const onDiagnostics = (bundle: Uint8Array) => bundles.push(bundle);
    const connecting = connectTo(server, { firstPath: 'sub/f', onDiagnostics });
    await expect(connecting).rejects.toThrow(failure('ProtocolError', 'ERR_STEPS'));
    const replays = bundles.map((bundle) => replayDiagnostics(bundle));
    expect(replays).toMatchObject([{ isReproduced: true, error: { code: 'ERR_STEPS' } }]);
  });
});
