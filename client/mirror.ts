import { LRUCache } from 'lru-cache';
import { RequestError } from '../common/errors.ts';
import type { AnswerType, Ask } from './channel.ts';
import type { Link } from './link.ts';
import { Pace } from './pace.ts';

/** Shortest time that is taken for one, in milliseconds. */
const MIN_MS = 0.1;
/** After this time unused, a mirror is tried again; milliseconds. */
const RETRY_MS = 5000;
/** Objects that a mirror is remembered not to have, and for how long. */
const MAX_MISSING = 4096;
const MISSING_MS = 60_000;

/** A request that runs on one mirror. */
export interface Run {
  readonly mirror: Mirror;
  readonly cost: number;
  /** What the mirror owed then, this request included. */
  readonly load: number;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** What `Link.heard` was then. */
  readonly heardBefore: number;
  /** Gives it up. */
  cancel: () => void;
}

/** One of several servers, and how it has done so far. */
export class Mirror {
  readonly link: Link;
  /** What it owes, in bytes. */
  #outstanding = 0;
  readonly #pace = new Pace();
  #lastAsked = Number.NEGATIVE_INFINITY;
  /** What `Link.heard` was, and may still be, when it let somebody wait in vain. */
  #silentSince: number | undefined;
  readonly #missing = new LRUCache<string, true>({ max: MAX_MISSING, ttl: MISSING_MS });

  constructor(link: Link) {
    this.link = link;
  }

  /** Whether it was not caught in anything yet. */
  get isHonest(): boolean {
    return this.link.endedBy === undefined;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /**
   * Estimates how long a request would take, in milliseconds.
   *
   * @returns 0 if the mirror is to be tried, infinity if it has not answered its first request yet.
   */
  expectedMs(cost: number, now: number): number {
    const isIdle = this.#outstanding === 0;
    const isToBeTried = !this.#pace.isKnown || now - this.#lastAsked > RETRY_MS;
    return isIdle && isToBeTried ? 0 : this.knownMs(cost);
  }

  /** As `expectedMs`, by its answers alone; infinity if there was none, or none when one was due. */
  knownMs(cost: number): number {
    if (this.#silentSince === this.link.heard) return Number.POSITIVE_INFINITY;
    return this.#pace.expectedMs(this.#outstanding + cost) ?? Number.POSITIVE_INFINITY;
  }

  /** Remembers that it does not have an object. */
  lacks(object: string): void {
    this.#missing.set(object, true);
  }

  isLacking(object: string | undefined): boolean {
    return object !== undefined && this.#missing.has(object);
  }

  /** Sends a request; the callbacks are as of `Link.begin`. */
  run<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    cost: number,
    settled: { won: (run: Run, result: Result) => void; lost: (run: Run, error: unknown) => void },
  ): Run {
    const startedAt = performance.now();
    this.#outstanding += cost;
    this.#lastAsked = startedAt;
    const load = this.#outstanding;
    let isOver = false;
    const end = () => {
      if (!isOver) this.#outstanding -= cost;
      isOver = true;
    };
    const heardBefore = this.link.heard;
    const run: Run = { mirror: this, cost, load, startedAt, heardBefore, cancel: end };
    const stop = this.link.begin(
      ask,
      (result) => {
        end();
        this.#pace.answered(load, elapsed(run));
        settled.won(run, result);
      },
      (error) => {
        end();
        if (error instanceof RequestError) this.#pace.answered(load, elapsed(run));
        settled.lost(run, error);
      },
    );
    run.cancel = () => {
      if (!isOver) stop();
      end();
    };
    return run;
  }

  /** Says that another mirror had to step in for a request. */
  late(run: Run): void {
    this.#pace.late(run.load, elapsed(run));
    if (run.heardBefore === this.link.heard) this.#silentSince = run.heardBefore;
  }

  /** Has a lost connection replaced, at most once in `RETRY_MS`. */
  revive(now: number): void {
    if (this.link.isUp || !this.isHonest || now - this.#lastAsked <= RETRY_MS) return;
    this.#lastAsked = now;
    const ask = { message: { type: 'ping' }, answer: 'pong', accept: () => undefined } as const;
    this.link.begin(
      ask,
      () => undefined,
      () => undefined,
    );
  }
}

function elapsed({ startedAt }: Run): number {
  return Math.max(MIN_MS, performance.now() - startedAt);
}
