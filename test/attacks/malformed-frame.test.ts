import { describe, expect, it, test } from 'vitest';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { attackedVolume, expectRefusedReads, onReads } from '../helpers/attacked-volume.ts';
import { hex, join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on, type Reply } from '../helpers/hostile-server.ts';

const { f, volume } = attackedVolume();
const MALFORMED = ['ProtocolError', 'ERR_FRAME'] as const;

/** Writes a header of RFC 6455 for a message that is never sent whole. */
function begin(length: number, sent = 10): Reply {
  return (_webSocket, socket) => {
    const header = Buffer.alloc(10);
    header[0] = 0x82;
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
    socket.write(Buffer.concat([header, Buffer.alloc(sent)]));
  };
}

describe('RemoteFile', () => {
  it.each<{ attack: string; reply: Reply }>([
    { attack: 'a text message', reply: 'not binary' },
    { attack: 'an empty message', reply: new Uint8Array() },
    { attack: 'noise', reply: hex('ffffffffffffffffffffff') },
    { attack: 'a length beyond the frame', reply: hex('0801 1a05 12ff01') },
    { attack: 'a frame without a body', reply: hex('0801') },
    { attack: 'an unknown body', reply: hex('0801 7a00') },
    { attack: 'a body of a wrong wire type', reply: hex('0801 1805') },
    { attack: 'a group that never ends', reply: hex('0801 1b') },
    { attack: 'a field number of 0', reply: hex('0801 0200') },
    { attack: 'a message longer than any frame', reply: new Uint8Array(MAX_FRAME_LENGTH + 1) },
    { attack: 'the announcement of an exabyte', reply: begin(2 ** 52) },
    { attack: 'a reserved opcode', reply: (_webSocket, socket) => socket.write(hex('8300')) },
    {
      attack: 'a masked message',
      reply: (_webSocket, socket) => socket.write(hex('8281 00000000 00')),
    },
    { attack: 'a compressed message', reply: (_webSocket, socket) => socket.write(hex('c20100')) },
  ])('V13 refuses $attack', async ({ reply }) => {
    await expectRefusedReads(
      volume,
      onReads(f, 'pages', () => reply),
      MALFORMED,
    );
  });

  test('V13 refuses fragments that together are too long', async () => {
    const tamper = onReads(f, 'pages', () => (webSocket) => {
      webSocket.send(new Uint8Array(MAX_FRAME_LENGTH), { fin: false });
      webSocket.send(new Uint8Array(1), { fin: true });
    });
    await expectRefusedReads(volume, tamper, MALFORMED, ['read']);
  });

  // as a proxy may cut them; RFC 6455 section 5.4
  it.each([1, 2, 7])(
    'V13 joins a message that comes in fragments, %d ahead of the rest',
    async (cuts) => {
      await using server = await hostileServer(
        volume,
        on('pages', (message, _request, requestId) => async (webSocket) => {
          const frame = encodeServerFrame(requestId, message);
          for (let i = 0; i < cuts; i += 1) {
            webSocket.send(frame.subarray(i * 100, (i + 1) * 100), { fin: false });
            webSocket.ping('between');
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          webSocket.send(frame.subarray(cuts * 100), { fin: true });
        }),
      );
      await using opened = await connectTo(server);
      const file = await opened.open('f');
      // from the end on, so that nothing is asked ahead: no message may come between the fragments
      for (let page = 12; page >= 0; page -= 1) {
        const at = page * 1024;
        expect(await file.read(at, 1024)).toEqual(f.data.slice(at, at + 1024));
      }
    },
  );

  it.each([
    { attack: 'a trailing byte', more: 1 },
    { attack: 'a hash without its last byte', more: 31 },
  ])('V13 refuses siblings with $attack', async ({ more }) => {
    const tamper = onReads(f, 'pages', (message) => ({
      ...message,
      siblings: join(message.siblings, new Uint8Array(more)),
    }));
    await expectRefusedReads(volume, tamper, MALFORMED);
  });

  test('V13 refuses nodes with a trailing byte', async () => {
    const large = attackedVolume({ large: true });
    const tamper = onReads(large.f, 'nodes', (message) => ({
      ...message,
      nodes: join(message.nodes, new Uint8Array(1)),
    }));
    await expectRefusedReads(large.volume, tamper, MALFORMED, ['pages']);
  });

  test('V13 ignores unknown fields, as protobuf does', async () => {
    await using server = await hostileServer(
      volume,
      on('pages', (message, _request, requestId) =>
        join(encodeServerFrame(requestId, message), hex('fa07 03616263')),
      ),
    );
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    expect(await file.read(0, file.size)).toEqual(f.data);
  });
});

describe('connect()', () => {
  test('V13 refuses a text message instead of Welcome', async () => {
    await using server = await hostileServer(
      volume,
      on('welcome', () => 'hello'),
    );
    await expect(connectTo(server)).rejects.toThrow(failure(...MALFORMED));
    await server.disconnected();
  });
});
