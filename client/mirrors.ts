import { type PagesealError, TransportError } from '../common/errors.ts';
import { MAX_FRAME_LENGTH } from '../common/limits.ts';
import { Aborts } from './aborts.ts';
import type { AnswerType, Ask, Channel, WatchListener } from './channel.ts';
import type { FailedCheck } from './failed-check.ts';
import type { Link } from './link.ts';
import { Mirror } from './mirror.ts';
import { closedHere, lost } from './outage.ts';
import { type Field, Race } from './race.ts';

/** Requests that may be asked twice at once, and how many of them a request that is answered gives back. */
const MAX_HEDGES = 16;
const HEDGES_PER_REQUEST = 0.1;

/** What mirrors share. */
export interface MirrorsOptions {
  /** How long an answer may take, in milliseconds, from when it was asked for. */
  readonly deadlineMs: number;
  /** Told of each failed check that is no one server's fault; must not throw. */
  readonly onFailedCheck: (failure: FailedCheck) => void;
}

/**
 * Several servers of one origin, of which each request takes the one that will be fastest.
 *
 * One that fails, stalls, or does not have an object is passed over for another; one that was caught is
 * not asked again. Bulk spreads over those that are fast.
 *
 * @see SPEC.md, "Mirrors"
 */
export class Mirrors implements Channel, Field {
  readonly deadlineMs: number;
  readonly mirrors: Mirror[] = [];
  readonly #options: MirrorsOptions;
  readonly #aborts = new Aborts<Race>((race, reason) => race.abort(reason));
  readonly #races = new Set<Race>();
  readonly #watches = new Set<(link: Link) => void>();
  #hedges = MAX_HEDGES;
  #ended: PagesealError | undefined;

  constructor(options: MirrorsOptions) {
    this.#options = options;
    this.deadlineMs = options.deadlineMs;
  }

  /** What the connected servers all take. */
  get maxReadCost(): number {
    const up = this.mirrors.filter(({ link }) => link.isUp);
    const costs = (up.length > 0 ? up : this.mirrors).map(({ link }) => link.maxReadCost);
    return Math.min(MAX_FRAME_LENGTH, ...costs);
  }

  /** Takes a server from now on; it is closed with the others. */
  add(link: Link): void {
    if (this.#ended) {
      link.close();
      return;
    }
    this.mirrors.push(new Mirror(link));
    for (const subscribe of this.#watches) subscribe(link);
  }

  request<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended) throw lost(this.#ended);
      const race = new Race(this, ask as never, resolve as (result: unknown) => void, reject);
      if (signal) race.unwatch = this.#aborts.watch(signal, race);
      this.#races.add(race);
      race.start();
    });
  }

  over(race: Race): void {
    this.#races.delete(race);
    this.#hedges = Math.min(MAX_HEDGES, this.#hedges + HEDGES_PER_REQUEST);
  }

  takeHedge(): boolean {
    if (this.#hedges < 1) return false;
    this.#hedges -= 1;
    return true;
  }

  watch(listener: WatchListener): () => void {
    const stops = new Map<Link, () => void>();
    const away = new Set<Link>();
    let isOver = false;
    const subscribe = (link: Link) => {
      const statement = (note: Uint8Array) => {
        away.delete(link);
        listener.statement(note, link);
      };
      const ended = (error: unknown) => {
        if (isOver) return;
        away.add(link);
        if (this.mirrors.some((mirror) => !away.has(mirror.link))) {
          if (link.endedBy === undefined && error instanceof TransportError) subscribe(link);
        } else {
          stop();
          listener.ended(error);
        }
      };
      stops.set(link, link.watch({ statement, ended }));
    };
    const stop = () => {
      isOver = true;
      this.#watches.delete(subscribe);
      for (const leave of stops.values()) leave();
    };
    this.#watches.add(subscribe);
    for (const { link } of this.mirrors) subscribe(link);
    return stop;
  }

  report(failure: FailedCheck): void {
    this.#options.onFailedCheck(failure);
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = closedHere();
    for (const race of this.#races) race.abort(lost(this.#ended));
    for (const { link } of this.mirrors) link.close();
  }
}
