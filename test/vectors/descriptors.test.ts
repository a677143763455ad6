import { describe, expect, it } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import {
  decodeDescriptor,
  encodeDescriptor,
  fsverityDigest,
  type ObjectType,
  objectId,
} from '../../common/descriptor.ts';
import { pageCount, treeShape } from '../../common/tree/shape.ts';
import { hex } from '../helpers/bytes.ts';
import { type Case, expected, load, split, titled } from './vectors.ts';

interface DescriptorCase extends Case {
  readonly type: ObjectType;
  readonly descriptor: string;
  readonly profile: string;
  readonly page_size: number;
  readonly size: number;
  readonly page_count: number;
  readonly root: string;
  readonly object_id: string;
  readonly fsverity_digest?: string;
}

const { good, bad } = split(load<{ cases: DescriptorCase[] }>('descriptors.json').cases);

describe('descriptors.json', () => {
  it.each(titled('accepts', good))('%s', (_title, vector) => {
    const bytes = hex(vector.descriptor);
    const descriptor = decodeDescriptor(bytes, vector.type);
    const { profile, pageSize, size, root } = descriptor;
    expect(profile.name).toBe(vector.profile);
    expect({ pageSize, size }).toEqual({ pageSize: vector.page_size, size: vector.size });
    expect(pageCount(treeShape(profile, pageSize, size))).toBe(vector.page_count);
    expect(toHex(root)).toBe(vector.root);
    expect(encodeDescriptor(descriptor)).toEqual(bytes);
    expect(toHex(objectId(bytes))).toBe(vector.object_id);
    const digest = fsverityDigest(descriptor);
    expect(digest && toHex(digest)).toBe(vector.fsverity_digest);
  });

  it.each(titled('rejects', bad))('%s', (_title, vector) => {
    expect(() => decodeDescriptor(hex(vector.descriptor), vector.type)).toThrow(expected(vector));
  });
});
