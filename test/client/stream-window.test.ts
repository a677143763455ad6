import { describe, expect, it } from 'vitest';
import { StreamWindow } from '../../client/stream-window.ts';

const RUN = 262_144;
const MOST = 48;

interface Link {
  /** Milliseconds from a request to its answer on an empty link. */
  readonly delay: number;
  /** Milliseconds that the link takes for a run, and that the user does. */
  readonly each: number;
  readonly use?: number;
}

/** Streams runs over a link that answers in order, one after the other. */
function stream({ delay, each, use = 0 }: Link, count: number) {
  const window = new StreamWindow(RUN);
  const answers: { asked: number; at: number }[] = [];
  let now = 0;
  let free = 0; // when the link has nothing more to send
  let asked = 0;
  let most = 0;
  for (let used = 0; used < count; used += 1) {
    for (let room = window.room(answers.length); room > 0 && asked < count; room -= 1) {
      free = Math.max(free, now + delay) + each;
      answers.push({ asked: now, at: free });
      asked += 1;
    }
    most = Math.max(most, answers.length);
    const next = answers.shift();
    if (next === undefined) throw new Error('the stream stands still');
    now = Math.max(now, next.at) + use;
    window.answered(next.at - next.asked);
    window.used(now);
  }
  return { ms: now, most };
}

describe('StreamWindow', () => {
  it.each([
    { what: 'a short link', link: { delay: 0.2, each: 0.4 }, most: 12 },
    { what: 'a slow link', link: { delay: 20, each: 20 }, most: 12 },
    { what: 'a long link', link: { delay: 10, each: 0.5 }, most: 42 },
    { what: 'a very long link', link: { delay: 500, each: 0.1 }, most: MOST },
    { what: 'a long link of a slow user', link: { delay: 10, each: 0.1, use: 10 }, most: 12 },
  ])('asks $most runs ahead at most on $what', ({ link, most }) => {
    expect(stream(link, 1000).most).toBe(most);
  });

  it('fills a link that is no longer than the most it asks ahead', () => {
    const count = 2000;
    const { ms } = stream({ delay: 20, each: 1 }, count);
    expect(ms / count).toBeLessThan(1.1); // 12 runs ahead would take 1.75
  });

  it('asks for several runs at once on a short link, and for each one on a long link', () => {
    const window = new StreamWindow(RUN);
    expect([0, 6, 7, 11].map((ahead) => window.room(ahead))).toEqual([12, 6, 0, 0]);
    window.answered(100);
    for (let now = 0; now < 20; now += 1) window.used(now);
    expect([0, 47, 48].map((ahead) => window.room(ahead))).toEqual([48, 1, 0]);
  });

  it('asks for no more bytes ahead where runs are longer, but never for fewer than 12 runs', () => {
    const long = new StreamWindow(2 * RUN);
    const longest = new StreamWindow(16 * RUN);
    for (const window of [long, longest]) {
      window.answered(1000);
      for (let now = 0; now < 1000; now += 10) window.used(now);
    }
    expect([long.room(0), longest.room(0)]).toEqual([24, 12]);
  });

  it.each([0, 5])('bears a clock that stands still, after answers that took %i ms', (ms) => {
    const window = new StreamWindow(RUN);
    window.answered(ms);
    for (let i = 0; i < 100; i += 1) window.used(7);
    expect(window.room(0)).toBe(ms === 0 ? 12 : MOST);
  });
});
