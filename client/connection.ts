import {
  type PagesealError,
  ProtocolError,
  RequestError,
  TransportError,
} from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { FIXED_COST, FRAME_OVERHEAD, MAX_REQUEST_ID, MIN_FRAME_LENGTH } from '../common/limits.ts';
import {
  type ClientMessage,
  decodeServerFrame,
  encodeClientFrame,
  type ServerMessage,
  type Welcome,
} from '../common/wire.ts';
import type { AnswerSource, AnswerType, Ask, ServerChannel } from './channel.ts';
import type { FailedCheck } from './failed-check.ts';
import { Liveness } from './liveness.ts';
import { closedHere, goingAway, lost, silent } from './outage.ts';
import { Pending, type PendingHolder, type PendingOwner } from './pending.ts';
import { RequestTable } from './request-table.ts';
import { acceptLimits, type ServerLimits } from './server-limits.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** Who uses a connection. */
export interface ConnectionOwner extends Pick<ServerChannel, 'blame'> {
  /** An answer has left room for more requests. */
  ready(connection: Connection): void;
  /** The server is about to stop: what is in flight will be answered, nothing new may be sent. */
  leaving(connection: Connection): void;
  /** Told once, unless the owner ended it itself. What it held is to be settled, or sent elsewhere. */
  ended(connection: Connection, error: PagesealError): void;
  /** Told of each failed check of what the server sent; must not throw. */
  report(failure: FailedCheck): void;
}

/** The internal requests, of which nobody waits for the answer. */
const NOBODY: PendingOwner = { answered: () => undefined, refused: () => undefined };

/**
 * One connection: requests within the server's window, and their answers, each verified as it arrives.
 *
 * @see SPEC.md, "Every connection and answer"
 */
export class Connection implements TransportEvents, PendingHolder, AnswerSource {
  readonly #transport: Transport;
  readonly #owner: ConnectionOwner;
  readonly #deadlineMs: number;
  readonly #liveness: Liveness;
  readonly #inFlight = new RequestTable();
  /** Requests that have had their first answer and will have more. */
  readonly #repeating = new Map<number, Pending>();
  /** Until the server has announced its own, room for `Hello` alone. */
  #limits: ServerLimits = {
    maxFrameBytes: MIN_FRAME_LENGTH,
    maxOutstandingBytes: MIN_FRAME_LENGTH,
    maxOutstandingRequests: 1,
  };
  #outstandingBytes = 0;
  #nextId = 1;
  #heard = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: PagesealError | undefined;
  #isLeaving = false;
  /** Whether `Welcome` has arrived; before it, nothing but `Hello` may be sent. */
  #isOpen = false;
  #greeting: ((error: PagesealError) => void) | undefined;
  /** The request whose answer was refused. */
  #refused: Pending | undefined;

  /** @param deadlineMs - After how long the owner gives up on a request, in milliseconds. */
  constructor(transport: Transport, owner: ConnectionOwner, deadlineMs: number) {
    this.#transport = transport;
    this.#owner = owner;
    this.#deadlineMs = deadlineMs;
    this.#liveness = new Liveness(deadlineMs);
  }

  /** The most that one read may cost. */
  get maxReadCost(): number {
    return this.#limits.maxFrameBytes - FRAME_OVERHEAD;
  }

  /** @throws {PagesealError} What ended the connection, or is about to. */
  checkUsable(): void {
    if (this.#ended) throw this.#ended;
    if (this.#isLeaving) throw goingAway();
  }

  /** Frames that have arrived. */
  get heard(): number {
    return this.#heard;
  }

  /** Whether the server has answered anything but `Hello`. */
  get hasServed(): boolean {
    return this.#heard > 1;
  }

  /**
   * Greets the server; to be called once, first.
   *
   * @returns The server's newest statement, unverified; empty if it has none.
   * @throws {TransportError} `ERR_DEADLINE`, after `deadlineMs` of silence; `ERR_CONNECTION`.
   * @throws {RequestError} If the server refuses.
   * @throws {ProtocolError} `ERR_WELCOME` if the server's limits are not as SPEC.md wants them.
   */
  hello(deadlineMs: number, signal?: AbortSignal): Promise<Uint8Array> {
    return new Promise<Uint8Array>((resolve, reject) => {
      signal?.throwIfAborted();
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#greeting = undefined;
      };
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      const answered = (_: Pending, note: unknown) => {
        settle();
        resolve(note as Uint8Array);
      };
      const abort = () => {
        this.close();
        fail(signal?.reason);
      };
      const silence = () => {
        fail(silent('hello', deadlineMs));
        this.close();
      };
      const timer = setTimeout(silence, deadlineMs);
      signal?.addEventListener('abort', abort);
      this.#greeting = fail;
      const owner = { answered, refused: (_: Pending, error: RequestError) => fail(error) };
      const accept = (welcome: Welcome) => this.#open(welcome);
      const ask = { message: { type: 'hello' }, answer: 'welcome', accept } as const;
      this.#sendOwn(owner, ask as Ask<AnswerType, unknown>, 0);
    });
  }

  #open(welcome: Welcome): Uint8Array {
    this.#limits = acceptLimits(welcome);
    this.#isOpen = true;
    return welcome.statement.slice();
  }

  /** Tells whether the window has room for a request, now. */
  fits(cost: number): boolean {
    const { maxOutstandingBytes, maxOutstandingRequests } = this.#limits;
    const bytes = this.#outstandingBytes + cost;
    return this.#inFlight.size < maxOutstandingRequests && bytes <= maxOutstandingBytes;
  }

  /** Tells whether a request may be sent now: one that nobody waits for leaves half of the window free. */
  admits({ cost, ask }: Pending): boolean {
    const isWanted = ask.background?.isWanted ?? true;
    if (isWanted || this.#inFlight.size === 0) return this.fits(cost);
    const { maxOutstandingBytes, maxOutstandingRequests } = this.#limits;
    const bytes = this.#outstandingBytes + cost;
    return this.#inFlight.size < maxOutstandingRequests / 2 && bytes <= maxOutstandingBytes / 2;
  }

  /** Sends a request that fits. */
  send(pending: Pending): void {
    if (pending.ask.background) pending.ask.background.isWaiting = false;
    pending.holder = this;
    pending.heardBefore = this.#heard;
    pending.requestId = this.#freeId();
    this.#inFlight.add(pending);
    this.#outstandingBytes += pending.cost;
    this.#write(pending.requestId, pending.ask.message);
    this.#timer ??= setTimeout(() => this.#look(), this.#liveness.periodMs);
  }

  #sendOwn(owner: PendingOwner, ask: Ask<AnswerType, unknown>, cost: number): void {
    const deadline = performance.now() + this.#deadlineMs;
    const [resolve, reject] = [() => undefined, () => undefined];
    this.send(new Pending(owner, ask, { cost, deadline, resolve, reject }));
  }

  /** Wants no answer; what was sent stays in flight until the server has answered. */
  cancel(pending: Pending): void {
    pending.holder = undefined;
    if (this.#ended === undefined) this.#write(pending.requestId, { type: 'cancel' });
  }

  /** As `cancel`; a server that has been silent since the request was sent is given up. */
  expire(pending: Pending): void {
    if (this.#ended) return;
    if (pending.heardBefore !== this.#heard) {
      this.cancel(pending);
      return;
    }
    pending.holder = undefined;
    this.fail(silent(pending.ask.message.type, this.#deadlineMs));
  }

  /** Ends the connection because of what the server sent or did not send; the owner is told. */
  fail(error: PagesealError): void {
    this.closed(error);
    this.#transport.close();
  }

  /** Ends the connection; the owner is told nothing. */
  close(): void {
    if (this.#ended) return;
    this.#ended = closedHere();
    clearTimeout(this.#timer);
    this.#transport.close();
  }

  blame(failure: FailedCheck): void {
    this.#owner.blame(failure);
  }

  hold(length: number): (() => void) | undefined {
    return this.#transport.hold(length);
  }

  message(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#heard += 1;
    try {
      const { requestId, message } = decodeServerFrame(bytes);
      if (message.type === 'goAway' && requestId === 0) this.#leave();
      else this.#settle(requestId, message);
    } catch (error) {
      this.fail(error as PagesealError);
      this.#reportAnswer(error as PagesealError, bytes);
    }
  }

  #reportAnswer(error: PagesealError, frame: Uint8Array): void {
    const { requestId, ask } = this.#refused ?? {};
    const request = ask && { requestId: requestId ?? 0, message: ask.message };
    this.#owner.report({ check: 'answer', error, frame, request, basis: ask?.basis });
  }

  closed(error: PagesealError): void {
    if (this.#ended) return;
    this.#ended = error;
    clearTimeout(this.#timer);
    this.#greeting?.(lost(error));
    this.#owner.ended(this, error);
  }

  /** Lets what is in flight finish: the server is about to stop. */
  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#owner.leaving(this);
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#isLeaving && this.#inFlight.size === 0) {
      this.fail(goingAway());
    }
  }

  /** @throws {ProtocolError} `ERR_UNEXPECTED_ANSWER`, or what the request's `accept` throws. */
  #settle(requestId: number, message: ServerMessage): void {
    const inFlight = this.#inFlight.get(requestId);
    const pending = inFlight ?? this.#repeating.get(requestId);
    if (pending === undefined) {
      throw unexpected(`${message.type} answers request ${requestId}, which is not in flight`);
    }
    const { ask } = pending;
    if (message.type !== 'error' && message.type !== ask.answer) {
      this.#refused = pending;
      throw unexpected(`${message.type} answers ${ask.message.type}`);
    }
    if (inFlight) {
      this.#inFlight.delete(requestId);
      this.#outstandingBytes -= pending.cost;
      if (pending.repeats && message.type !== 'error') this.#repeating.set(requestId, pending);
    }
    if (message.type === 'error') {
      this.#repeating.delete(requestId);
      this.#refuse(pending, message);
    } else this.#take(pending, message);
    this.#owner.ready(this);
    this.#endIfDone();
  }

  #refuse(pending: Pending, message: Extract<ServerMessage, { type: 'error' }>): void {
    if (pending.holder !== this) return;
    const refusal = `server reports ${quote(message.message)}`;
    const error = new RequestError(message.code, refusal, message.retryAfterMs);
    pending.owner.refused(pending, error);
  }

  /** Has an answer verified, also one that nobody wants any more: it shows what the server is. */
  #take(pending: Pending, message: ServerMessage): void {
    const isWanted = pending.holder === this;
    if (pending.repeats && !isWanted) return;
    try {
      const result = pending.ask.accept(message as never, this, isWanted);
      if (isWanted) pending.owner.answered(pending, result);
    } catch (error) {
      this.#refused = pending;
      throw error;
    }
  }

  #freeId(): number {
    do this.#nextId = this.#nextId >= MAX_REQUEST_ID ? 1 : this.#nextId + 1;
    while (!this.#inFlight.isFree(this.#nextId) || this.#repeating.has(this.#nextId));
    return this.#nextId;
  }

  #write(requestId: number, message: ClientMessage): void {
    this.#transport.send(encodeClientFrame(requestId, message));
  }

  /**
   * Looks whether the server is still there: once in each period of `Liveness`, from a request that is sent
   * until none is in flight and nothing is watched.
   *
   * Gives the server up if `Liveness` does, or if a request is unanswered twice the deadline after it was
   * asked for.
   */
  #look(): void {
    this.#timer = undefined;
    const owes = this.#inFlight.size > 0;
    if (!owes && this.#repeating.size === 0) return;
    // a request that has expired was cancelled, and a Cancel is answered as well
    const isOverdue = performance.now() > this.#inFlight.earliestDeadline() + this.#deadlineMs;
    const judgement = this.#isOpen ? this.#liveness.look(this.#heard, owes) : 'wait';
    if (isOverdue || judgement === 'giveUp') {
      this.fail(new TransportError('ERR_DEADLINE', 'server answers nothing, not even Ping'));
      return;
    }
    this.#timer = setTimeout(() => this.#look(), this.#liveness.periodMs);
    // where there is no room for it, what fills the window is as good a question
    if (judgement === 'probe' && this.fits(FIXED_COST)) this.#ping();
  }

  #ping(): void {
    const ask = { message: { type: 'ping' }, answer: 'pong', accept: () => undefined } as const;
    this.#sendOwn(NOBODY, ask, FIXED_COST);
  }
}

function unexpected(what: string): ProtocolError {
  return new ProtocolError('ERR_UNEXPECTED_ANSWER', what);
}
