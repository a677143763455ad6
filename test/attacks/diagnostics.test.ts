import { describe, expect, it } from 'vitest';
import { nodeWebSocket } from '../../client/node/index.ts';
import { connectObjects } from '../../client/object-source.ts';
import { type Replay, replayDiagnostics } from '../../client/replay.ts';
import type { ServerMessage } from '../../common/wire.ts';
import type { ServedVolume } from '../../server/volume.ts';
import { attackedVolume, onReads } from '../helpers/attacked-volume.ts';
import { flipBit } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  announcing,
  connectTo,
  drain,
  hostileServer,
  on,
  type Tamper,
} from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  Signer,
  signer,
  symlink,
  volumeOf,
  wrongDirectory,
} from '../helpers/memory-volume.ts';
import { Versions } from '../helpers/versions.ts';

const { f, g, volume } = attackedVolume();
const wide = Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + i}`, 'x'.repeat(100)));
/** Its second page holds names that belong before those of the first. */
const disordered = wrongDirectory([...wide.slice(100), ...wide.slice(0, 100)]);
const other = directory([entryOf('f', g), entryOf('g', f)]);

interface Row {
  readonly attack: string;
  readonly served?: ServedVolume;
  readonly tamper: Tamper;
  readonly error: readonly [name: string, code: string];
}

const honest: Tamper = (frame) => frame;
const pages = (
  change: (message: Extract<ServerMessage, { type: 'pages' }>) => Partial<ServerMessage>,
) => onReads(f, 'pages', (message) => ({ ...message, ...change(message) }) as ServerMessage);

const rows: readonly Row[] = [
  {
    attack: 'a bit of a page is flipped',
    tamper: pages(({ data }) => ({ data: flipBit(data, 99) })),
    error: ['IntegrityError', 'ERR_PROOF_MISMATCH'],
  },
  {
    attack: 'a proof is too short',
    tamper: pages(({ siblings }) => ({ siblings: siblings.slice(32) })),
    error: ['ProtocolError', 'ERR_PROOF_LENGTH'],
  },
  {
    attack: 'a page is cut short',
    tamper: pages(({ data }) => ({ data: data.slice(1) })),
    error: ['ProtocolError', 'ERR_DATA_LENGTH'],
  },
  {
    attack: 'a frame does not decode',
    tamper: onReads(f, 'pages', () => Uint8Array.of(0xff)),
    error: ['ProtocolError', 'ERR_FRAME'],
  },
  {
    attack: 'an answer is of another type',
    tamper: onReads(f, 'pages', () => ({ type: 'pong' })),
    error: ['ProtocolError', 'ERR_UNEXPECTED_ANSWER'],
  },
  {
    attack: 'another directory is served',
    tamper: on('pages', ({ siblings }) => ({ type: 'pages', siblings, data: other.data })),
    error: ['IntegrityError', 'ERR_PROOF_MISMATCH'],
  },
  {
    attack: 'a statement is forged',
    tamper: announcing(flipBit(volume.newest(), 8 * 60)),
    error: ['IntegrityError', 'ERR_SIGNATURE'],
  },
  {
    attack: 'a statement is signed by a stranger',
    tamper: announcing(new Signer(7).seal(f)),
    error: ['IntegrityError', 'ERR_THRESHOLD'],
  },
  {
    attack: 'there is no statement',
    tamper: announcing(new Uint8Array()),
    error: ['IntegrityError', 'ERR_NOTE'],
  },
  {
    attack: 'limits are too low',
    tamper: on('welcome', (message) => ({ ...message, maxFrameBytes: 1 })),
    error: ['ProtocolError', 'ERR_WELCOME'],
  },
  {
    attack: 'a signed directory is malformed',
    served: volumeOf(wrongDirectory([symlink('b', 'x'), symlink('a', 'x')])),
    tamper: honest,
    error: ['IntegrityError', 'ERR_DIRECTORY'],
  },
  {
    attack: 'pages of a signed directory are out of order',
    served: volumeOf(disordered),
    tamper: honest,
    error: ['IntegrityError', 'ERR_DIRECTORY'],
  },
];

describe('a diagnostic bundle', () => {
  it.each(rows)(
    'fails again, offline, where $attack',
    async ({ served = volume, tamper, error }) => {
      const bundles: Uint8Array[] = [];
      await using server = await hostileServer(served, tamper);
      const reading = async () => {
        const onDiagnostics = (bundle: Uint8Array) => bundles.push(bundle);
        await using opened = await connectTo(server, { onDiagnostics });
        await drain(opened.walk());
        await (await opened.open('f')).read(1100, 3000);
      };
      await expect(reading()).rejects.toThrow(failure(...error));
      expect(bundles).toHaveLength(1);
      const replay: Replay = replayDiagnostics(bundles[0] ?? new Uint8Array());
      expect(replay.error).toEqual(failure(...error));
      expect(replay.isReproduced).toBe(true);
      expect(replay.diagnostics.url).toBe(server.url);
      expect(replay.diagnostics.trust.keys).toEqual([signer.key]);
    },
  );

  it.each([
    { attack: 'a forged one', note: flipBit(volume.newest(), 8 * 60), code: 'ERR_SIGNATURE' },
    { attack: 'that of another version', note: signer.seal(f), code: 'ERR_UNEXPECTED_ANSWER' },
  ])('fails again where $attack stands for an older statement', async ({ note, code }) => {
    const bundles: Uint8Array[] = [];
    const versions = new Versions();
    for (let version = 1; version <= 3; version += 1) versions.publishRoot(f);
    const forged = on('statement', (message) => ({ ...message, statement: note }));
    await using server = await hostileServer(versions.volume, forged);
    const onDiagnostics = (bundle: Uint8Array) => bundles.push(bundle);
    await using opened = await connectTo(server, { onDiagnostics });
    await expect(opened.at(2)).rejects.toMatchObject({ code });
    expect(bundles).toHaveLength(1);
    const replay = replayDiagnostics(bundles[0] ?? new Uint8Array());
    expect(replay).toMatchObject({ isReproduced: true, error: { code } });
  });

  it('is not written of an honest server', async () => {
    const bundles: Uint8Array[] = [];
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, {
      onDiagnostics: (bundle) => bundles.push(bundle),
    });
    await (await opened.open('f')).read(0, f.data.length);
    await expect(opened.open('missing')).rejects.toThrow(failure('PathError', 'ERR_NOT_FOUND'));
    expect(bundles).toEqual([]);
  });

  it('tells of an object that was asked for by its digest', async () => {
    const bundles: Uint8Array[] = [];
    const lie = on('descriptor', () => ({ type: 'descriptor', descriptor: g.descriptor }));
    await using server = await hostileServer(volume, lie);
    await using source = await connectObjects(server.url, {
      webSocket: nodeWebSocket,
      onDiagnostics: (bundle) => bundles.push(bundle),
    });
    const wrong = failure('IntegrityError', 'ERR_OBJECT_ID');
    await expect(source.open({ object: f.id })).rejects.toThrow(wrong);
    const replay = replayDiagnostics(bundles[0] ?? new Uint8Array());
    expect(replay).toMatchObject({ isReproduced: true, error: wrong });
    expect(replay.diagnostics.trust.keys).toEqual([]);
  });
});
