import type { RemoteCode } from '../common/errors.ts';
import type { NodeRange } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';

/** Something that is ready at once when it is hot, and later when it is not. */
export type MaybePromise<T> = T | Promise<T>;

/** One origin, as a server sees it: statements and objects, all untrusted by those who read them. */
export interface ServedVolume {
  readonly origin: string;
  /** Whether it has a statement of a version that it does not retain. */
  readonly incomplete: boolean;
  /** Returns the newest signed statement's note; empty if there is none. */
  newest(): Uint8Array;
  /** Returns the note of a version; `undefined` if it is not kept. */
  statement(version: number): Uint8Array | undefined;
  /** Finds an object of any retained version by its id, 32 bytes. */
  find(id: Uint8Array): ServedObject | undefined;
  /** Finds an object by its fs-verity digest, 32 bytes. */
  findByDigest(digest: Uint8Array): ServedObject | undefined;
  /** Calls back with each newer statement's note, until the returned function is called. */
  follow(listener: (note: Uint8Array) => void): () => void;
  /** Looks for newer statements; a server calls it about once a second. */
  refresh(): void;
}

/** One object whose pages and nodes can be read. Ranges lie within the shape: callers check. */
export interface ServedObject {
  readonly shape: TreeShape;
  /** 48 bytes. */
  readonly descriptor: Uint8Array;
  readonly isDirectory: boolean;
  /**
   * Reads pages and their range proof.
   *
   * @param siblings - Filled with the proof; exactly as long.
   * @param data - Filled with the pages; exactly as long.
   * @throws {ServeError} `CHANGED` if the bytes in place are known to be wrong, `STORAGE`.
   */
  readPages(range: NodeRange, siblings: Uint8Array, data: Uint8Array): MaybePromise<void>;
  /** Reads nodes and their range proof, as `readPages`. */
  readNodes(range: NodeRange, siblings: Uint8Array, nodes: Uint8Array): MaybePromise<void>;
  /** Finds the page of a directory that is not empty on which a name stands or would stand. */
  pageOf(name: Uint8Array): MaybePromise<number>;
}

/** A refusal that goes to the client as it is; its message names no path of the server. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
  readonly code: RemoteCode;
  /** Milliseconds; 0 for no advice. */
  readonly retryAfterMs: number;

  constructor(
    code: RemoteCode,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
