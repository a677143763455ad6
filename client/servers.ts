import {
  FreshnessError,
  IntegrityError,
  type PagesealError,
  ProtocolError,
} from '../common/errors.ts';
import type { Channel } from './channel.ts';
import { DiagnosticsSink } from './diagnostics.ts';
import { deadlineOf, dialler, type GreetOptions } from './greet.ts';
import { Link } from './link.ts';
import { Mirrors } from './mirrors.ts';

/** How long servers are waited for that are slower than the first one; in parts of its time, and at least. */
const WAIT_FACTOR = 3;
const MIN_WAIT_MS = 100;

/** Judges a note that a server announces, in its name. */
export type JudgeNote<Offer> = (note: Uint8Array, from: Channel) => Promise<Offer>;

/** What servers are asked, and what they are believed. */
export interface ServersOptions<Offer> extends GreetOptions {
  /** Judges the first note of a server. */
  readonly judge: JudgeNote<Offer>;
  /** Judges what a server announces once an offer was taken. */
  readonly judgeAgain: JudgeNote<void>;
}

/** One server or several, as one channel. */
export class Servers<Offer> {
  readonly channel: Channel;
  readonly #mirrors: Mirrors | undefined;
  readonly #sinks: readonly DiagnosticsSink[];
  readonly #links: readonly Link[];
  readonly #options: ServersOptions<Offer>;
  /** Whether `greet` has settled: what is offered now is not taken. */
  #isTaken = false;

  /**
   * @param urls - At least one.
   * @param trust - Whom the client believes, for diagnostics.
   */
  constructor(
    urls: readonly [string, ...string[]],
    trust: ConstructorParameters<typeof DiagnosticsSink>[1],
    options: ServersOptions<Offer>,
  ) {
    const { onDiagnostics } = options;
    this.#options = options;
    this.#sinks = urls.map((url) => new DiagnosticsSink(url, trust, onDiagnostics));
    this.#links = urls.map((url, i) => this.#link(url, this.#sinks[i], urls.length > 1));
    const [first] = this.#links;
    if (urls.length > 1 || first === undefined) {
      const onFailedCheck: DiagnosticsSink['report'] = (failure) => this.#sinks[0]?.report(failure);
      this.#mirrors = new Mirrors({ deadlineMs: deadlineOf(options), onFailedCheck });
    }
    this.channel = this.#mirrors ?? (first as Link);
  }

  #link(url: string, sink: DiagnosticsSink | undefined, isOneOfMany: boolean): Link {
    const { judgeAgain, onQuarantine } = this.#options;
    const onCaught = (error: PagesealError) => onQuarantine?.(url, error);
    const link: Link = new Link({
      dial: dialler(url, this.#options),
      deadlineMs: deadlineOf(this.#options),
      judge: (note) => judgeAgain(note, link),
      onCaught: isOneOfMany ? onCaught : undefined,
      onFailedCheck: sink?.report,
    });
    return link;
  }

  /** Says which note the client reads by, for diagnostics. */
  readBy(note: Uint8Array): void {
    for (const sink of this.#sinks) sink.note = note;
  }

  /**
   * Greets all servers, and waits for the first that offers anything, then for the others: three times as long
   * as the first has taken, and at least 100 ms.
   *
   * @returns What they offer, at least one thing; who answers later is taken as a mirror then.
   * @throws Why the first server offers nothing, if none does; a verdict rather than silence.
   */
  greet(): Promise<readonly Offer[]> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const offers: Offer[] = [];
      const errors: unknown[] = [];
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = () => {
        clearTimeout(timer);
        this.#isTaken = true;
        if (offers.length > 0) resolve(offers);
        else reject(errors.find(isVerdict) ?? errors[0]);
      };
      const onOffer = (offer: Offer | undefined) => {
        if (offer === undefined) return;
        offers.push(offer);
        const wait = Math.max(MIN_WAIT_MS, WAIT_FACTOR * (performance.now() - started));
        timer ??= setTimeout(settle, wait);
      };
      const greetings = this.#links.map((link, i) =>
        this.#greet(link).then(onOffer, (error: unknown) => {
          errors[i] = error;
        }),
      );
      void Promise.all(greetings).then(settle);
    });
  }

  /** @returns `undefined` if `greet` has settled meanwhile. */
  async #greet(link: Link): Promise<Offer | undefined> {
    const { judge, judgeAgain, signal } = this.#options;
    try {
      const note = await link.open(signal);
      if (!this.#isTaken) return await judge(note, link);
      if (note.length > 0) await judgeAgain(note, link);
      return undefined;
    } catch (error) {
      if (isCaught(error)) link.fail(error);
      throw error;
    } finally {
      this.#mirrors?.add(link); // also one that is behind, or away: it may have what is wanted
    }
  }

  close(): void {
    for (const link of this.#links) link.close();
    this.channel.close();
  }
}

/** Tells whether what a server announced shows that it is not honest, or that nobody can be believed. */
function isCaught(error: unknown): error is PagesealError {
  if (error instanceof FreshnessError) return error.code === 'ERR_EQUIVOCATION';
  return error instanceof IntegrityError || error instanceof ProtocolError;
}

function isVerdict(error: unknown): boolean {
  return isCaught(error) || error instanceof FreshnessError;
}

/**
 * Lists the URLs of a client, whose type says that there is one.
 *
 * @throws {TypeError} If there is none, or one is given twice.
 */
export function urlsOf(url: string | readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = typeof url === 'string' ? [url] : url;
  if (first === undefined) throw new TypeError('no URL');
  if (new Set([first, ...others]).size <= others.length)
    throw new TypeError('a URL is given twice');
  return [first, ...others];
}
