import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../common/duration.ts';

describe('parseDuration()', () => {
  it.each([
    { text: '90s', ms: 90_000 },
    { text: '5m', ms: 300_000 },
    { text: '12h', ms: 43_200_000 },
    { text: '30d', ms: 2_592_000_000 },
    { text: '2w', ms: 1_209_600_000 },
    { text: '999999999w', ms: 604_799_999_395_200_000 },
  ])('reads $text', ({ text, ms }) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '0s', '1', 's', '01s', '-1s', '1.5h', '1 s', '1S', '1000000000s', '1s\n', '1d12h'])(
    'refuses "%s"',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('formatDuration()', () => {
  it.each(['1s', '90s', '5m', '12h', '25h', '30d', '2w'])('writes %s as it is read', (text) => {
    expect(formatDuration(parseDuration(text) ?? 0)).toBe(text);
  });
});
