import type { Descriptor } from '../common/descriptor.ts';
import type { PagesealError } from '../common/errors.ts';
import type { Frame } from '../common/read-frames.ts';
import type { ClientMessage } from '../common/wire.ts';

/** An answer that was refused. */
export interface FailedAnswer {
  readonly check: 'answer';
  readonly error: PagesealError;
  /** The answer as it was received; good during the call only. */
  readonly frame: Uint8Array;
  /** What it answers; `undefined` if that can not be told. */
  readonly request: Frame<ClientMessage> | undefined;
  /** Of a read: its object, and the hashes that the answer is to lead to. */
  readonly basis: { readonly descriptor: Descriptor; readonly anchors: Uint8Array } | undefined;
}

/** A statement that was refused. */
export interface FailedStatement {
  readonly check: 'statement';
  readonly error: PagesealError;
  /** The note as it was received. */
  readonly note: Uint8Array;
}

/** Proven pages of a directory that are malformed, or contradict each other. */
export interface FailedDirectory {
  readonly check: 'directory';
  readonly error: PagesealError;
  readonly descriptor: Descriptor;
  /** One, or two in the order of their indices. */
  readonly pages: readonly { readonly index: number; readonly data: Uint8Array }[];
}

/** A check of what a server sent that failed, with what it takes to repeat it. */
export type FailedCheck = FailedAnswer | FailedStatement | FailedDirectory;
