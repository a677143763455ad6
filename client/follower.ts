import { IntegrityError, ProtocolError } from '../common/errors.ts';
import type { Statement } from '../common/statement.ts';
import type { AcceptedStatement } from './accept.ts';
import type { Acceptor } from './acceptor.ts';
import type { Channel, ServerChannel } from './channel.ts';
import { judgePushed } from './judge-offered.ts';
import { isOutdated } from './outdated.ts';

/** What following needs. */
export interface FollowerOptions<Opened> {
  readonly connection: Channel;
  readonly acceptor: Acceptor;
  /** Verifies the first page of a statement's object, if it has one. */
  readonly verifyRoot: (statement: Statement) => Promise<void>;
  /** Opens what an accepted statement names. */
  readonly open: (accepted: AcceptedStatement, follower: Follower<Opened>) => Opened;
}

interface Waiter<Opened> {
  readonly after: number;
  readonly resolve: (opened: Opened) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Follows the statements that a server pushes, as long as somebody waits for one.
 *
 * One watch serves all who wait. Of notes that come faster than they are accepted, the newest of each
 * server is kept.
 *
 * @see SPEC.md, "Following"
 */
export class Follower<Opened> {
  readonly #options: FollowerOptions<Opened>;
  readonly #waiters = new Set<Waiter<Opened>>();
  /** What was accepted last, and what it names. */
  #accepted: AcceptedStatement;
  #newest: Opened;
  #holds = 0;
  #stop: (() => void) | undefined;
  /** The last note that came from each server, until it is looked at. */
  readonly #notes = new Map<ServerChannel, Uint8Array>();
  #isJudging = false;

  /** @param accepted - What the connection was greeted with, once accepted. */
  constructor(accepted: AcceptedStatement, options: FollowerOptions<Opened>) {
    this.#options = options;
    this.#accepted = accepted;
    this.#newest = options.open(accepted, this);
  }

  /** What was accepted last. */
  get newest(): Opened {
    return this.#newest;
  }

  /**
   * Waits for a version above another one.
   *
   * @returns The newest one that is accepted by then.
   * @throws As `Acceptor.judge` if a statement that the server pushes is refused; as
   *   `Channel.request`.
   * @see SPEC.md, V34
   */
  async next(after: number, signal?: AbortSignal): Promise<Opened> {
    signal?.throwIfAborted();
    if (this.#accepted.version > after) return this.#newest;
    const release = this.hold();
    let abort: (() => void) | undefined;
    let waiter: Waiter<Opened> | undefined;
    try {
      return await new Promise<Opened>((resolve, reject) => {
        waiter = { after, resolve, reject };
        this.#waiters.add(waiter);
        abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort);
      });
    } finally {
      if (abort) signal?.removeEventListener('abort', abort);
      if (waiter) this.#waiters.delete(waiter);
      release();
    }
  }

  /** Keeps the watch going until the returned function is called. */
  hold(): () => void {
    this.#holds += 1;
    this.#watch();
    return () => {
      this.#holds -= 1;
      if (this.#holds === 0) this.#leave();
    };
  }

  #watch(): void {
    if (this.#stop !== undefined) return;
    let isOver = false;
    const stop = this.#options.connection.watch({
      statement: (note, from) => {
        if (isOver) return;
        this.#notes.set(from, note);
        void this.#judgeAll();
      },
      ended: (error) => {
        if (!isOver) this.#end(error);
      },
    });
    this.#stop = () => {
      isOver = true;
      stop();
    };
  }

  #leave(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#notes.clear();
  }

  /** Ends the watch; whoever waits is told why. */
  #end(error: unknown): void {
    this.#leave();
    for (const { reject } of this.#waiters) reject(error);
  }

  async #judgeAll(): Promise<void> {
    if (this.#isJudging) return;
    this.#isJudging = true;
    for (const [from, note] of this.#notes) {
      this.#notes.delete(from); // what comes from there meanwhile is seen after the others
      try {
        await this.#judge(note, from);
      } catch (error) {
        const isDishonest = error instanceof IntegrityError || error instanceof ProtocolError;
        if (isDishonest) from.fail(error);
        if (!isDishonest || from === this.#options.connection) this.#end(error);
      }
    }
    this.#isJudging = false;
  }

  async #judge(note: Uint8Array, from: Channel): Promise<void> {
    const { acceptor, verifyRoot, open } = this.#options;
    const judged = await judgePushed(note, this.#accepted, acceptor, from);
    if (judged === undefined) return;
    try {
      await verifyRoot(judged.statement);
    } catch (error) {
      if (isOutdated(error)) return; // the server has gone on, and will say so
      throw error;
    }
    this.#accepted = await acceptor.commit(judged);
    this.#newest = open(this.#accepted, this);
    for (const { after, resolve } of this.#waiters) {
      if (this.#accepted.version > after) resolve(this.#newest);
    }
  }
}
