import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { explain, parsePolicy, pinAt, ruleFor } from '../../../client/policy/index.ts';
import { failure } from '../../helpers/failure.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';

/** Rules that only pin: keys take long to check. */
const policyOf = (...patterns: readonly string[]) => {
  const pins = `pin = [{ object = "${'ab'.repeat(32)}" }]`;
  return parsePolicy(patterns.map((match) => `[[origin]]\nmatch="${match}"\n${pins}\n`).join(''));
};

describe('explain()', () => {
  const policy = policyOf('*', 'a/*', 'a/b', 'a/b/*', 'ab', 'a.b/*');
  it.each([
    { origin: 'a/b', decided: 'a/b', reason: 'exact', lost: ['a/*', '*'] },
    { origin: 'a/b/c', decided: 'a/b/*', reason: 'longest wildcard', lost: ['a/*', '*'] },
    { origin: 'a/b/c/d', decided: 'a/b/*', reason: 'longest wildcard', lost: ['a/*', '*'] },
    { origin: 'a/bc', decided: 'a/*', reason: 'longest wildcard', lost: ['*'] },
    // A wildcard stands for at least one segment, and for whole ones.
    { origin: 'a', decided: '*', reason: 'longest wildcard', lost: [] },
    { origin: 'aa/b', decided: '*', reason: 'longest wildcard', lost: [] },
    { origin: 'axb/c', decided: '*', reason: 'longest wildcard', lost: [] },
    { origin: 'ab', decided: 'ab', reason: 'exact', lost: ['*'] },
  ])('lets "$decided" decide about "$origin"', ({ origin, decided, reason, lost }) => {
    const explanation = explain(policy, origin);
    expect(explanation.decided).toMatchObject({ rule: { match: decided }, reason });
    expect(explanation.lost.map(({ rule }) => rule.match)).toEqual(lost);
    const why = reason === 'exact' ? 'exact beats wildcard' : 'longer wildcard wins';
    for (const one of explanation.lost) expect(one.reason).toBe(why);
  });

  test('property: the order of the rules does not matter', () => {
    const patterns = ['*', 'a/*', 'a/b', 'a/b/*', 'b/*', 'b/c/*'];
    const segment = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(
        fc.shuffledSubarray(patterns, { minLength: 1 }),
        fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
        (some, origin) => {
          const sorted = patterns.filter((pattern) => some.includes(pattern));
          const [found, want] = [some, sorted].map((list) => explain(policyOf(...list), origin));
          expect(found?.decided?.rule.match).toBe(want?.decided?.rule.match);
        },
      ),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('ruleFor()', () => {
  it('V32 refuses an origin that no rule matches', () => {
    const policy = policyOf('a/*', 'b');
    for (const origin of ['a', 'b/c', 'c', 'aa/b']) {
      const find = () => ruleFor(policy, origin);
      expect(find).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
    }
    expect(ruleFor(policy, 'a/x').match).toBe('a/*');
  });
});

describe('pinAt()', () => {
  const hash = 'cd'.repeat(32);
  const policy = parsePolicy(`[[origin]]
match = "a"
pin = [{ path = "usr/bin/ls", fsverity = "sha256:${hash}" }]
`);
  const rule = ruleFor(policy, 'a');
  it.each(['usr/bin/ls', '/usr/bin/ls', './usr//bin/./ls'])('finds %s', (path) => {
    expect(pinAt(rule, path)).toEqual({ fsverityDigest: new Uint8Array(32).fill(0xcd) });
  });
  // What `..` leads to depends on symlinks, which only a statement's directories tell.
  it.each(['', 'usr/bin', 'usr/bin/ls/x', 'usr/lib/../bin/ls', 'USR/bin/ls'])(
    'does not find "%s"',
    (path) => expect(pinAt(rule, path)).toBeUndefined(),
  );
});
