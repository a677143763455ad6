import type { RequestError } from '../common/errors.ts';
import type { AnswerType, Ask } from './channel.ts';

/** Who settles a request. */
export interface PendingOwner {
  /** Told of each verified answer. */
  answered(pending: Pending, result: unknown): void;
  refused(pending: Pending, error: RequestError): void;
}

/** The connection that is to answer a request. */
export interface PendingHolder {
  /** Wants no answer any more. */
  cancel(pending: Pending): void;
  /** The same, of a request whose deadline is over. */
  expire(pending: Pending): void;
}

/** A request that is not settled yet. */
export class Pending {
  readonly owner: PendingOwner;
  readonly ask: Ask<AnswerType, unknown>;
  readonly cost: number;
  /** Whether answers come until it is cancelled or refused. */
  readonly repeats: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** When it fails unless it is answered; milliseconds of `performance.now()`. */
  deadline: number;
  /** Where it stands in `Deadlines`, if it does. */
  place = 0;
  /** `undefined` while it waits to be sent; an answer from anyone else is not taken. */
  holder: PendingHolder | undefined = undefined;
  /** Of the holder's. */
  requestId = 0;
  /** Frames that the holder had received when it sent the request. */
  heardBefore = 0;
  /** How often it was refused for load. */
  refusals = 0;
  /** Forgets the caller's signal, if there is one; to be called once it is settled. */
  unwatch: (() => void) | undefined = undefined;

  /** @param ask - Any; `resolve` takes its result. */
  constructor(
    owner: PendingOwner,
    ask: Ask<AnswerType, unknown>,
    fields: {
      readonly cost: number;
      readonly deadline: number;
      readonly resolve: (result: unknown) => void;
      readonly reject: (error: unknown) => void;
    },
  ) {
    this.owner = owner;
    this.ask = ask;
    this.cost = fields.cost;
    this.repeats = ask.message.type === 'watch';
    this.deadline = fields.deadline;
    this.resolve = fields.resolve;
    this.reject = fields.reject;
  }
}
