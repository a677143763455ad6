import type { PagesealError } from '../common/errors.ts';
import type { ClientMessage, ServerMessage } from '../common/wire.ts';
import type { FailedAnswer, FailedCheck } from './failed-check.ts';

/** What answers a request; the rest answers any, or none. */
export type AnswerType = Exclude<ServerMessage['type'], 'error' | 'goAway'>;
/** An answer of one type, nothing about it verified. */
export type Answer<Type extends AnswerType> = Extract<ServerMessage, { type: Type }>;

/** What is known of a request that nobody waits for, or not yet: all others go first. */
export interface Background {
  /** Whether it is held back; then it is better called off than waited for. */
  isWaiting: boolean;
  /** Whether somebody waits for it by now: then it is a request like any other. */
  isWanted: boolean;
}

/** Returns the state of a request that nobody waits for. */
export function inBackground(): Background {
  return { isWaiting: false, isWanted: false };
}

/** Who sent an answer. */
export interface AnswerSource extends Pick<ServerChannel, 'blame'> {
  /**
   * Keeps the frame that is being dealt with as it is.
   *
   * @param length - Bytes of it that are wanted.
   * @returns Lets it go, once, at any time or never; `undefined` if they are better copied.
   */
  hold(length: number): (() => void) | undefined;
}

/** A request, and what is to be done with its answer. */
export interface Ask<Type extends AnswerType, Result> {
  /** May be sent again, when the connection it was sent on is lost: no request changes anything. */
  readonly message: ClientMessage;
  readonly answer: Type;
  /** What the request costs, if it is a read; see SPEC.md, "States and flow control". */
  readonly cost?: number;
  /** If nobody waits for it. */
  readonly background?: Background | undefined;
  /** What a read rests on, for diagnostics: its object, and the anchors that its answer is to lead to. */
  readonly basis?: FailedAnswer['basis'];
  /**
   * Since when the answer is waited for, if another server has given a wrong one; milliseconds of
   * `performance.now()`.
   */
  readonly since?: number | undefined;
  /**
   * Verifies the answer at once; called for one answer only. What it throws fails the request, and the
   * server is not asked again.
   *
   * The answer's bytes are views of its frame, good during this call only, or as long as `from` holds them.
   *
   * @param from - To be blamed if something turns out wrong only later.
   * @param isWanted - Whether anybody waits for the result; an answer that comes too late only shows what
   *   the server is, and nothing that the caller uses may be written to.
   */
  accept(answer: Answer<Type>, from: AnswerSource, isWanted: boolean): Result;
}

/** Who wants to know of newer statements. */
export interface WatchListener {
  /**
   * Receives a note of which nothing is verified; owned by the listener.
   *
   * @param from - The server that sent it.
   */
  statement(note: Uint8Array, from: ServerChannel): void;
  /** Told why nothing more will come. */
  ended(error: unknown): void;
}

/** Where objects are read from, however many servers and connections that takes. */
export interface Channel {
  /** The most that one read may cost. */
  readonly maxReadCost: number;

  /**
   * Sends a request, and waits for its verified answer, no longer than the channel's deadline.
   *
   * @throws {RequestError} If the server refuses.
   * @throws {TransportError} `ERR_DEADLINE` if it stays silent, `ERR_CONNECTION` if it can not be reached.
   * @throws {ProtocolError} `ERR_UNEXPECTED_ANSWER` or `ERR_FRAME`, or what `accept` throws.
   */
  request<Type extends AnswerType, Result>(
    ask: Ask<Type, Result>,
    signal?: AbortSignal,
  ): Promise<Result>;

  /**
   * Asks for the newest statement and all newer ones; one watch at a time.
   *
   * @returns Ends the watch; the listener is told nothing more.
   */
  watch(listener: WatchListener): () => void;

  /** Tells who asked for diagnostics that a check of what the server sent failed. */
  report(failure: FailedCheck): void;

  /** Ends all connections because they are no longer needed. */
  close(): void;
}

/** A channel to one server, which can be given up for what that server sent. */
export interface ServerChannel extends Channel {
  /**
   * Gives up the server because of what it sent.
   *
   * Requests in flight and later ones fail with this error, or, if it says nothing about the server's
   * honesty, with `ERR_CONNECTION`, whose cause it is.
   */
  fail(error: PagesealError): void;

  /** Gives up the server for a check that failed, and reports that; nothing if it was given up before. */
  blame(failure: FailedCheck): void;
}
