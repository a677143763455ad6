/** Bytes that the reader already has, of unknown truth: an older copy, a partial download. */
export interface LocalCopy {
  /** Bytes. */
  readonly size: number;
  /**
   * Fills a buffer with the bytes at a position.
   *
   * @returns Whether all of them are there.
   */
  read(position: number, into: Uint8Array): boolean | Promise<boolean>;
}
