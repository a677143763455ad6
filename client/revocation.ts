import { toHex } from '../common/bytes.ts';
import { type Descriptor, encodeDescriptor, objectId } from '../common/descriptor.ts';
import { FreshnessError } from '../common/errors.ts';

/**
 * Checks that the reader has not revoked an object.
 *
 * @param revoked - Object ids in hexadecimal.
 * @throws {FreshnessError} `ERR_REVOKED` if it has.
 * @see SPEC.md, V29
 */
export function checkRevoked(
  descriptor: Descriptor,
  revoked: ReadonlySet<string> | undefined,
): void {
  if (revoked === undefined || revoked.size === 0) return;
  const id = toHex(objectId(encodeDescriptor(descriptor)));
  if (revoked.has(id)) throw new FreshnessError('ERR_REVOKED', `object ${id} is revoked`);
}
