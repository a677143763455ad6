import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicy, readPolicyText } from '../../../client/node/policy/index.ts';
import { MAX_POLICY_LENGTH } from '../../../client/policy/index.ts';
import { failure } from '../../helpers/failure.ts';
import { folder } from '../../helpers/folder.ts';

const REFUSED = failure('PolicyError', 'ERR_POLICY');

/** A policy file with this content, or of this length. */
function planted(content: string | Uint8Array | number): string {
  const path = join(folder(), 'trust.toml');
  writeFileSync(path, typeof content === 'number' ? '' : content);
  if (typeof content === 'number') truncateSync(path, content);
  return path;
}

describe('readPolicy()', () => {
  it('reads a policy, and calls it by its file', () => {
    const file = planted('version = 7\n');
    expect(readPolicy(file)).toMatchObject({ file, version: 7 });
  });

  it.each([
    { what: 'a file that is not there', path: () => join(folder(), 'none') },
    { what: 'a folder', path: folder },
    { what: 'a file that is not UTF-8', path: () => planted(Uint8Array.of(0xff)) },
    { what: 'a file that is too long', path: () => planted(MAX_POLICY_LENGTH + 1) },
    { what: 'a file without end', path: () => '/dev/zero' },
  ])('refuses $what', ({ path }) => {
    expect(() => readPolicy(path())).toThrow(REFUSED);
  });
});

describe('readPolicyText()', () => {
  it('tells a policy that is not there from one that says nothing', () => {
    expect(readPolicyText(join(folder(), 'none'))).toBeUndefined();
    expect(readPolicyText(planted(''))).toBe('');
  });
});
