import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

/** Writes SHA-256 of `input` to `out[at..at + 32)`; `input` and `out` may overlap. */
export type Sha256 = (input: Uint8Array, out: Uint8Array, at: number) => void;

/** SHA-256 that runs anywhere. */
export const portableSha256: Sha256 = (input, out, at) => {
  out.set(nobleSha256(input), at);
};

type OneShotHash = (algorithm: string, input: Uint8Array, encoding: 'ucs2') => string;

/**
 * Wraps the one-shot `hash` of `node:crypto`, ten times faster than the portable one on pages.
 *
 * A string is the cheapest form in which Node hands out a digest, and one of 16 code units, each two bytes
 * with the lower one first, is read faster than one of 32; see `test/bench`.
 */
function nativeSha256(hash: OneShotHash): Sha256 {
  return (input, out, at) => {
    const digest = hash('sha256', input, 'ucs2');
    for (let i = 0; i < 16; i += 1) {
      const unit = digest.charCodeAt(i);
      out[at + 2 * i] = unit; // the lower byte of it
      out[at + 2 * i + 1] = unit >> 8;
    }
  };
}

interface NodeLike {
  readonly process?: {
    getBuiltinModule?: (name: string) => { readonly hash?: OneShotHash } | undefined;
  };
}

// Asked for at run time, so that this file imports no platform and bundles for browsers as it is.
const nodeHash = (globalThis as NodeLike).process?.getBuiltinModule?.('node:crypto')?.hash;

/** The fastest SHA-256 of this platform. */
export const sha256: Sha256 = nodeHash ? nativeSha256(nodeHash) : portableSha256;

/** Returns SHA-256 of `input`, 32 new bytes. */
export function digest(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  sha256(input, out, 0);
  return out;
}
