import { describe, expect, it } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import { FSVERITY, PROFILES, RFC9162 } from '../../../common/tree/profile.ts';
import { sha256 } from '../../helpers/reference-tree.ts';

describe('PROFILES', () => {
  it('are numbered from 1', () => {
    expect(PROFILES.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('give an empty object the hash of nothing, or zeros', () => {
    expect(toHex(RFC9162.emptyRoot)).toBe(toHex(sha256()));
    expect(toHex(FSVERITY.emptyRoot)).toBe('00'.repeat(32));
  });

  it('have two children per node, or as many hashes as fit on a page', () => {
    expect(RFC9162.arity(65_536)).toBe(2);
    expect([1024, 4096, 65_536].map((pageSize) => FSVERITY.arity(pageSize))).toEqual([
      32, 128, 2048,
    ]);
  });
});
