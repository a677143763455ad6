import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeWebSocket } from '../../client/node/index.ts';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import { join, noise } from '../helpers/bytes.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** A message as one frame or as several, with pings between them. */
interface Message {
  readonly data: Uint8Array;
  readonly cuts: readonly number[];
}

const messages: fc.Arbitrary<Message> = fc
  .tuple(
    fc.oneof(
      fc.nat(300),
      fc.nat(70_000),
      fc.constantFrom(125, 126, 65_535, 65_536, 1_048_576, MAX_FRAME_LENGTH),
    ),
    fc.nat(1000),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  )
  .map(([length, seed, cuts]) => ({
    data: new Uint8Array(length).fill(seed % 256).map((byte, i) => (byte + i * 7) % 256),
    cuts: cuts.map((cut) => Math.floor(cut * length)).sort((a, b) => a - b),
  }));

function frame(opcode: number, final: boolean, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(10);
  header[0] = (final ? 0x80 : 0) + opcode;
  header[1] = payload.length < 126 ? payload.length : payload.length < 65_536 ? 126 : 127;
  if (header[1] === 126) header.writeUInt16BE(payload.length, 2);
  if (header[1] === 127) header.writeBigUInt64BE(BigInt(payload.length), 2);
  const length = header[1] < 126 ? 2 : header[1] === 126 ? 4 : 10;
  return join(header.subarray(0, length), payload);
}

function framesOf({ data, cuts }: Message): Uint8Array[] {
  const ends = [...cuts, data.length];
  return ends.flatMap((end, i) => {
    const part = data.subarray(ends[i - 1] ?? 0, end);
    const isLast = i === ends.length - 1;
    const ping = frame(9, true, noise(20, i));
    return isLast
      ? [frame(i === 0 ? 2 : 0, true, part)]
      : [frame(i === 0 ? 2 : 0, false, part), ping];
  });
}

function accept(key: string): string {
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash.digest('base64')}\r\nSec-WebSocket-Protocol: pageseal.v1\r\n\r\n`;
}

describe('nodeWebSocket()', () => {
  let http: Server;
  let serve: (socket: Socket, greeting: Uint8Array) => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    http = createServer();
    http.on('upgrade', (request, socket: Socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      void serve(socket, Buffer.from(accept(request.headers['sec-websocket-key'] ?? '')));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    http.closeAllConnections();
    http.close();
  });

  /** Connects, and keeps copies of so many messages. */
  function receive(count: number): Promise<Uint8Array[]> {
    const { port } = http.address() as AddressInfo;
    const webSocket = nodeWebSocket(`ws://127.0.0.1:${port}/x`, 'pageseal.v1');
    const received: Uint8Array[] = [];
    return new Promise((resolve, reject) => {
      webSocket.addEventListener('message', ({ data }) => {
        received.push(new Uint8Array(data as Uint8Array));
        if (received.length < count) return;
        webSocket.close();
        resolve(received);
      });
      webSocket.addEventListener('error', (event) => reject((event as { error: Error }).error));
      webSocket.addEventListener('close', () => resolve(received));
    });
  }

  test('V13 property: receives every message whole, however it is framed and cut into packets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages, { minLength: 1, maxLength: 6 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        fc.boolean(),
        async (list, cuts, withHead) => {
          const frames = list.flatMap(framesOf);
          const bytes = join(...frames);
          const borders = frames.map((_, i) => join(...frames.slice(0, i)).length);
          const ends = cuts
            .map((cut) => Math.floor(cut * bytes.length))
            .concat(borders.filter((_, i) => cuts.length > 0 && i % cuts.length === 0))
            .sort((a, b) => a - b);
          serve = async (socket, greeting) => {
            // the first packet may hold the beginning of the first frame
            let start = withHead ? Math.min(ends[0] ?? 0, 1000) : 0;
            socket.write(join(greeting, bytes.subarray(0, start)));
            for (const end of [...ends, bytes.length]) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              if (end > start) socket.write(bytes.subarray(start, end));
              start = Math.max(start, end);
            }
          };
          const received = await receive(list.length);
          expect(received.map(({ length }) => length)).toEqual(list.map(({ data }) => data.length));
          list.forEach(({ data }, i) => {
            expect(Buffer.compare(received[i] ?? new Uint8Array(), data)).toBe(0);
          });
        },
      ),
      { numRuns: NUM_RUNS / 2 },
    );
  }, 600_000);

  test('V13 keeps little of a message that comes in many small fragments', async () => {
    const fragments = 5000;
    serve = async (socket, greeting) => {
      socket.write(greeting);
      await new Promise((resolve) => setTimeout(resolve, 2));
      for (let i = 0; i < fragments; i += 1) {
        socket.write(frame(i === 0 ? 2 : 0, false, Uint8Array.of(i % 256)));
        if (i % 4 === 0) await new Promise(setImmediate);
      }
      socket.write(frame(0, true, new Uint8Array()));
    };
    const before = process.memoryUsage().arrayBuffers;
    const [message] = await receive(1);
    expect(message).toHaveLength(fragments);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });
});
