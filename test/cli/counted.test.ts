import { describe, expect, it } from 'vitest';
import { counted } from '../../cli/counted.ts';

describe('counted()', () => {
  it.each([
    { count: 0, text: '0 pages' },
    { count: 1, text: '1 page' },
    { count: 2, text: '2 pages' },
  ])('writes $text', ({ count, text }) => {
    expect(counted(count, 'page')).toBe(text);
  });

  it('takes a plural that is none of its noun and s', () => {
    expect([1, 2].map((n) => counted(n, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
  });
});
