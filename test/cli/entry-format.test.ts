import { describe, expect, test } from 'vitest';
import { entryJson, formatLong, formatMode, formatMtime } from '../../cli/entry-format.ts';
import { type Entry, RFC9162 } from '../../common/index.ts';

const descriptor = { profile: RFC9162, pageSize: 4096, size: 7, root: new Uint8Array(32) };
const file = (mode: number): Entry => ({ type: 'file', name: 'f', mode, descriptor });

describe('formatMode()', () => {
  test.each([
    { mode: 0o000, want: '----------' },
    { mode: 0o001, want: '---------x' },
    { mode: 0o644, want: '-rw-r--r--' },
    { mode: 0o755, want: '-rwxr-xr-x' },
    { mode: 0o777, want: '-rwxrwxrwx' },
  ])('$want', ({ mode, want }) => {
    expect(formatMode(file(mode))).toBe(want);
  });

  test('tells directories and symlinks', () => {
    expect(formatMode({ ...file(0o700), type: 'directory' } as Entry)).toBe('drwx------');
    expect(formatMode({ type: 'symlink', name: 'l', mode: 0o777, target: 't' })).toBe('lrwxrwxrwx');
  });
});

describe('formatMtime()', () => {
  test.each([
    { seconds: 0, nanoseconds: 0, want: '1970-01-01T00:00:00Z' },
    { seconds: 1_700_000_000, nanoseconds: 5, want: '2023-11-14T22:13:20.000000005Z' },
    { seconds: -1, nanoseconds: 500_000_000, want: '1969-12-31T23:59:59.500000000Z' },
    { seconds: 253_402_300_800, nanoseconds: 0, want: '+010000-01-01T00:00:00Z' },
    { seconds: Number.MAX_SAFE_INTEGER, nanoseconds: 0, want: '@9007199254740991' },
    { seconds: -Number.MAX_SAFE_INTEGER, nanoseconds: 1, want: '@-9007199254740991.000000001' },
  ])('$want', ({ want, ...mtime }) => {
    expect(formatMtime(mtime)).toBe(want);
  });

  test('says that none was recorded', () => {
    expect(formatMtime(undefined)).toBe('-');
  });
});

describe('formatLong() and entryJson()', () => {
  const symlink: Entry = { type: 'symlink', name: 'l\x1b', mode: 0o777, target: 'é\u202e' };

  test('escape a name and a target for people, and keep them for programs', () => {
    expect(formatLong('l\x1b', symlink)).toMatch(/ l\\x1b -> é\\u\{202e\}$/);
    expect(entryJson('d/l\x1b', symlink)).toEqual({
      path: 'd/l\x1b',
      name: 'l\x1b',
      type: 'symlink',
      mode: '0777',
      size: 5,
      mtime: null,
      target: 'é\u202e',
    });
  });
});
