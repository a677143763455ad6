import { fixedCost } from '../common/cost.ts';
import { MAX_FRAME_LENGTH } from '../common/limits.ts';
import type { Frame } from '../common/read-frames.ts';
import { type ClientMessage, decodeClientFrame, encodeServerFrame } from '../common/wire.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type Answer, answerOther, answerRead, type CheckedRead, checkRead } from './requests.ts';
import { type ServedVolume, ServeError } from './volume.ts';
import { answerWalk, checkWalk } from './walk.ts';

/** The other end of a connection. */
export interface Peer {
  /** Sends a frame; calls back once its bytes are no longer needed. */
  send(frame: Uint8Array, sent: () => void): void;
  /** Ends the connection with a close code of RFC 6455. */
  close(code: number, reason: string): void;
  /** Stops or resumes the arrival of frames. */
  pause(): void;
  resume(): void;
}

/** What a server announces; see SPEC.md, "States and flow control". */
export interface SessionLimits {
  readonly maxFrameBytes: number;
  readonly maxOutstandingBytes: number;
  readonly maxOutstandingRequests: number;
}

/** Announced unless others are given: 16 MiB and 256 requests outstanding. */
export const DEFAULT_LIMITS: SessionLimits = {
  maxFrameBytes: MAX_FRAME_LENGTH,
  maxOutstandingBytes: 16 * 1024 * 1024,
  maxOutstandingRequests: 256,
};

/** Bytes of answers that wait to be sent before requests wait to be answered. */
const SEND_AHEAD = 2 * 1024 * 1024;

/** Counts of one session, for logs. */
export interface SessionCounts {
  requests: number;
  refusals: number;
  sentBytes: number;
}

/** What a session serves, and with which limits. */
export interface SessionOptions {
  readonly volume: ServedVolume;
  readonly pool: BufferPool;
  readonly limits?: SessionLimits;
  /** Told of every refusal that is no fault of the client. */
  readonly onFault?: (error: ServeError) => void;
}

interface InFlight {
  readonly type: ClientMessage['type'];
  readonly cost: number;
  /** Answers the request; absent once that has begun. */
  start?: (() => void) | undefined;
  cancelled: boolean;
}

/**
 * The server's side of one connection, apart from sockets.
 *
 * A request is in flight until its answer has left. Answers are made only while little waits to be
 * sent, so a client that does not read costs a bounded amount of memory.
 *
 * @see SPEC.md, "Server behaviour"
 */
export class Session {
  readonly counts: SessionCounts = { requests: 0, refusals: 0, sentBytes: 0 };
  readonly #volume: ServedVolume;
  readonly #pool: BufferPool;
  readonly #peer: Peer;
  readonly #limits: SessionLimits;
  readonly #onFault: (error: ServeError) => void;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #waiting: InFlight[] = [];
  #state: 'new' | 'open' | 'leaving' | 'closed' = 'new';
  #outstandingBytes = 0;
  #unsentBytes = 0;
  #unsentFrames = 0;
  #paused = false;
  #watch:
    | { readonly requestId: number; readonly stop: () => void; pending?: Uint8Array }
    | undefined;
  #watchSending = false;
  #whenIdle: (() => void) | undefined;

  constructor(peer: Peer, options: SessionOptions) {
    this.#peer = peer;
    this.#volume = options.volume;
    this.#pool = options.pool;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#onFault = options.onFault ?? (() => undefined);
  }

  /** Whether `Hello` has been answered. */
  get greeted(): boolean {
    return this.#state !== 'new';
  }

  /** Handles one binary message. */
  receive(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    let frame: Frame<ClientMessage | undefined>;
    try {
      frame = decodeClientFrame(bytes);
    } catch {
      this.#fail(1007, 'frame does not decode');
      return;
    }
    this.#handle(frame);
  }

  /** Sends `GoAway` and resolves when nothing is in flight any more. */
  leave(): Promise<void> {
    if (this.#state !== 'open') return Promise.resolve();
    this.#state = 'leaving';
    this.#send(encodeServerFrame(0, { type: 'goAway' }), () => undefined);
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
      this.#checkIdle();
    });
  }

  /** Forgets everything; the connection has ended. */
  end(): void {
    this.#state = 'closed';
    this.#watch?.stop();
    this.#watch = undefined;
    this.#inFlight.clear();
    this.#waiting.length = 0;
    this.#whenIdle?.();
  }

  #handle({ requestId, message }: Frame<ClientMessage | undefined>): void {
    const fault = this.#fault(requestId, message?.type);
    if (fault !== undefined) this.#fail(1008, fault);
    else if (message?.type === 'hello') this.#greet(requestId);
    else if (message?.type === 'cancel') this.#cancel(requestId);
    else {
      this.counts.requests += 1;
      try {
        this.#accept(requestId, message);
      } catch (error) {
        this.#refuse(requestId, error);
      }
    }
  }

  /** Says what no answer could mend; see SPEC.md, S2. */
  #fault(requestId: number, type: ClientMessage['type'] | undefined): string | undefined {
    if (requestId === 0) return 'request id is 0';
    if (this.#state === 'new') return type === 'hello' ? undefined : 'first frame is not Hello';
    if (type === 'hello') return 'second Hello';
    if (type === 'cancel') return undefined;
    if (this.#inFlight.has(requestId) || this.#watch?.requestId === requestId) {
      return 'request id is in flight';
    }
    return type === 'watch' && this.#watches() ? 'second Watch' : undefined;
  }

  /** Tells whether a Watch has begun, or waits to. */
  #watches(): boolean {
    const waits = ({ type, cancelled }: InFlight) => type === 'watch' && !cancelled;
    return this.#watch !== undefined || [...this.#inFlight.values()].some(waits);
  }

  #greet(requestId: number): void {
    this.#state = 'open';
    const statement = this.#volume.newest();
    const welcome = encodeServerFrame(requestId, { type: 'welcome', ...this.#limits, statement });
    this.#send(welcome, () => undefined);
  }

  /** Checks a request against the window and its object, and lets it wait for its turn. */
  #accept(requestId: number, message: ClientMessage | undefined): void {
    if (this.#state === 'leaving') {
      throw new ServeError('BUSY', 'server is stopping', { retryAfterMs: 1000 });
    }
    if (message === undefined) throw new ServeError('BAD_REQUEST', 'unknown request');
    if (this.#inFlight.size >= this.#limits.maxOutstandingRequests) {
      throw new ServeError('BAD_REQUEST', 'more requests than max_outstanding_requests');
    }
    const { maxFrameBytes } = this.#limits;
    const context = { volume: this.#volume, maxFrameBytes };
    if (message.type === 'readPages' || message.type === 'readNodes') {
      const read = checkRead(message, context);
      const cost = read.siblingsLength + read.payloadLength;
      this.#admit(requestId, message.type, cost, () => this.#read(requestId, read));
    } else if (message.type === 'walk') {
      const walk = checkWalk(message, context);
      const start = () => this.#settle(requestId, () => answerWalk(requestId, walk, this.#volume));
      this.#admit(requestId, 'walk', walk.room, start);
    } else if (message.type === 'watch') {
      this.#admit(requestId, 'watch', fixedCost('watch'), () => this.#startWatch(requestId));
    } else {
      const start = () =>
        this.#settle(requestId, () => answerOther(requestId, message, this.#volume));
      this.#admit(requestId, message.type, fixedCost(message.type), start);
    }
  }

  #admit(requestId: number, type: InFlight['type'], cost: number, start: () => void): void {
    if (this.#outstandingBytes + cost > this.#limits.maxOutstandingBytes) {
      throw new ServeError('BAD_REQUEST', 'more bytes than max_outstanding_bytes');
    }
    const request: InFlight = { type, cost, start, cancelled: false };
    this.#inFlight.set(requestId, request);
    this.#outstandingBytes += cost;
    this.#waiting.push(request);
    this.#work();
  }

  /** Answers what waits, in order, while little waits to be sent. */
  #work(): void {
    while (this.#unsentBytes < SEND_AHEAD) {
      const start = this.#waiting.shift()?.start;
      if (start === undefined) return;
      start();
    }
  }

  #read(requestId: number, read: CheckedRead): void {
    this.#settle(requestId, () => answerRead(requestId, read, this.#pool));
  }

  #settle(requestId: number, make: () => Answer | Promise<Answer>): void {
    const request = this.#inFlight.get(requestId);
    if (request) request.start = undefined;
    try {
      const answer = make();
      if (answer instanceof Promise) {
        answer.then(
          (late) => this.#answer(requestId, late),
          (error: unknown) => this.#refuse(requestId, error),
        );
      } else this.#answer(requestId, answer);
    } catch (error) {
      this.#refuse(requestId, error);
    }
  }

  #answer(requestId: number, { frame, release }: Answer): void {
    if (this.#inFlight.get(requestId)?.cancelled) {
      release?.();
      this.#refuse(requestId, new ServeError('CANCELLED', 'cancelled'));
      return;
    }
    this.#send(frame, () => {
      release?.();
      this.#forget(requestId);
    });
  }

  #refuse(requestId: number, error: unknown): void {
    const known = error instanceof ServeError;
    const refusal = known ? error : new ServeError('INTERNAL', 'internal error', { cause: error });
    const { code, message, retryAfterMs } = refusal;
    this.counts.refusals += 1;
    if (code === 'INTERNAL' || code === 'STORAGE' || code === 'CHANGED') this.#onFault(refusal);
    const frame = encodeServerFrame(requestId, { type: 'error', code, message, retryAfterMs });
    this.#send(frame, () => this.#forget(requestId));
  }

  #forget(requestId: number): void {
    const request = this.#inFlight.get(requestId);
    if (request === undefined) return;
    this.#inFlight.delete(requestId);
    this.#outstandingBytes -= request.cost;
    this.#checkIdle();
  }

  #cancel(requestId: number): void {
    if (this.#watch?.requestId === requestId) {
      this.#watch.stop();
      this.#watch = undefined;
      this.#refuse(requestId, new ServeError('CANCELLED', 'cancelled'));
      return;
    }
    const request = this.#inFlight.get(requestId);
    if (request === undefined || request.cancelled) return;
    request.cancelled = true;
    if (request.start === undefined) return; // being answered: the answer, or CANCELLED, follows
    request.start = undefined;
    const index = this.#waiting.indexOf(request);
    this.#waiting.splice(index, 1);
    this.#refuse(requestId, new ServeError('CANCELLED', 'cancelled'));
  }

  #startWatch(requestId: number): void {
    const stop = this.#volume.follow((note) => {
      if (this.#watch) this.#watch.pending = note;
      this.#sendWatched();
    });
    this.#forget(requestId);
    this.#watch = { requestId, stop, pending: this.#volume.newest() };
    this.#sendWatched();
  }

  /** Sends the newest statement to the watcher, one at a time, so that a slow one skips some. */
  #sendWatched(): void {
    const watch = this.#watch;
    if (watch?.pending === undefined || watch.pending.length === 0 || this.#watchSending) return;
    const frame = encodeServerFrame(watch.requestId, {
      type: 'statement',
      statement: watch.pending,
    });
    delete watch.pending;
    this.#watchSending = true;
    this.#send(frame, () => {
      this.#watchSending = false;
      this.#sendWatched();
    });
  }

  #send(frame: Uint8Array, sent: () => void): void {
    if (this.#state === 'closed') return;
    this.counts.sentBytes += frame.length;
    this.#unsentBytes += frame.length;
    this.#unsentFrames += 1;
    this.#throttle();
    this.#peer.send(frame, () => {
      this.#unsentBytes -= frame.length;
      this.#unsentFrames -= 1;
      sent();
      this.#throttle();
      this.#work();
    });
  }

  /** Reads no more from a client that does not take its answers. */
  #throttle(): void {
    const full = this.#unsentFrames > 2 * this.#limits.maxOutstandingRequests;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#peer.pause();
    else this.#peer.resume();
  }

  #checkIdle(): void {
    if (this.#state === 'leaving' && this.#inFlight.size === 0) this.#whenIdle?.();
  }

  #fail(code: number, reason: string): void {
    this.end();
    this.#peer.close(code, reason);
  }
}
