import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { markAsUntransferable } from 'node:worker_threads';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import { RUN_BYTES } from '../page-stream.ts';

/**
 * What is received into, if no frame is longer: four runs of a stream with their heads, and so little more
 * that not much of a fifth one has to be moved.
 */
const BUFFER_BYTES: number = 4 * RUN_BYTES + 16_384;
/** Room below which the buffer is cleared out rather than read into by a few bytes at a time. */
const MIN_ROOM = 65_536;
/** Most buffers that wait to be received into again. */
const MAX_SPARE = 2;
/** Of a buffer, what has to be held at least, or a few bytes would keep all of it: a run of a stream is more. */
const MIN_PART_HELD = 1 / 5;
/** Longest header of an unmasked WebSocket frame (RFC 6455 section 5.2). */
const MAX_HEADER_BYTES = 10;

/** What is received into. */
class ReceiveBuffer {
  readonly bytes: Buffer;
  /** Holds on views of it. */
  holds = 0;
  /** Once it is not received into any more: whether it may be again. */
  isSpare = false;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafeSlow(length);
    markAsUntransferable(this.bytes.buffer); // who is handed out a part of it has no right to the rest
  }
}

/**
 * A TCP connection whose bytes are handed out in whole WebSocket frames, from one buffer.
 *
 * A plain socket hands out what each read brought, in a buffer of its own, and `ws` joins a long
 * message from the pieces: two allocations and a copy for every byte, and garbage at the rate of the
 * link. Here `ws` gets views of one buffer, in which a message is already in one piece, and which is
 * read into again once they have been dealt with, and nobody holds them; see `test/bench`. Only where
 * frames end is looked at; everything else of RFC 6455 is left to `ws`, which gets every byte in order.
 */
export class FrameStream extends Duplex {
  readonly #socket: Socket;
  #buffer = new ReceiveBuffer(BUFFER_BYTES);
  readonly #spare: ReceiveBuffer[] = [];
  /** Bytes of the buffer that are received, and that are handed out. */
  #filled = 0;
  #given = 0;
  #framed = false;
  /** Whether `ws` holds the first fragments of a message: views of frames that are handed out. */
  #fragmented = false;

  constructor(host: string, port: number) {
    super();
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: () => this.#room(),
        callback: (count) => this.#receive(count),
      },
    });
    this.#socket.on('connect', () => this.emit('connect'));
    this.#socket.on('timeout', () => this.emit('timeout'));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('error', (error) => this.destroy(error));
    this.#socket.on('close', () => this.destroy());
  }

  /** Tells that from here on the bytes are frames; before, they are HTTP. */
  expectFrames(): void {
    this.#framed = true;
  }

  /** Takes back what followed the HTTP answer at once: frames need not start where the next read does. */
  override unshift(chunk: Buffer): void {
    this.#framed = false;
    super.unshift(chunk);
  }

  /** As `net.Socket.setTimeout`, which the handshake of `ws` uses. */
  setTimeout(ms: number): this {
    this.#socket.setTimeout(ms);
    return this;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(
    chunks: { readonly chunk: Buffer }[],
    done: (error?: Error | null) => void,
  ): void {
    // a client's frames are short: joining them costs less than handing them over one by one
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /**
   * Keeps the frame that `ws` deals with as it is.
   *
   * @param length - Bytes of it that are wanted.
   * @returns Lets it go; `undefined` if they are too few to keep a buffer for.
   */
  hold(length: number): (() => void) | undefined {
    const buffer = this.#buffer;
    if (length < buffer.bytes.length * MIN_PART_HELD) return undefined;
    let isHeld = true;
    buffer.holds += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      buffer.holds -= 1;
      if (buffer.holds === 0 && buffer.isSpare) this.#keepSpare(buffer);
    };
  }

  #keepSpare(buffer: ReceiveBuffer): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(buffer);
  }

  /** Chooses where the next read goes. */
  #room(): Buffer {
    const isDone = this.#given === this.#filled && this.#isDealtWith();
    const isFull = this.#buffer.bytes.length - this.#filled < MIN_ROOM;
    const isBetter = this.#buffer.holds === 0 || this.#spare.length > 0;
    if (isFull || (isDone && isBetter)) this.#clearOut();
    return this.#buffer.bytes.subarray(this.#filled);
  }

  /** Tells whether all that was handed out has been dealt with: nothing waits to be read, or in ws. */
  #isDealtWith(): boolean {
    return this.#framed && !this.#fragmented && this.readableLength === 0;
  }

  /** Moves the part of a frame that is not handed out yet to the front of a buffer. */
  #clearOut(): void {
    const { bytes } = this.#buffer;
    const rest = bytes.subarray(this.#given, this.#filled);
    const length = frameLength(bytes, this.#given, this.#filled) ?? 0;
    const wanted = Math.min(length, MAX_FRAME_LENGTH + MAX_HEADER_BYTES) + MIN_ROOM;
    const isDealtWith = this.#isDealtWith();
    if (!isDealtWith || this.#buffer.holds > 0 || wanted > bytes.length) {
      this.#buffer.isSpare = isDealtWith;
      this.#buffer = this.#takeBuffer(wanted);
    }
    this.#buffer.bytes.set(rest);
    this.#filled = rest.length;
    this.#given = 0;
  }

  #takeBuffer(wanted: number): ReceiveBuffer {
    const spare = this.#spare.pop();
    if (spare === undefined || spare.bytes.length < wanted) {
      return new ReceiveBuffer(Math.max(BUFFER_BYTES, wanted));
    }
    spare.isSpare = false;
    return spare;
  }

  #receive(count: number): boolean {
    this.#filled += count;
    const end = this.#framed ? this.#wholeFrames() : this.#filled;
    if (end === this.#given) return true;
    const whole = this.#buffer.bytes.subarray(this.#given, end);
    this.#given = end;
    return this.push(whole);
  }

  /** Finds the end of the last frame that is here in whole. */
  #wholeFrames(): number {
    let end = this.#given;
    for (;;) {
      const length = frameLength(this.#buffer.bytes, end, this.#filled);
      if (length === undefined) return end;
      if (length > MAX_FRAME_LENGTH + MAX_HEADER_BYTES) {
        this.#framed = false; // ws refuses it, in its own time
        return this.#filled;
      }
      if (end + length > this.#filled) return end;
      const start = this.#buffer.bytes.readUInt8(end);
      const isControl = start % 16 >= 8;
      if (!isControl) this.#fragmented = start < 0x80;
      end += length;
    }
  }

  /** Hands out what is left, and the end. */
  #end(): void {
    const rest = this.#buffer.bytes.subarray(this.#given, this.#filled);
    if (rest.length > 0) this.push(rest);
    this.#given = this.#filled;
    this.push(null);
  }
}

/**
 * Reads the length of the unmasked frame at `at`, its header included.
 *
 * @returns `undefined` if its header is not here yet.
 */
function frameLength(bytes: Buffer, at: number, filled: number): number | undefined {
  if (filled - at < 2) return undefined;
  const short = bytes.readUInt8(at + 1) % 0x80;
  if (short < 126) return 2 + short;
  if (short === 126) return filled - at < 4 ? undefined : 4 + bytes.readUInt16BE(at + 2);
  if (filled - at < MAX_HEADER_BYTES) return undefined;
  return MAX_HEADER_BYTES + bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}
