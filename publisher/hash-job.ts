import type { HashedTiles } from '../common/tree/build.ts';
import type { TileRun } from '../common/tree/subtree.ts';

/** What a hashing thread is told: tiles of the tree of an open file. */
export interface HashJob {
  /** Open in this process until the answer is there. */
  readonly file: number;
  /** The profile's number in a descriptor. */
  readonly profile: number;
  readonly pageSize: number;
  /** Bytes that the whole file is to have. */
  readonly size: number;
  readonly run: TileRun;
}

/** A failed system call, in a form that threads can exchange. */
export interface SystemFailure {
  readonly message: string;
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
}

/** What a hashing thread answers: `ended` if the file ends within the tiles. */
export type HashAnswer =
  | { readonly hashed: HashedTiles }
  | { readonly ended: true }
  | { readonly failure: SystemFailure };
