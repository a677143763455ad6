import { expect } from 'vitest';

/** Matches an error of ours by its class and its code. */
export function failure(name: string, code: string): unknown {
  return expect.objectContaining({ name, code });
}
