import { describe, expect, it, test } from 'vitest';
import type { ReadMode } from '../../client/read-mode.ts';
import { replayDiagnostics } from '../../client/replay.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { onReads } from '../helpers/attacked-volume.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import type { HostileServer, Reply, Tamper } from '../helpers/hostile-server.ts';
import { file, volumeOfFiles } from '../helpers/memory-volume.ts';
import { connectMirrors, type Mirrored, startMirrors } from '../helpers/mirrors.ts';

const f = file(noise(3_000_000, 3));
const volume = volumeOfFiles({ f });
const mode: ReadMode = 'on-demand';

/** Holds answers back until it is opened. */
class Gate {
  readonly #held: (() => void)[] = [];
  #isOpen = false;
  #isOpening = false;

  open(): void {
    this.#isOpen = true;
    for (const send of this.#held.splice(0)) send();
  }

  /** Sends an answer once the gate is open. */
  readonly hold =
    (frame: Uint8Array): Reply =>
    (webSocket) => {
      const send = () => webSocket.send(frame);
      if (this.#isOpen) send();
      else this.#held.push(send);
    };

  /** Sends an answer, and opens the gate when the client has taken it, or has left because of it. */
  readonly openAfter =
    (frame: Uint8Array): Reply =>
    (webSocket) => {
      webSocket.send(frame);
      if (this.#isOpening) return;
      this.#isOpening = true;
      for (const event of ['pong', 'close']) webSocket.once(event, () => this.open());
      webSocket.ping();
    };
}

type Kind = 'pages' | 'nodes';

/** Does something with each answer of one kind that concerns the file. */
function onFile(kind: Kind, deal: (frame: Uint8Array) => Reply): Tamper {
  return onReads(f, kind, (message, _request, requestId) =>
    deal(encodeServerFrame(requestId, message)),
  );
}

/** Changes a bit of each answer of one kind that concerns the file, and then does something with it. */
function lieOn(kind: Kind, deal: (frame: Uint8Array) => Reply): Tamper {
  return onReads(f, kind, (message, _request, requestId) => {
    const wrong =
      message.type === 'pages'
        ? { ...message, data: flipBit(message.data, 77) }
        : { ...message, nodes: flipBit(message.nodes, 77) };
    return deal(encodeServerFrame(requestId, wrong));
  });
}

/** Applies the first that changes anything. */
function either(one: Tamper, other: Tamper): Tamper {
  return (frame, request) => {
    const reply = one(frame, request);
    return reply === frame ? other(frame, request) : reply;
  };
}

const send = (frame: Uint8Array): Reply => frame;
const drop = (): Reply => undefined;

/** One that lies about a kind of answers, among three that are honest. */
function oneLiar(liar: Tamper, honest: Tamper): Promise<HostileServer[]> {
  const mirror = { volume, tamper: honest };
  return startMirrors(mirror, { volume, tamper: liar }, mirror, mirror);
}

/** Expects that the second mirror was caught, with evidence, and that nobody else was. */
function expectCaught({ caught, bundles }: Mirrored, servers: readonly HostileServer[]): void {
  expect(caught).toEqual([{ url: servers[1]?.url, code: 'ERR_PROOF_MISMATCH' }]);
  expect(bundles).toHaveLength(1);
  const replay = replayDiagnostics(bundles[0] ?? new Uint8Array());
  expect(replay).toMatchObject({ isReproduced: true, diagnostics: { url: servers[1]?.url } });
}

describe('mirrors, in mode on-demand', () => {
  test('V18 V19 completes a read from another where wrong pages came before their leaf hashes', async () => {
    const gate = new Gate();
    // no pages but wrong ones arrive, and no leaf hashes before them
    const honest = either(onFile('pages', gate.hold), onFile('nodes', gate.hold));
    const liar = either(lieOn('pages', gate.openAfter), onFile('nodes', gate.hold));
    const servers = await oneLiar(liar, honest);
    const mirrored = await connectMirrors(servers);
    const opened = await mirrored.volume.open('f', { mode });
    expect(await opened.read(5000, 3000)).toEqual(f.data.slice(5000, 8000));
    expectCaught(mirrored, servers);
    expect(servers[1]?.asked('readPages').filter(({ first }) => first === 4)).toHaveLength(1);

    await servers[1]?.disconnected();
    expect(await opened.read(900_000, 70_000)).toEqual(f.data.slice(900_000, 970_000));
    expectCaught(mirrored, servers);
  });

  test('V19 blames who sent wrong leaf hashes, not who sent the pages before them', async () => {
    const [pagesCame, liarLeft] = [new Gate(), new Gate()];
    const honest = either(onFile('pages', pagesCame.openAfter), onFile('nodes', liarLeft.hold));
    const liar = either(onFile('pages', drop), lieOn('nodes', pagesCame.hold));
    const servers = await oneLiar(liar, honest);
    const mirrored = await connectMirrors(servers);
    const opened = await mirrored.volume.open('f', { mode });
    const reading = opened.read(5000, 3000);
    await servers[1]?.disconnected();
    liarLeft.open();
    expect(await reading).toEqual(f.data.slice(5000, 8000));
    expectCaught(mirrored, servers);
  });

  it.each<{ readonly kind: Kind; readonly what: string }>([
    { kind: 'pages', what: 'pages' },
    { kind: 'nodes', what: 'leaf hashes' },
  ])('V18 V19 streams over one that sends wrong $what', async ({ kind }) => {
    const gate = new Gate();
    // all wait until the liar was asked
    const servers = await oneLiar(lieOn(kind, gate.openAfter), onFile(kind, gate.hold));
    const mirrored = await connectMirrors(servers);
    const opened = await mirrored.volume.open('f', { mode });
    const given: Uint8Array[] = [];
    for await (const run of opened.pages({ reuse: true })) given.push(run.slice());
    expect(Buffer.compare(Buffer.concat(given), f.data)).toBe(0);
    expectCaught(mirrored, servers);
  });

  test('V18 V19 fails every read where all send wrong pages, with the evidence of each', async () => {
    const gate = new Gate();
    const liar = either(lieOn('pages', gate.openAfter), onFile('nodes', gate.hold));
    const servers = await startMirrors({ volume, tamper: liar }, { volume, tamper: liar });
    const { volume: mirrored, caught, bundles } = await connectMirrors(servers);
    const opened = await mirrored.open('f', { mode });
    const wrong = failure('IntegrityError', 'ERR_PROOF_MISMATCH');
    await expect(opened.read(5000, 3000)).rejects.toThrow(wrong);
    await expect(opened.read(5000, 3000)).rejects.toThrow(wrong);
    const told = bundles.map((bundle) => replayDiagnostics(bundle).diagnostics.url);
    expect(told.toSorted()).toEqual(servers.map(({ url }) => url).toSorted());
    expect(caught).toHaveLength(2);
  });

  test('V15 gives pages that are asked for again no new deadline', async () => {
    const gate = new Gate();
    const liar = either(lieOn('pages', send), onFile('nodes', gate.hold));
    const silent = either(onFile('pages', drop), onFile('nodes', gate.hold));
    const servers = await startMirrors({ volume, tamper: liar }, { volume, tamper: silent });
    const { volume: mirrored, caught } = await connectMirrors(servers, { deadlineMs: 2000 });
    const opened = await mirrored.open('f', { mode });
    const started = performance.now();
    setTimeout(() => gate.open(), 1500);
    const late = failure('TransportError', 'ERR_DEADLINE');
    await expect(opened.read(5000, 3000)).rejects.toThrow(late);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(caught).toEqual([{ url: servers[0]?.url, code: 'ERR_PROOF_MISMATCH' }]);
  });
});
