import { fixedCost } from '../common/cost.ts';
import {
  type PagesealError,
  ProtocolError,
  RequestError,
  TransportError,
} from '../common/errors.ts';
import { MIN_FRAME_LENGTH } from '../common/limits.ts';
import { Aborts } from './aborts.ts';
import { busyDelay } from './back-off.ts';
import type { AnswerType, Ask, ServerChannel, WatchListener } from './channel.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import type { FailedCheck } from './failed-check.ts';
import { type Dial, greet } from './greet.ts';
import { closedHere, goingAway, lost, silent } from './outage.ts';
import { Pending, type PendingOwner } from './pending.ts';
import { Redial } from './redial.ts';
import { WaitingRequests } from './waiting-requests.ts';

/** Parts of the deadline that each half of an attempt to connect again may take. */
const ATTEMPT_PART = 1 / 4;

/** How a link connects and waits. */
export interface LinkOptions {
  readonly dial: Dial;
  /** How long an answer may take, in milliseconds, from when it was asked for. */
  readonly deadlineMs: number;
  /**
   * Judges what the server announces when it is connected to again, before anything is asked of it.
   *
   * @throws {PagesealError} If no honest server would announce it.
   */
  readonly judge?: (note: Uint8Array) => Promise<void>;
  /** Told when the server is given up because of what it sent. */
  readonly onCaught?: ((error: PagesealError) => void) | undefined;
  /** Told of each failed check of what the server sent; must not throw. */
  readonly onFailedCheck?: ((failure: FailedCheck) => void) | undefined;
  /** Returns numbers in `[0, 1)`. Default: the platform's. */
  readonly random?: () => number;
}

/**
 * Requests to one server, over one connection after another.
 *
 * A connection that is lost is replaced when a request or a watch waits to be sent; what it had not answered
 * is asked again, within its deadline. Before each attempt, a random wait of at most 100 ms, doubled up to
 * 5 s by each one in vain, is added to what the server asks for. A server that was caught is never connected
 * to again.
 *
 * @see SPEC.md, "Connection life"
 */
export class Link implements ServerChannel, PendingOwner, ConnectionOwner {
  readonly #options: LinkOptions;
  readonly #random: () => number;
  readonly #redial: Redial;
  readonly #aborts = new Aborts<Pending>((pending, reason) => this.#abandon(pending, reason));
  /** What is not settled; watches only up to their first answer. */
  readonly #open: Deadlines;
  /** Watches that have been answered. */
  readonly #watches = new Set<Pending>();
  /** What is not sent, or has to be sent again. */
  readonly #waiting = new WaitingRequests();
  /** What new requests are sent on. */
  #connection: Connection | undefined;
  /** Connections that still owe answers, after `GoAway`. */
  readonly #leaving = new Set<Connection>();
  readonly #opening = new AbortController();
  #maxReadCost = MIN_FRAME_LENGTH;
  #ended: PagesealError | undefined;
  /** Why the last connection was lost, until another one has been of use. */
  #outage: PagesealError | undefined;
  /** Of requests that the server was too busy for. */
  readonly #retryTimers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#open = new Deadlines(options.deadlineMs, (late) => this.#expire(late));
    this.#redial = new Redial((signal) => this.#connectAgain(signal), this.#random);
  }

  get maxReadCost(): number {
    return this.#maxReadCost;
  }

  /** What ended the link; `undefined` while it lives. */
  get endedBy(): PagesealError | undefined {
    return this.#ended;
  }

  /**
   * Connects for the first time, in one attempt; to be called once, first.
   *
   * @returns The server's newest statement, unverified; empty if it has none.
   * @throws As `greet`.
   */
  async open(signal?: AbortSignal): Promise<Uint8Array> {
    const { dial, deadlineMs } = this.#options;
    const closing = this.#opening.signal;
    const options = { deadlineMs, signal: signal ? AbortSignal.any([signal, closing]) : closing };
    const { connection, note } = await greet(dial, this, deadlineMs, options);
    this.#use(connection);
    return note;
  }

  /** Frames that have arrived on the connection for new requests; another number means that one has. */
  get heard(): number {
    return this.#connection?.heard ?? 0;
  }

  /** Whether there is a connection for new requests. */
  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  /**
   * As `request`, with callbacks, of which one may be called at once.
   *
   * @returns Gives the request up; neither is called then.
   */
  begin<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): () => void {
    const pending = this.#pend(ask as never, resolve as (result: unknown) => void, reject);
    this.#start(pending);
    return () => this.#forget(pending);
  }

  request<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      signal?.throwIfAborted();
      const pending = this.#pend(ask as never, resolve as (result: unknown) => void, reject);
      if (signal) pending.unwatch = this.#aborts.watch(signal, pending);
      this.#start(pending);
    });
  }

  watch(listener: WatchListener): () => void {
    const accept = ({ statement }: { readonly statement: Uint8Array }) =>
      listener.statement(statement.slice(), this);
    const ask = { message: { type: 'watch' }, answer: 'statement', accept } as const;
    const ended = (error: unknown) => listener.ended(error);
    const pending = this.#pend(ask as never, () => undefined, ended);
    this.#start(pending);
    return () => this.#forget(pending);
  }

  report(failure: FailedCheck): void {
    this.#options.onFailedCheck?.(failure);
  }

  blame(failure: FailedCheck): void {
    if (this.#ended) return;
    this.fail(failure.error);
    this.report(failure);
  }

  fail(error: PagesealError): void {
    if (this.#ended) return;
    this.#ended = error;
    if (!(error instanceof TransportError)) this.#options.onCaught?.(error);
    this.#redial.cancel(error);
    this.#opening.abort(lost(error));
    this.#open.stop();
    for (const timer of this.#retryTimers) clearTimeout(timer);
    for (const connection of [this.#connection, ...this.#leaving]) connection?.close();
    this.#connection = undefined;
    this.#waiting.clear();
    for (const pending of [...this.#open.all(), ...this.#watches])
      this.#reject(pending, lost(error));
  }

  close(): void {
    this.fail(closedHere());
  }

  answered(pending: Pending, result: unknown): void {
    this.#open.delete(pending);
    if (pending.repeats) {
      this.#watches.add(pending);
      return;
    }
    pending.holder = undefined;
    this.#outage = undefined;
    pending.unwatch?.();
    pending.resolve(result);
  }

  refused(pending: Pending, error: RequestError): void {
    const isLeaving = pending.holder !== this.#connection;
    pending.holder = undefined;
    if (error.code !== 'ERR_REMOTE_BUSY') {
      this.#reject(pending, error);
      return;
    }
    this.#renew(pending);
    pending.refusals += 1;
    // who is about to stop is busy for ever, but another connection need not be
    const asked = isLeaving ? 0 : error.retryAfterMs;
    const delay = busyDelay(asked, pending.refusals, this.#random);
    if (performance.now() + delay >= pending.deadline) this.#reject(pending, error);
    else this.#askLater(pending, delay);
  }

  ready(connection: Connection): void {
    if (connection === this.#connection) this.#pump();
  }

  leaving(connection: Connection): void {
    if (connection !== this.#connection) return; // not in use yet
    this.#connection = undefined;
    this.#leaving.add(connection);
    this.#outage = goingAway();
    this.#askAgain([...this.#watches]);
  }

  ended(connection: Connection, error: PagesealError): void {
    this.#leaving.delete(connection);
    if (!(error instanceof TransportError)) {
      this.fail(error);
      return;
    }
    if (connection === this.#connection) {
      this.#connection = undefined;
      this.#outage = error;
      this.#redial.lost(connection.hasServed);
    }
    const all = [...this.#open.all(), ...this.#watches];
    this.#askAgain(all.filter(({ holder }) => holder === connection));
  }

  #pend(
    ask: Ask<AnswerType, unknown>,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ): Pending {
    const cost = ask.cost ?? fixedCost(ask.message.type);
    const deadline = this.#open.next();
    return new Pending(this, ask, { cost, deadline, resolve, reject });
  }

  #start(pending: Pending): void {
    if (this.#ended) {
      this.#reject(pending, lost(this.#ended));
      return;
    }
    this.#open.add(pending);
    this.#waiting.push(pending);
    this.#pump();
  }

  /** Sends waiting requests while the window has room. */
  #pump(): void {
    const connection = this.#connection;
    let { next } = this.#waiting;
    if (connection === undefined) {
      if (next !== undefined && this.#ended === undefined) this.#redial.want();
      return;
    }
    for (; next !== undefined && connection.admits(next); next = this.#waiting.next) {
      this.#waiting.shift();
      connection.send(next);
    }
  }

  /** Puts requests that were sent in vain before those that wait, in their order. */
  #askAgain(requests: readonly Pending[]): void {
    for (const pending of requests) {
      pending.holder = undefined;
      this.#renew(pending);
    }
    this.#waiting.putFirst(requests);
    this.#pump();
  }

  #askLater(pending: Pending, delay: number): void {
    const timer = setTimeout(() => {
      this.#retryTimers.delete(timer);
      if (this.#open.has(pending)) this.#askAgain([pending]);
    }, delay);
    this.#retryTimers.add(timer);
  }

  /** Gives a watch that had its first answer, and lost its connection, a deadline for the next one. */
  #renew(pending: Pending): void {
    if (!this.#watches.delete(pending)) return;
    pending.deadline = this.#open.next();
    this.#open.add(pending);
  }

  #use(connection: Connection): void {
    this.#connection = connection;
    this.#maxReadCost = connection.maxReadCost;
    const misfits = this.#waiting.all().filter(({ cost }) => cost > this.#maxReadCost);
    for (const pending of misfits) {
      const now = `now ${this.#maxReadCost} bytes`;
      this.#forget(pending);
      pending.reject(new ProtocolError('ERR_WELCOME', `read costs more than a frame may, ${now}`));
    }
    this.#pump();
  }

  /**
   * Tries once to replace a lost connection.
   *
   * @returns Whether another attempt is wanted.
   */
  async #connectAgain(signal: AbortSignal): Promise<boolean> {
    if (this.#waiting.next === undefined) return false; // all was given up meanwhile
    const { dial, deadlineMs, judge } = this.#options;
    const options = { deadlineMs: deadlineMs * ATTEMPT_PART, signal };
    try {
      const { connection, note } = await greet(dial, this, deadlineMs, options);
      try {
        if (note.length > 0) await judge?.(note); // a server without a statement is merely behind
        signal.throwIfAborted();
        connection.checkUsable();
      } catch (error) {
        connection.close();
        throw error;
      }
      this.#use(connection);
    } catch (error) {
      if (this.#ended === undefined) this.#missed(error as PagesealError);
    }
    const isWanted = this.#waiting.next !== undefined;
    return isWanted && this.#connection === undefined && this.#ended === undefined;
  }

  #missed(error: PagesealError): void {
    if (error instanceof TransportError || error instanceof RequestError) {
      // an attempt that took too long says less than why there had to be one
      if (error.code !== 'ERR_DEADLINE') this.#outage = error;
      this.#redial.lost(false, error instanceof RequestError ? error.retryAfterMs : 0);
    } else this.fail(error);
  }

  /** Fails requests whose deadline is over; then those who were to answer hear of it. */
  #expire(late: readonly Pending[]): void {
    const holders = late.map((pending) => {
      const { holder } = pending;
      if (holder === undefined) this.#waiting.remove(pending);
      this.#reject(pending, this.#lateness(pending));
      return holder;
    });
    for (const [i, pending] of late.entries()) holders[i]?.expire(pending);
  }

  /** Says why a request was not answered in time. */
  #lateness({ ask, holder }: Pending): PagesealError {
    const { deadlineMs } = this.#options;
    const cause = this.#outage;
    const isLeft = holder !== undefined && holder !== this.#connection;
    if (isLeft || cause === undefined || cause.code === 'ERR_DEADLINE') {
      return silent(ask.message.type, deadlineMs);
    }
    const what = `connection is lost: ${cause.message}; no answer within ${deadlineMs} ms`;
    return new TransportError('ERR_CONNECTION', what, { cause });
  }

  #abandon(pending: Pending, reason: unknown): void {
    this.#forget(pending);
    pending.reject(reason);
  }

  #forget(pending: Pending): void {
    const { holder } = pending;
    if (holder === undefined) this.#waiting.remove(pending);
    this.#remove(pending);
    holder?.cancel(pending);
  }

  #reject(pending: Pending, error: unknown): void {
    this.#remove(pending);
    pending.reject(error);
  }

  #remove(pending: Pending): void {
    this.#open.delete(pending);
    this.#watches.delete(pending);
    pending.holder = undefined;
    pending.unwatch?.();
  }
}
