import { toHex } from '../common/bytes.ts';
import { type Descriptor, fsverityDigest, objectIdHex } from '../common/descriptor.ts';
import type { Field } from './fields.ts';

/** Names what identifies an object, as lines of text; its size is left to the caller. */
export function descriptorFields(descriptor: Descriptor): readonly Field[] {
  const digest = fsverityDigest(descriptor);
  return [
    ['profile', descriptor.profile.name],
    ['page size', String(descriptor.pageSize)],
    ['root', toHex(descriptor.root)],
    ['object', objectIdHex(descriptor)],
    ...(digest === undefined ? [] : [['fs-verity', toHex(digest)] as const]),
  ];
}

/** Names what identifies an object, as properties of a JSON object. */
export function descriptorJson(descriptor: Descriptor): Readonly<Record<string, unknown>> {
  const digest = fsverityDigest(descriptor);
  return {
    profile: descriptor.profile.name,
    pageSize: descriptor.pageSize,
    root: toHex(descriptor.root),
    objectId: objectIdHex(descriptor),
    ...(digest === undefined ? {} : { fsverityDigest: toHex(digest) }),
  };
}
