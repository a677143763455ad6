import { fixedCost } from '../common/cost.ts';
import {
  type PagesealError,
  ProtocolError,
  RequestError,
  TransportError,
} from '../common/errors.ts';
import {
  FRAME_OVERHEAD,
  MAX_FRAME_LENGTH,
  MAX_REQUEST_ID,
  MIN_FRAME_LENGTH,
  MIN_OUTSTANDING_REQUESTS,
} from '../common/limits.ts';
import {
  type ClientMessage,
  decodeServerFrame,
  encodeClientFrame,
  type ServerMessage,
  type Welcome,
} from '../common/wire.ts';
import { Aborts } from './aborts.ts';
import type { FailedAnswer, FailedCheck } from './failed-check.ts';
import type { Transport, TransportEvents } from './transport.ts';

type AnswerType = Exclude<ServerMessage['type'], 'error' | 'goAway'>;
/** An answer of one type, nothing about it verified. */
export type Answer<Type extends AnswerType> = Extract<ServerMessage, { type: Type }>;

/** A request, and what is to be done with its answer. */
export interface Ask<Type extends AnswerType, Result> {
  readonly message: ClientMessage;
  readonly answer: Type;
  /** What the request costs, if it is a read; see SPEC.md, "States and flow control". */
  readonly cost?: number;
  /** What a read rests on, for diagnostics: its object, and the anchors that its answer is to lead to. */
  readonly basis?: FailedAnswer['basis'];
  /**
   * Verifies the answer at once. What it throws fails the request and ends the connection.
   *
   * The answer's bytes are views of its frame, good during this call only.
   */
  accept(answer: Answer<Type>): Result;
  /** Of a request with many answers: told why no more come, if the first has come. */
  readonly onEnd?: (error: PagesealError) => void;
}

/** Who wants to know of newer statements. */
export interface WatchListener {
  /** Receives a note of which nothing is verified; owned by the listener. */
  statement(note: Uint8Array): void;
  /** Told why nothing more will come. */
  ended(error: unknown): void;
}

interface Pending {
  readonly ask: Ask<AnswerType, unknown>;
  readonly cost: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Forgets the caller's signal, if there is one; called once the request is settled. */
  unwatch: (() => void) | undefined;
  /** 0 until it is sent. */
  requestId: number;
  /** When silence ends the connection; milliseconds of `performance.now()`. */
  deadline: number;
}

/** How a connection waits. */
export interface ConnectionOptions {
  /** How long an answer may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Told of each failed check of what the server sent; must not throw. */
  readonly onFailedCheck?: ((failure: FailedCheck) => void) | undefined;
}

/**
 * One connection: requests within the server's window, and their answers, each verified as it arrives.
 *
 * @see SPEC.md, "Every connection and answer"
 */
export class Connection implements TransportEvents {
  readonly #transport: Transport;
  readonly #deadlineMs: number;
  readonly #onFailedCheck: ConnectionOptions['onFailedCheck'];
  readonly #inFlight = new Map<number, Pending>();
  /** Requests that have had their first answer and will have more. */
  readonly #repeating = new Map<number, Pending>();
  readonly #waiting: Pending[] = [];
  readonly #aborts = new Aborts<Pending>((pending, reason) => this.#abandon(pending, reason));
  /** Until the server has announced its own, room for `Hello` alone. */
  #limits = {
    maxFrameBytes: MIN_FRAME_LENGTH,
    maxOutstandingBytes: MIN_FRAME_LENGTH,
    maxOutstandingRequests: 1,
  };
  #outstandingBytes = 0;
  #nextId = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: PagesealError | undefined;
  /** Why nothing new is sent, once the server has said `GoAway`. */
  #leaving: TransportError | undefined;
  /** Whether `Welcome` has arrived; before it, nothing but `Hello` may be sent. */
  #isOpen = false;
  /** The request whose answer was refused. */
  #refused: Pending | undefined;

  constructor(transport: Transport, options: ConnectionOptions) {
    this.#transport = transport;
    this.#deadlineMs = options.deadlineMs;
    this.#onFailedCheck = options.onFailedCheck;
  }

  /** The most that one read may cost. */
  get maxReadCost(): number {
    return this.#limits.maxFrameBytes - FRAME_OVERHEAD;
  }

  /** What ended the connection; `undefined` while it lives. */
  get ended(): PagesealError | undefined {
    return this.#ended;
  }

  /**
   * Greets the server; to be called once, first.
   *
   * @returns The server's newest statement, unverified; empty if it has none.
   * @throws {ProtocolError} `ERR_WELCOME` if the server's limits are not as SPEC.md wants them.
   */
  hello(signal?: AbortSignal): Promise<Uint8Array> {
    const accept = (welcome: Welcome) => {
      this.#limits = acceptLimits(welcome);
      this.#isOpen = true;
      return welcome.statement.slice();
    };
    return this.request({ message: { type: 'hello' }, answer: 'welcome', cost: 0, accept }, signal);
  }

  /**
   * Sends a request when the window lets it, and waits for its verified answer.
   *
   * @throws {RequestError} If the server refuses.
   * @throws {TransportError} `ERR_DEADLINE` if it stays silent, `ERR_CONNECTION` if the connection ends.
   * @throws {ProtocolError} `ERR_UNEXPECTED_ANSWER` or `ERR_FRAME`, or what `accept` throws.
   */
  request<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      signal?.throwIfAborted();
      const cost = ask.cost ?? fixedCost(ask.message.type);
      const fields = { ask, cost, resolve, reject, requestId: 0, deadline: 0, unwatch: undefined };
      const pending = fields as unknown as Pending; // `ask` and `resolve` agree on the result
      if (signal) pending.unwatch = this.#aborts.watch(signal, pending);
      this.#waiting.push(pending);
      this.#pump();
    });
  }

  /**
   * Asks for the newest statement and all newer ones; the server allows one watch at a time.
   *
   * @returns Ends the watch; the listener may be told of it.
   */
  watch(listener: WatchListener): () => void {
    const stop = new AbortController();
    const accept = ({ statement }: Answer<'statement'>) => listener.statement(statement.slice());
    const onEnd = (error: PagesealError) => listener.ended(error);
    const ask = { message: { type: 'watch' }, answer: 'statement', accept, onEnd } as const;
    this.request(ask, stop.signal).catch((error: unknown) => listener.ended(error));
    return () => stop.abort(new DOMException('watch was left', 'AbortError'));
  }

  /**
   * Ends the connection because of what the server sent.
   *
   * Requests in flight and later ones fail with this error, or, if it says nothing about the server's
   * honesty, with `ERR_CONNECTION`, whose cause it is.
   */
  fail(error: PagesealError): void {
    this.closed(error);
    this.#transport.close();
  }

  /** Ends the connection because it is no longer needed. */
  close(): void {
    this.fail(new TransportError('ERR_CONNECTION', 'connection was closed here'));
  }

  message(bytes: Uint8Array): void {
    if (this.#ended) return;
    try {
      const { requestId, message } = decodeServerFrame(bytes);
      if (message.type === 'goAway' && requestId === 0) this.#leave();
      else this.#settle(requestId, message);
    } catch (error) {
      this.fail(error as PagesealError);
      this.#reportAnswer(error as PagesealError, bytes);
    }
  }

  /** Tells who asked for diagnostics that a check of this server's answers failed. */
  report(failure: FailedCheck): void {
    this.#onFailedCheck?.(failure);
  }

  #reportAnswer(error: PagesealError, frame: Uint8Array): void {
    const { requestId, ask } = this.#refused ?? {};
    const request = ask && { requestId: requestId ?? 0, message: ask.message };
    this.report({ check: 'answer', error, frame, request, basis: ask?.basis });
  }

  closed(error: PagesealError): void {
    if (this.#ended) return;
    this.#ended = error;
    clearTimeout(this.#timer);
    const requests = [...this.#inFlight.values()];
    const watches = [...this.#repeating.values()];
    this.#inFlight.clear();
    this.#repeating.clear();
    for (const pending of requests) reject(pending, lost(error));
    for (const pending of watches) end(pending, lost(error));
    this.#pump();
  }

  /** Lets what is in flight finish, and sends nothing new: the server is about to stop. */
  #leave(): void {
    this.#leaving = new TransportError('ERR_CONNECTION', 'server is going away');
    this.#pump();
  }

  /** @throws {ProtocolError} `ERR_UNEXPECTED_ANSWER`, or what the request's `accept` throws. */
  #settle(requestId: number, message: ServerMessage): void {
    const inFlight = this.#inFlight.get(requestId);
    const request = inFlight ?? this.#repeating.get(requestId);
    if (request === undefined) {
      throw unexpected(`${message.type} answers request ${requestId}, which is not in flight`);
    }
    const { ask, cost } = request;
    if (message.type !== 'error' && message.type !== ask.answer) {
      this.#refused = request;
      throw unexpected(`${message.type} answers ${ask.message.type}`);
    }
    if (inFlight) {
      this.#inFlight.delete(requestId);
      this.#outstandingBytes -= cost;
    }
    if (message.type === 'error') {
      const { code, message: text, retryAfterMs } = message;
      const refusal = `server reports ${JSON.stringify(text)}`;
      const error = new RequestError(code, refusal, retryAfterMs);
      if (this.#repeating.delete(requestId)) end(request, error);
      else reject(request, error);
    } else this.#take(request, message);
    this.#pump();
  }

  /** Has an answer verified; a request that will have more of them stays known. */
  #take(request: Pending, message: ServerMessage): void {
    const { ask, requestId } = request;
    if (ask.onEnd) this.#repeating.set(requestId, request);
    try {
      request.resolve(ask.accept(message as never));
      if (!ask.onEnd) request.unwatch?.();
    } catch (error) {
      reject(request, error);
      this.#refused = request;
      throw error;
    }
  }

  /** Sends waiting requests while the window has room, first come first served. */
  #pump(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.cost); next = this.#waiting[0]) {
      this.#waiting.shift();
      const over = this.#ended ?? this.#leaving;
      if (over) reject(next, lost(over));
      else this.#begin(next);
    }
  }

  #fits(cost: number): boolean {
    const { maxOutstandingBytes, maxOutstandingRequests } = this.#limits;
    const bytes = this.#outstandingBytes + cost;
    const fits = this.#inFlight.size < maxOutstandingRequests && bytes <= maxOutstandingBytes;
    return fits || this.#ended !== undefined || this.#leaving !== undefined; // to learn of it
  }

  #begin(pending: Pending): void {
    pending.requestId = this.#freeId();
    pending.deadline = performance.now() + this.#deadlineMs;
    this.#inFlight.set(pending.requestId, pending);
    this.#outstandingBytes += pending.cost;
    this.#send(pending.requestId, pending.ask.message);
    this.#timer ??= setTimeout(() => this.#checkDeadline(), this.#deadlineMs);
  }

  /** Gives up on a request; what was sent stays in flight until the server has answered. */
  #abandon(pending: Pending, reason: unknown): void {
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
    else if (this.#isSent(pending) && this.#isOpen) {
      this.#send(pending.requestId, { type: 'cancel' });
    }
    reject(pending, reason);
  }

  #isSent(pending: Pending): boolean {
    const { requestId } = pending;
    return [this.#inFlight, this.#repeating].some((map) => map.get(requestId) === pending);
  }

  #freeId(): number {
    do this.#nextId = this.#nextId >= MAX_REQUEST_ID ? 1 : this.#nextId + 1;
    while (this.#inFlight.has(this.#nextId) || this.#repeating.has(this.#nextId));
    return this.#nextId;
  }

  #send(requestId: number, message: ClientMessage): void {
    this.#transport.send(encodeClientFrame(requestId, message));
  }

  /** Requests time out in the order in which they were sent, so the oldest is the first. */
  #checkDeadline(): void {
    this.#timer = undefined;
    const [oldest] = this.#inFlight.values();
    if (oldest === undefined) return;
    const left = oldest.deadline - performance.now();
    if (left > 0) this.#timer = setTimeout(() => this.#checkDeadline(), left);
    else this.#expire(oldest);
  }

  #expire(pending: Pending): void {
    const silence = `no answer to ${pending.ask.message.type} within ${this.#deadlineMs} ms`;
    const error = new TransportError('ERR_DEADLINE', silence);
    reject(pending, error);
    this.fail(error);
  }
}

function reject(pending: Pending, error: unknown): void {
  pending.unwatch?.();
  pending.reject(error);
}

/** Ends a request that has had some of its answers. */
function end(pending: Pending, error: PagesealError): void {
  pending.unwatch?.();
  pending.ask.onEnd?.(error);
}

function unexpected(what: string): ProtocolError {
  return new ProtocolError('ERR_UNEXPECTED_ANSWER', what);
}

/** What a lost connection means to a request. */
function lost(cause: PagesealError): PagesealError {
  if (!(cause instanceof TransportError)) return cause;
  return new TransportError('ERR_CONNECTION', `connection is lost: ${cause.message}`, { cause });
}

/**
 * Checks a server's limits.
 *
 * @throws {ProtocolError} `ERR_WELCOME` if they are not as SPEC.md wants them.
 * @see SPEC.md, V12 and S8
 */
export function acceptLimits(welcome: Welcome): Omit<Welcome, 'type' | 'statement'> {
  const { maxFrameBytes, maxOutstandingBytes, maxOutstandingRequests } = welcome;
  const frameFits = maxFrameBytes >= MIN_FRAME_LENGTH && maxFrameBytes <= MAX_FRAME_LENGTH;
  if (
    !frameFits ||
    maxOutstandingBytes < maxFrameBytes ||
    maxOutstandingRequests < MIN_OUTSTANDING_REQUESTS
  ) {
    const found = `${maxFrameBytes}, ${maxOutstandingBytes}, ${maxOutstandingRequests}`;
    throw new ProtocolError('ERR_WELCOME', `server announces the limits ${found}`);
  }
  return { maxFrameBytes, maxOutstandingBytes, maxOutstandingRequests };
}
