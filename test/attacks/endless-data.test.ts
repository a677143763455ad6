import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { MAX_FRAME_LENGTH, MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, hostileServer, on, type Reply } from '../helpers/hostile-server.ts';
import { file, volumeOfFiles } from '../helpers/memory-volume.ts';

const PIECE = 65_536;
const data = file(noise(9000));
const volume = volumeOfFiles({ f: data });

/** Writes the same bytes for as long as the client takes them, and counts them. */
function endless(first: Uint8Array, more: Uint8Array) {
  const sent = { bytes: 0 };
  const pour = (socket: Socket) => {
    const go = () => {
      while (!socket.destroyed && socket.write(more)) sent.bytes += more.length;
    };
    socket.on('drain', go);
    socket.on('error', () => undefined);
    socket.write(first);
    go();
  };
  return { sent, reply: ((_webSocket, socket) => pour(socket)) satisfies Reply };
}

/** The header of a WebSocket message: binary, `fin`, not masked, 64 bits of length. */
function header(first: number, length: number): Uint8Array {
  const bytes = new Uint8Array(10);
  bytes[0] = first;
  bytes[1] = 127;
  new DataView(bytes.buffer).setBigUint64(2, BigInt(length));
  return bytes;
}

const fragment = (first: number) => Buffer.concat([header(first, PIECE), new Uint8Array(PIECE)]);
const unasked = encodeServerFrame(4_000_000, {
  type: 'nodes',
  nodes: noise(32),
  siblings: noise(0),
});

describe('a read', () => {
  it.each([
    {
      what: 'one message that claims to be endless',
      first: header(0x82, 2 ** 50),
      more: new Uint8Array(PIECE),
      code: 'ERR_FRAME',
    },
    {
      what: 'fragments without end',
      first: fragment(0x02),
      more: fragment(0x00),
      code: 'ERR_FRAME',
    },
    {
      what: 'answers without end to what was not asked',
      first: new Uint8Array(),
      more: Buffer.concat([Uint8Array.of(0x82, unasked.length), unasked]),
      code: 'ERR_UNEXPECTED_ANSWER',
    },
  ])('V13 V14 ends soon at $what', async ({ first, more, code }) => {
    const { sent, reply } = endless(first, more);
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('f');
    server.tamper = on('pages', () => reply);
    const given: Uint8Array[] = [];
    await expect(drain(f.pages(), given)).rejects.toThrow(failure('ProtocolError', code));
    expect(given).toEqual([]);
    await server.disconnected();
    // beside what a client takes, what sockets buffer and what it drops while it hangs up
    expect(sent.bytes).toBeLessThan(64 * MAX_FRAME_LENGTH);
  });

  it('V16 V18 takes no page more than the signed size has', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('f');
    server.tamper = on('pages', (message) => ({
      ...message,
      data: Buffer.concat([message.data, noise(1024)]),
    }));
    const reading = f.read(0, 1_000_000);
    await expect(reading).rejects.toThrow(failure('ProtocolError', 'ERR_DATA_LENGTH'));
    expect(server.asked('readPages').at(-1)).toMatchObject({ first: 0, count: 9 });
  });

  it('V1 takes no statement that is longer than one can be', async () => {
    const statement = Buffer.concat([volume.newest(), noise(MAX_NOTE_LENGTH)]);
    await using server = await hostileServer(
      volume,
      on('welcome', (message) => ({ ...message, statement })),
    );
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_NOTE'));
  });
});
