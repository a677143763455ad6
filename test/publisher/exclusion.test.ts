import { describe, expect, it } from 'vitest';
import { Exclusion } from '../../publisher/exclusion.ts';

describe('Exclusion', () => {
  it.each([
    { pattern: '*.tmp', path: 'a/b.tmp', isDirectory: false, excluded: true },
    { pattern: '*.tmp', path: 'a/b.TMP', isDirectory: false, excluded: false },
    { pattern: 'build/', path: 'build', isDirectory: true, excluded: true },
    // A pattern that ends in a slash means directories alone.
    { pattern: 'build/', path: 'build', isDirectory: false, excluded: false },
    { pattern: '/top', path: 'top', isDirectory: false, excluded: true },
    { pattern: '/top', path: 'sub/top', isDirectory: false, excluded: false },
    { pattern: 'a/**/z', path: 'a/b/c/z', isDirectory: false, excluded: true },
    { pattern: '# comment', path: '# comment', isDirectory: false, excluded: false },
    { pattern: 'x', path: '..x', isDirectory: false, excluded: false },
  ])('"$pattern" on "$path": $excluded', async ({ pattern, path, isDirectory, excluded }) => {
    const exclusion = await Exclusion.of([pattern]);
    expect(exclusion?.excludes(path, isDirectory)).toBe(excluded);
  });

  it('lets a later pattern take back an earlier one', async () => {
    const exclusion = await Exclusion.of(['*.log', '!keep.log']);
    expect(exclusion?.excludes('a.log', false)).toBe(true);
    expect(exclusion?.excludes('keep.log', false)).toBe(false);
  });

  it('decides alike after it has forgotten what it was asked before', async () => {
    const exclusion = await Exclusion.of(['*7']);
    for (let i = 0; i < 25_000; i += 1) {
      expect(exclusion?.excludes(`d/${i}`, false)).toBe(i % 10 === 7);
    }
  });

  it('is none without patterns', async () => {
    expect(await Exclusion.of()).toBeUndefined();
    expect(await Exclusion.of([])).toBeUndefined();
  });
});
