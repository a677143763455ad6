import { describe, expect, it } from 'vitest';
import { PathHistory } from '../../client/path-history.ts';
import { noise } from '../helpers/bytes.ts';
import { file } from '../helpers/memory-volume.ts';

const of = (seed: number) => file(noise(100, seed)).parsed;
const a = of(1);
const b = of(2);
const c = of(3);
const d = of(4);
const e = of(5);

describe('PathHistory', () => {
  it('tells the other files of a path, the last one first', () => {
    const history = new PathHistory();
    expect(history.open('f', a)).toEqual([]);
    expect(history.open('f', b)).toEqual([a]);
    expect(history.open('f', b)).toEqual([a]);
    expect(history.open('g', c)).toEqual([]);
    expect(history.open('f', a)).toEqual([b]);
  });

  it('forgets all but the last few', () => {
    const history = new PathHistory();
    for (const each of [a, b, c, d]) history.open('f', each);
    expect(history.open('f', e)).toEqual([d, c, b, a]);
    expect(history.open('f', a)).toEqual([e, d, c, b]);
    expect(history.open('f', of(6))).toEqual([a, e, d, c]);
  });
});
