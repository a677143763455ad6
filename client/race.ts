import { toHex } from '../common/bytes.ts';
import { fixedCost } from '../common/cost.ts';
import type { AnswerType, Ask } from './channel.ts';
import type { Mirror, Run } from './mirror.ts';
import { lost, silent } from './outage.ts';
import { isOutdated } from './outdated.ts';

/** Another mirror is asked, too, after so many times what it would take. */
const HEDGE_FACTOR = 3;
/** Shortest time before that, and the time where nothing is known; milliseconds. */
const MIN_HEDGE_MS = 20;
const DEFAULT_HEDGE_MS = 250;
/** Longest time between two looks at what is known of the mirrors, in milliseconds. */
const LOOK_MS = 20;

/** Who runs in races. */
export interface Field {
  readonly deadlineMs: number;
  readonly mirrors: readonly Mirror[];
  /** Takes the right to ask a second mirror for the same; `false` if that was done too often. */
  takeHedge(): boolean;
  /** Told once. */
  over(race: Race): void;
}

/** One request, answered by the first of several mirrors that proves its answer. */
export class Race {
  readonly #field: Field;
  readonly #ask: Ask<AnswerType, unknown>;
  readonly #cost: number;
  readonly #object: string | undefined;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #deadline: number;
  readonly #runs = new Set<Run>();
  readonly #tried = new Set<Mirror>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When a mirror was asked last; milliseconds of `performance.now()`. */
  #askedAt = 0;
  #error: unknown;
  #isOver = false;
  /** Forgets the caller's signal, if there is one. */
  unwatch: (() => void) | undefined;

  constructor(
    field: Field,
    ask: Ask<AnswerType, unknown>,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    const { message, since = performance.now() } = ask;
    this.#field = field;
    this.#cost = ask.cost ?? fixedCost(message.type);
    this.#object = 'object' in message && message.object ? toHex(message.object) : undefined;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadline = since + field.deadlineMs;
    // who comes second must not write where the first one's bytes are in use
    const accept: typeof ask.accept = (answer, from, isWanted) =>
      this.#isOver ? undefined : ask.accept(answer, from, isWanted);
    this.#ask = { ...ask, accept };
  }

  start(): void {
    const now = performance.now();
    for (const mirror of this.#field.mirrors) mirror.revive(now);
    this.#next(now);
    if (!this.#isOver) this.#setTimer(now);
  }

  /** Ends the race without a winner. */
  abort(reason: unknown): void {
    if (this.#end()) this.#reject(reason);
  }

  /** Asks the best mirror that was not asked yet. */
  #next(now: number): void {
    const mirror = this.#best(now);
    if (mirror !== undefined) this.#run(mirror);
    else if (this.#runs.size === 0) this.abort(this.#error ?? this.#absence());
  }

  /**
   * Those that have a connection and are not known to lack the object come first, then the fastest. A
   * mirror is tried out only by who has not waited yet.
   */
  #best(now: number): Mirror | undefined {
    let best: { readonly mirror: Mirror; readonly rank: readonly number[] } | undefined;
    for (const mirror of this.#field.mirrors) {
      const { link } = mirror;
      const isFit = mirror.isHonest && (this.#cost <= link.maxReadCost || !link.isUp);
      if (!isFit || this.#tried.has(mirror)) continue;
      const doubts = (mirror.isLacking(this.#object) ? 2 : 0) + (link.isUp ? 0 : 1);
      const isFirst = this.#tried.size === 0;
      const ms = isFirst ? mirror.expectedMs(this.#cost, now) : mirror.knownMs(this.#cost);
      const rank = [doubts, ms, mirror.outstanding];
      if (best === undefined || isBelow(rank, best.rank)) best = { mirror, rank };
    }
    return best?.mirror;
  }

  #run(mirror: Mirror): void {
    this.#tried.add(mirror);
    this.#askedAt = performance.now();
    let isSettled = false;
    const run = mirror.run(this.#ask, this.#cost, {
      won: (winner, result) => {
        isSettled = true;
        this.#won(winner, result);
      },
      lost: (loser, error) => {
        isSettled = true;
        this.#lost(loser, error);
      },
    });
    if (!isSettled) this.#runs.add(run);
  }

  #won(winner: Run, result: unknown): void {
    this.#runs.delete(winner);
    for (const run of this.#runs) {
      if (run.startedAt < winner.startedAt) run.mirror.late(run);
    }
    if (this.#end()) this.#resolve(result);
  }

  #lost(run: Run, error: unknown): void {
    this.#runs.delete(run);
    if (this.#isOver) return;
    if (isOutdated(error) && this.#object !== undefined) run.mirror.lacks(this.#object);
    this.#error ??= error;
    this.#next(performance.now());
  }

  #tick(): void {
    this.#timer = undefined;
    const now = performance.now();
    if (now >= this.#deadline) {
      this.abort(this.#lateness());
      return;
    }
    const next = this.#best(now);
    if (next?.link.isUp && !next.isLacking(this.#object) && now >= this.#hedgeAt(next)) {
      const isDown = [...this.#runs].every(({ mirror }) => !mirror.link.isUp);
      if (isDown || this.#field.takeHedge()) this.#run(next);
    }
    if (!this.#isOver) this.#setTimer(now);
  }

  /** When `next` is to be asked, too, by what is known of it now. */
  #hedgeAt(next: Mirror): number {
    const known = next.knownMs(this.#cost);
    const isKnown = Number.isFinite(known);
    const wait = isKnown ? Math.max(MIN_HEDGE_MS, HEDGE_FACTOR * known) : DEFAULT_HEDGE_MS;
    return this.#askedAt + wait;
  }

  /** Looks again when the best mirror not asked yet is to be asked, or before: what is known changes. */
  #setTimer(now: number): void {
    const next = this.#best(now);
    const left = Math.max(0, this.#deadline - now);
    const wait = next ? this.#hedgeAt(next) - now : left;
    const look = next && (wait <= 0 || wait > LOOK_MS) ? LOOK_MS : wait;
    this.#timer = setTimeout(() => this.#tick(), Math.min(look, left));
  }

  /** Says why nobody was asked. */
  #absence(): unknown {
    const caught = this.#field.mirrors.find(({ isHonest }) => !isHonest)?.link.endedBy;
    return caught ? lost(caught) : this.#lateness();
  }

  #lateness(): unknown {
    return silent(this.#ask.message.type, this.#field.deadlineMs);
  }

  /** @returns Whether it was not over yet. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const run of this.#runs) run.cancel();
    this.#runs.clear();
    this.unwatch?.();
    this.#field.over(this);
    return true;
  }
}

/** Compares number by number. */
function isBelow(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}
