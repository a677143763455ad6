import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PolicyVersions, parsePolicy } from '../../../client/node/policy/index.ts';
import { failure } from '../../helpers/failure.ts';
import { folder } from '../../helpers/folder.ts';

const policy = (version: number, file = '/etc/trust.toml') =>
  parsePolicy(version === 0 ? '' : `version = ${version}\n`, file);
const GONE_BACK = failure('PolicyError', 'ERR_POLICY_VERSION');
const STATE = failure('PolicyError', 'ERR_STATE');

/** The folder of the only policy. */
const only = (state: string) => {
  const policies = join(state, 'policies');
  return join(policies, readdirSync(policies)[0] ?? '');
};

describe('PolicyVersions', () => {
  it('V31 refuses a policy that has gone back, for good', () => {
    const state = folder();
    const versions = new PolicyVersions(state);
    for (const version of [0, 1, 1, 3]) versions.use(policy(version));
    for (const version of [2, 1, 0]) {
      expect(() => versions.use(policy(version))).toThrow(GONE_BACK);
      expect(() => new PolicyVersions(state).check(policy(version))).toThrow(GONE_BACK);
    }
    expect(new PolicyVersions(state).check(policy(4))).toBe(3);
    versions.use(policy(Number.MAX_SAFE_INTEGER));
    expect(versions.check(policy(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
    expect(readdirSync(only(state))).toEqual([String(Number.MAX_SAFE_INTEGER)]);
  });

  it('V31 remembers each policy by its path', () => {
    const versions = new PolicyVersions(folder());
    versions.use(policy(9, '/a'));
    expect(versions.check(policy(1, '/b'))).toBe(0);
    expect(() => versions.check(policy(1, '/x/../a'))).toThrow(GONE_BACK);
  });

  it('writes nothing for a policy without a version, and nothing by looking', () => {
    const state = folder();
    new PolicyVersions(state).use(policy(0));
    new PolicyVersions(state).check(policy(5));
    expect(readdirSync(state)).toEqual([]);
  });

  it('V31 sees what another reader has used since', () => {
    const state = folder();
    const [one, two] = [new PolicyVersions(state), new PolicyVersions(state)];
    one.use(policy(1));
    two.use(policy(2));
    expect(() => one.use(policy(1))).toThrow(GONE_BACK);
  });

  it.each([
    { what: 'a version of another policy', name: '7', content: '/etc/other.toml\n' },
    { what: 'a truncated file', name: '7', content: '' },
    { what: 'a file that is too long', name: '7', content: '/etc/trust.toml\n\n' },
  ])('V31 refuses to guess from $what', ({ name, content }) => {
    const state = folder();
    const versions = new PolicyVersions(state);
    versions.use(policy(1));
    writeFileSync(join(only(state), name), content);
    expect(() => versions.use(policy(8))).toThrow(STATE);
  });

  it('refuses a version that leads nowhere', () => {
    const state = folder();
    const versions = new PolicyVersions(state);
    versions.use(policy(1));
    symlinkSync('nowhere', join(only(state), '2'));
    expect(() => versions.use(policy(3))).toThrow(STATE);
  });

  it('is not disturbed by a file that was being written', () => {
    const state = folder();
    const versions = new PolicyVersions(state);
    versions.use(policy(1));
    writeFileSync(join(only(state), '.0123'), '');
    expect(versions.check(policy(1))).toBe(1);
  });

  it('refuses a state that is no folder', () => {
    const state = folder();
    writeFileSync(join(state, 'policies'), '');
    expect(() => new PolicyVersions(state).use(policy(1))).toThrow(STATE);
  });

  it('refuses a state that can not be written', () => {
    const state = folder();
    symlinkSync('nowhere/at/all', join(state, 'policies'));
    expect(() => new PolicyVersions(state).use(policy(1))).toThrow(STATE);
  });
});
