import { describe, expect, it } from 'vitest';
import {
  FreshnessError,
  IntegrityError,
  PagesealError,
  REMOTE_CODES,
  RequestError,
} from '../../common/errors.ts';

describe('RequestError', () => {
  it.each([
    { number: 0, code: 'ERR_REMOTE_INTERNAL' },
    { number: 1, code: 'ERR_REMOTE_UNKNOWN_OBJECT' },
    { number: 2, code: 'ERR_REMOTE_BAD_REQUEST' },
    { number: 3, code: 'ERR_REMOTE_TOO_LARGE' },
    { number: 4, code: 'ERR_REMOTE_BUSY' },
    { number: 5, code: 'ERR_REMOTE_CHANGED' },
    { number: 6, code: 'ERR_REMOTE_GONE' },
    { number: 7, code: 'ERR_REMOTE_STORAGE' },
    { number: 8, code: 'ERR_REMOTE_CANCELLED' },
  ])('has the code $code for number $number', ({ number, code }) => {
    const error = new RequestError(REMOTE_CODES[number] ?? 'INTERNAL', 'it says so', 250);
    expect(error).toMatchObject({ name: 'RequestError', code, retryAfterMs: 250 });
  });

  it('suggests no time to wait unless the server did', () => {
    expect(new RequestError('BUSY', 'later').retryAfterMs).toBe(0);
  });
});

describe('FreshnessError', () => {
  it('carries the notes that contradict each other', () => {
    const evidence = [Uint8Array.of(1), Uint8Array.of(2)];
    const cause = new Error('why');
    const error = new FreshnessError('ERR_EQUIVOCATION', 'two texts', { evidence, cause });
    expect(error).toMatchObject({ name: 'FreshnessError', code: 'ERR_EQUIVOCATION', cause });
    expect(error.evidence).toBe(evidence);
    expect(new FreshnessError('ERR_EXPIRED', 'old').evidence).toEqual([]);
  });
});

describe('PagesealError', () => {
  it('is what every error of ours is', () => {
    const error = new IntegrityError('ERR_SIGNATURE', 'wrong');
    expect(error).toBeInstanceOf(PagesealError);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('IntegrityError: wrong');
  });
});
