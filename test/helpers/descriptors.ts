import fc from 'fast-check';
import type { Descriptor, ObjectType } from '../../common/descriptor.ts';
import { MAX_PAGE_COUNT, MAX_SIZE } from '../../common/limits.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';

/** Possible descriptors, of directories if that is asked for; their roots are invented. */
export function descriptors(type: ObjectType = 'file'): fc.Arbitrary<Descriptor> {
  const profile = type === 'directory' ? fc.constant(RFC9162) : fc.constantFrom(RFC9162, FSVERITY);
  return fc
    .record({
      profile,
      log: fc.integer({ min: type === 'directory' ? 13 : 10, max: 16 }),
      more: fc.integer({ min: 0, max: 4 }),
      size: fc.oneof(fc.constant(0), fc.nat(100_000), fc.maxSafeNat()),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    })
    .map(({ profile, log, more, size, root }) => {
      const pageSize = 2 ** (profile === RFC9162 ? log + more : log);
      const most = Math.min(MAX_SIZE, MAX_PAGE_COUNT * pageSize);
      return {
        profile,
        pageSize,
        size: Math.min(size, most),
        root: size === 0 ? profile.emptyRoot.slice() : root,
      };
    });
}
