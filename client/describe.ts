import { equalBytes } from '../common/bytes.ts';
import {
  type Descriptor,
  decodeDescriptor,
  fsverityDigest,
  objectId,
} from '../common/descriptor.ts';
import { IntegrityError } from '../common/errors.ts';
import type { Channel } from './channel.ts';

/** What an object is asked for by; 32 bytes either. */
export type Anchor = { readonly object: Uint8Array } | { readonly fsverityDigest: Uint8Array };

/**
 * Asks for the descriptor of an object that the reader already trusts by its digest.
 *
 * @throws {IntegrityError} `ERR_DESCRIPTOR`, or `ERR_OBJECT_ID` if the answer has another digest.
 * @see SPEC.md, V10 and V11
 */
export function describe(
  connection: Channel,
  anchor: Anchor,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const accept = ({ descriptor }: { readonly descriptor: Uint8Array }) =>
    verifyDescriptor(descriptor, anchor);
  const message = { type: 'describe', ...anchor } as const;
  return connection.request({ message, answer: 'descriptor', accept }, signal);
}

/**
 * Verifies a descriptor by its digest, from wherever it comes.
 *
 * @param bytes - Attacker-controlled; not retained.
 * @throws {IntegrityError} `ERR_DESCRIPTOR` or `ERR_OBJECT_ID`.
 * @see SPEC.md, V10 and V11
 */
export function verifyDescriptor(bytes: Uint8Array, anchor: Anchor): Descriptor {
  const descriptor = decodeDescriptor(bytes);
  const [found, want] =
    'object' in anchor
      ? [objectId(bytes), anchor.object]
      : [fsverityDigest(descriptor), anchor.fsverityDigest];
  if (found !== undefined && equalBytes(found, want)) return descriptor;
  throw new IntegrityError('ERR_OBJECT_ID', 'descriptor is of another object');
}
