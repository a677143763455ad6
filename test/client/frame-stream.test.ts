import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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

/** Messages that are held, which are looked at when they are let go. */
class Holds {
  readonly #list: readonly Uint8Array[];
  readonly #held: { message: number; view: Uint8Array; until: number; letGo: () => void }[] = [];
  count = 0;

  /** @param list - What the messages are to be. */
  constructor(list: readonly Uint8Array[]) {
    this.#list = list;
  }

  /** @param letGo - `undefined` if the transport did not hold it. */
  add(message: number, view: Uint8Array, until: number, letGo: (() => void) | undefined): void {
    if (letGo === undefined) return;
    this.count += 1;
    this.#held.push({ message, view, until, letGo });
  }

  /** Lets go what was to be held until fewer messages than `received` had come. */
  letGo(received: number): void {
    for (const hold of this.#held.filter(({ until }) => until < received)) {
      const want = this.#list[hold.message] ?? new Uint8Array();
      expect(Buffer.compare(hold.view, want)).toBe(0);
      hold.letGo();
      hold.letGo(); // once is enough
      this.#held.splice(this.#held.indexOf(hold), 1);
    }
  }
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

  /**
   * Connects, and holds message `i` while `patience[i]` more arrive, as far as the transport lets it.
   *
   * @returns How many were held; their bytes were looked at when they were let go.
   */
  function receiveHolding(list: readonly Uint8Array[], patience: readonly number[]) {
    const { port } = http.address() as AddressInfo;
    const webSocket = nodeWebSocket(`ws://127.0.0.1:${port}/x`, 'pageseal.v1');
    const holds = new Holds(list);
    let received = 0;
    return new Promise<number>((resolve, reject) => {
      const receive = (view: Uint8Array) => {
        expect(view.length).toBe(list[received]?.length);
        const until = received + (patience[received % patience.length] ?? 0);
        holds.add(received, view, until, webSocket.hold?.(view.length));
        received += 1;
        // as promises do: after this message, and before the next read
        queueMicrotask(() => holds.letGo(received));
        if (received < list.length) return;
        holds.letGo(Number.POSITIVE_INFINITY);
        webSocket.close();
        resolve(holds.count);
      };
      webSocket.addEventListener('message', ({ data }) => {
        try {
          receive(data as Uint8Array);
        } catch (error) {
          reject(error as Error);
        }
      });
      webSocket.addEventListener('error', (event) => reject((event as { error: Error }).error));
    });
  }

  /** Sends what follows the greeting in a packet of its own, without which frames are not looked at. */
  async function greet(socket: Socket, greeting: Uint8Array): Promise<void> {
    socket.write(greeting);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  test('property: keeps what is held as it is, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(fc.integer({ min: 200_000, max: 600_000 }), fc.nat(2000)),
            fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
          ),
          { minLength: 2, maxLength: 16 },
        ),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(50_000, 262_144, 1_000_000, 4_000_000),
        async (kinds, patience, packet) => {
          const list = kinds.map(([length, cuts], i) => ({
            data: noise(length, i),
            cuts: cuts.map((cut) => Math.floor(cut * length)).sort((x, y) => x - y),
          }));
          const bytes = join(...list.flatMap(framesOf));
          serve = async (socket, greeting) => {
            await greet(socket, greeting);
            for (let at = 0; at < bytes.length; at += packet) {
              socket.write(bytes.subarray(at, at + packet));
              await new Promise(setImmediate);
            }
          };
          const messages = list.map(({ data }) => data);
          const holds = await receiveHolding(messages, patience);
          const long = messages.filter(({ length }) => length >= 262_144).length;
          expect(holds).toBeGreaterThanOrEqual(long);
        },
      ),
      { numRuns: NUM_RUNS / 4 },
    );
  }, 600_000);

  test('receives into the same few buffers as long as what is held is let go', async () => {
    const list = Array.from({ length: 200 }, (_, i) => noise(300_000, i % 7));
    serve = async (socket, greeting) => {
      await greet(socket, greeting);
      for (const data of list) {
        if (!socket.write(frame(2, true, data))) await once(socket, 'drain');
      }
    };
    const allocated = vi.spyOn(Buffer, 'allocUnsafeSlow');
    try {
      expect(await receiveHolding(list, [3])).toBe(list.length);
      const buffers = allocated.mock.calls.filter(([length]) => length >= 2 ** 20);
      expect(buffers.length).toBeGreaterThan(1);
      expect(buffers.length).toBeLessThan(12);
    } finally {
      allocated.mockRestore();
    }
  });

  test('writes what is sent before it deals with what came next, however much waits', async () => {
    const count = 400;
    const data = noise(262_144, 1);
    serve = async (socket, greeting) => {
      await greet(socket, greeting);
      for (let i = 0; i < count; i += 1) socket.write(frame(2, true, data));
    };
    const { port } = http.address() as AddressInfo;
    const webSocket = nodeWebSocket(`ws://127.0.0.1:${port}/x`, 'pageseal.v1');
    const writes = vi.spyOn(Socket.prototype, 'write');
    const written = () => writes.mock.calls.filter(([data]) => data.length < 100).length;
    try {
      let received = 0;
      let last = 0; // requests that were written when the message before came
      let together = 0;
      let longest = 0;
      await new Promise<void>((resolve) => {
        webSocket.addEventListener('message', () => {
          // messages of one part of what came, up to a buffer, are answered together
          together = written() === last ? together + 1 : 1;
          longest = Math.max(longest, together);
          last = written();
          webSocket.send(Uint8Array.of(received % 256));
          received += 1;
          if (received === count) resolve();
        });
      });
      expect(longest).toBeLessThanOrEqual(5);
      expect(longest).toBeGreaterThan(1);
    } finally {
      writes.mockRestore();
      webSocket.close();
    }
  });

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
