import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPartName, partName } from '../../cli/copy/part-name.ts';
import { nameFault } from '../../common/index.ts';
import { names } from '../helpers/entries.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

describe('partName()', () => {
  test('tells names and contents apart', () => {
    const id = new Uint8Array(32);
    const other = new Uint8Array(32).fill(1);
    const long = 'n'.repeat(254);
    expect(partName('a', id)).toBe(partName('a', id));
    expect(partName('a', id)).not.toBe(partName('a', other));
    expect(partName(`${long}1`, id)).not.toBe(partName(`${long}2`, id));
  });

  test('property: every name gets one that the file system takes, and that is recognised', () => {
    fc.assert(
      fc.property(names, fc.string(), (name, id) => {
        const part = partName(name, id);
        expect(nameFault(part)).toBeUndefined();
        expect(isPartName(part)).toBe(true);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test.each(['a', '.a', '.a.pageseal-part', 'a.0123456789abcdef.pageseal-part'])(
    'no part file is called %s',
    (name) => {
      expect(isPartName(name)).toBe(false);
    },
  );
});
