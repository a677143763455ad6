import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isContained, nameFault } from '../../common/directory.ts';
import { names } from '../helpers/entries.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

describe('nameFault()', () => {
  it.each(['a', '...', '.a', ' ', '\n', '\\', 'é', '\ufeffa', 'x'.repeat(255), '\u{1f600}'])(
    'finds none in "%s"',
    (name) => {
      expect(nameFault(name)).toBeUndefined();
    },
  );

  it.each([
    { name: '', fault: 'is 0 bytes long' },
    { name: 'x'.repeat(256), fault: 'is 256 bytes long' },
    { name: 'é'.repeat(128), fault: 'is 256 bytes long' },
    { name: '.', fault: 'is "."' },
    { name: '..', fault: 'is ".."' },
    { name: '/', fault: 'holds a slash' },
    { name: 'a/b', fault: 'holds a slash' },
    { name: 'a\0', fault: 'holds a NUL' },
  ])('says that "$name" $fault', ({ name, fault }) => {
    expect(nameFault(name)).toBe(fault);
  });
});

describe('isContained()', () => {
  it.each([
    { target: 'a', depth: 0, contained: true },
    { target: 'a/b/c', depth: 0, contained: true },
    { target: './a', depth: 0, contained: true },
    { target: 'a//b', depth: 0, contained: true },
    { target: 'a/./b/', depth: 0, contained: true },
    { target: '.', depth: 0, contained: true },
    { target: '..', depth: 0, contained: false },
    { target: '../a', depth: 0, contained: false },
    { target: '..', depth: 1, contained: true },
    { target: '../', depth: 1, contained: true },
    { target: '../a', depth: 1, contained: true },
    { target: './../a', depth: 1, contained: true },
    { target: './/.././/../a', depth: 2, contained: true },
    { target: './/.././/../a', depth: 1, contained: false },
    { target: '../..', depth: 1, contained: false },
    { target: '../..', depth: 2, contained: true },
    { target: 'a/../b', depth: 9, contained: false },
    { target: 'a/..', depth: 9, contained: false },
    { target: '../a/..', depth: 9, contained: false },
    { target: '/', depth: 9, contained: false },
    { target: '/a', depth: 9, contained: false },
    { target: '//a', depth: 9, contained: false },
    { target: '...', depth: 0, contained: true },
    { target: '..a', depth: 0, contained: true },
    { target: '.. ', depth: 0, contained: true },
    { target: '\\..', depth: 0, contained: true },
  ])('V24 says $contained of "$target" at depth $depth', ({ target, depth, contained }) => {
    expect(isContained(target, depth)).toBe(contained);
  });

  test('V24 property: a contained target never leaves the volume, step by step', () => {
    const target = fc
      .array(fc.oneof(fc.constantFrom('.', '..', '', 'a'), names), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(target, fc.nat(4), (path, depth) => {
        if (!isContained(path, depth)) return;
        expect(path.startsWith('/')).toBe(false);
        let at = depth;
        for (const part of path.split('/')) {
          if (part === '..') at -= 1;
          else if (part !== '' && part !== '.') at += 1;
          expect(at).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });
});
