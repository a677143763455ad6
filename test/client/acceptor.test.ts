import { describe, expect, it, test } from 'vitest';
import { Acceptor } from '../../client/acceptor.ts';
import { AUDITABLE_RULES, type Trust } from '../../client/trust.ts';
import { TransientVersions } from '../../client/version-memory.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { file, ISSUED, ORIGIN, signer } from '../helpers/memory-volume.ts';

const object = file(noise(3000));
const other = file(noise(3000, 2));
const rollback = failure('FreshnessError', 'ERR_ROLLBACK');

function acceptor(memory: TransientVersions, rules: Partial<Trust> = {}): Acceptor {
  const trust = { origin: ORIGIN, keys: [signer.key], threshold: 1, ...rules };
  return new Acceptor(trust, memory, () => ISSUED);
}

const note = (version: number, named = object) => signer.seal(named, { version });

/** Judges and commits at once. */
async function accept(by: Acceptor, bytes: Uint8Array) {
  return by.commit(await by.judge(bytes));
}

describe('Acceptor', () => {
  test('V7 remembers nothing before it is told to', async () => {
    const memory = new TransientVersions();
    const one = acceptor(memory);
    const judged = await one.judge(note(5));
    expect(await memory.recall(ORIGIN)).toBeUndefined();
    expect((await one.commit(judged)).version).toBe(5);
    expect((await memory.recall(ORIGIN))?.version).toBe(5);
  });

  it.each([
    { label: 'V7', what: 'a higher version', meanwhile: note(6), code: 'ERR_ROLLBACK' },
    { label: 'V8', what: 'another text', meanwhile: note(5, other), code: 'ERR_EQUIVOCATION' },
    { label: 'V9', what: 'another text before it', meanwhile: note(4), code: 'ERR_PREVIOUS' },
  ])('$label finds $what that is remembered meanwhile', async ({ meanwhile, code }) => {
    const memory = new TransientVersions();
    const one = acceptor(memory);
    const judged = await one.judge(note(5));
    await accept(acceptor(memory), meanwhile);
    await expect(one.commit(judged)).rejects.toThrow(failure('FreshnessError', code));
    expect((await memory.recall(ORIGIN))?.note).toEqual(meanwhile);
  });

  test('V7 finds a higher version that is remembered at the very same time', async () => {
    const higher = await acceptor(new TransientVersions()).judge(note(6));
    class Overtaken extends TransientVersions {
      override async remember(...[origin, series]: Parameters<TransientVersions['remember']>) {
        return super.remember(origin, series, higher);
      }
    }
    const late = accept(acceptor(new Overtaken()), note(5));
    await expect(late).rejects.toThrow(rollback);
  });

  test('V7 never lowers what is remembered, even where rollback is audited', async () => {
    const memory = new TransientVersions();
    await accept(acceptor(memory), note(5));
    const lax = acceptor(memory, { audit: new Set(AUDITABLE_RULES) });
    const { verdict } = await accept(lax, note(3));
    expect(verdict.relaxed).toEqual([rollback]);
    expect((await memory.recall(ORIGIN))?.version).toBe(5);
    await expect(accept(acceptor(memory), note(4))).rejects.toThrow(rollback);
  });

  test('V7 forgets versions when the series is raised, and takes no series back', async () => {
    const memory = new TransientVersions();
    await accept(acceptor(memory), note(2 ** 40));
    await expect(accept(acceptor(memory), note(5))).rejects.toThrow(rollback);
    const { verdict, version } = await accept(acceptor(memory, { series: 1 }), note(5));
    expect(version).toBe(5);
    expect(verdict.firstContact).toBe(true);
    const back = accept(acceptor(memory), note(6));
    await expect(back).rejects.toThrow(failure('PolicyError', 'ERR_POLICY_VERSION'));
  });

  test('V6 V27 tells what time has changed since, or that it is audited', async () => {
    let now = ISSUED;
    const rules = { origin: ORIGIN, keys: [signer.key], threshold: 1, maxAgeMs: 1000 };
    const strict = new Acceptor(rules, new TransientVersions(), () => now);
    const audit = new Set(['expires', 'max-age'] as const);
    const lax = new Acceptor({ ...rules, audit }, new TransientVersions(), () => now);
    const bytes = signer.seal(object, { expires: ISSUED + 5000 });
    const { verdict } = await accept(strict, bytes);
    expect(strict.recheck(verdict)).toBe(verdict);
    now = ISSUED + 1001;
    expect(() => strict.recheck(verdict)).toThrow(failure('FreshnessError', 'ERR_TOO_OLD'));
    now = ISSUED + 5000;
    expect(() => strict.recheck(verdict)).toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
    const codes = lax.recheck(lax.recheck(verdict)).relaxed.map(({ code }) => code);
    expect(codes).toEqual(['ERR_EXPIRED', 'ERR_TOO_OLD']);
  });
});
