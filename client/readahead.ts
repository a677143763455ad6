import { pageCount } from '../common/tree/shape.ts';
import { isEstablished, type Sequence } from './access-pattern.ts';
import { type Background, inBackground } from './channel.ts';
import type { RemoteObject } from './remote-object.ts';

/** Bytes that are asked for first, ahead of a sequence of reads. */
const MIN_WINDOW = 65_536;
/** Most bytes that are asked for ahead and not read yet. */
export const MAX_WINDOW = 2_097_152;
/** Bytes of one request, if pages are not larger. */
const RUN_BYTES = 262_144;

/** Where pages come from, and where they wait to be read. */
export interface PageSource {
  readonly object: Pick<RemoteObject, 'shape' | 'affordablePages'>;
  isCached(page: number): boolean;
  /** Fetches pages and caches them; resolves to `undefined` if the cache had some after all. */
  fetch(
    start: number,
    end: number,
    options: { readonly signal: AbortSignal; readonly background: Background },
  ): Promise<Uint8Array | undefined>;
}

/** Pages that are asked for ahead and not there yet. */
export interface AheadRun {
  readonly start: number;
  readonly end: number;
  /** The pages, verified; `undefined` if they could not be had: whoever needs them asks again. */
  readonly data: Promise<Uint8Array | undefined>;
}

interface Run extends AheadRun {
  readonly window: Window;
  readonly background: Background;
  readonly stop: AbortController;
}

/** What is asked for ahead of one sequence. */
interface Window {
  bytes: number;
  /** Page after the last one that was asked for, or read. */
  end: number;
}

/**
 * Asks for the pages of one file ahead of reads that follow one another.
 *
 * The window doubles each time half of it has been read. A read that follows no other calls off
 * everything that is on its way; errors are those of the reads which then ask again.
 */
export class Readahead {
  readonly #source: PageSource;
  readonly #windows = new Map<Sequence, Window>();
  readonly #runs = new Set<Run>();

  constructor(source: PageSource) {
    this.#source = source;
  }

  /** Returns what brings a page. */
  find(page: number): AheadRun | undefined {
    for (const run of this.#runs) if (page >= run.start && page < run.end) return run;
    return undefined;
  }

  /** Calls off what would bring pages that are wanted now, and is held back; the rest is wanted, too. */
  claim(start: number, end: number): void {
    for (const run of this.#runs) {
      if (run.start >= end || run.end <= start) continue;
      run.background.isWanted = true;
      if (!run.background.isWaiting) continue;
      this.#callOff(run);
      run.window.end = Math.min(run.window.end, run.start);
    }
  }

  /**
   * Takes note of a read, after its own requests.
   *
   * @param sequence - What it is part of.
   * @param length - Bytes.
   */
  observe(sequence: Sequence, length: number): void {
    if (sequence.reads === 1) this.#stop();
    if (!isEstablished(sequence)) return;
    const { shape } = this.#source.object;
    const next = Math.min(Math.ceil(sequence.next / shape.pageSize), pageCount(shape));
    const window = this.#windows.get(sequence) ?? { bytes: 0, end: next };
    this.#windows.set(sequence, window);
    window.end = Math.max(window.end, next);
    if (2 * (window.end - next) * shape.pageSize > window.bytes) return;
    window.bytes = Math.max(2 * window.bytes, 2 * length, MIN_WINDOW);
    window.bytes = Math.min(window.bytes, MAX_WINDOW);
    const pages = Math.max(1, Math.floor(window.bytes / shape.pageSize));
    const end = Math.min(next + pages, pageCount(shape));
    this.#ask(window, end);
    sequence.reach = Math.max(sequence.reach, end * shape.pageSize);
  }

  /** Asks for what is missing up to a page. */
  #ask(window: Window, end: number): void {
    const { shape, affordablePages } = this.#source.object;
    const most = Math.max(1, Math.min(Math.floor(RUN_BYTES / shape.pageSize), affordablePages));
    for (let page = window.end; page < end; ) {
      const border = Math.min((Math.floor(page / most) + 1) * most, end);
      let to = page;
      while (to < border && this.#isMissing(to)) to += 1;
      if (to > page) this.#fetch(window, page, to);
      page = Math.max(to, page + 1);
    }
    window.end = Math.max(window.end, end);
  }

  #isMissing(page: number): boolean {
    return !this.#source.isCached(page) && this.find(page) === undefined;
  }

  #fetch(window: Window, start: number, end: number): void {
    const stop = new AbortController();
    const background = inBackground();
    const data = this.#source.fetch(start, end, { signal: stop.signal, background }).then(
      (pages) => {
        this.#runs.delete(run); // they are cached now
        return pages;
      },
      () => {
        this.#runs.delete(run);
        return undefined;
      },
    );
    const run: Run = { start, end, data, window, background, stop };
    this.#runs.add(run);
  }

  #stop(): void {
    for (const run of this.#runs) this.#callOff(run);
    if (this.#windows.size) this.#windows.clear(); // an empty map would make itself new tables, too
  }

  #callOff(run: Run): void {
    this.#runs.delete(run);
    run.stop.abort(new DOMException('pages are not wanted ahead any more', 'AbortError'));
  }
}
