import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Proof, verifyProof } from '../../client/proof-bundle.ts';
import { decodeBundle, encodeBundle, type Section } from '../../common/bundle.ts';
import { toHex, utf8 } from '../../common/bytes.ts';
import { PagesealError } from '../../common/errors.ts';
import { flipBit, join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  directory,
  ISSUED,
  type MemoryObject,
  Signer,
  signer,
  symlink,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { DAY, deep, large, NOW, pageGaps, prove } from '../helpers/provable-volume.ts';

const trust = { keys: [signer.key], threshold: 1 };
const malformed = failure('BundleError', 'ERR_BUNDLE');

const check = (bundle: Uint8Array, now = NOW): Promise<Proof> => verifyProof(bundle, trust, now);

describe('verifyProof()', async () => {
  const bundle = await prove('deep/large', { start: 127 * 4096 + 5, end: 129 * 4096 });
  const absence = await prove(`wide/${pageGaps()[0]}`);
  const middle = await prove('wide/n1041');
  const { sections } = decodeBundle(bundle);

  it('V36 refuses any bit that is flipped, with a code', async () => {
    const whole = toHex((await check(bundle)).accepted.textHash);
    const property = fc.asyncProperty(fc.nat(bundle.length * 8 - 1), async (bit) => {
      let proof: Proof;
      try {
        proof = await check(flipBit(bundle, bit));
      } catch (error) {
        expect(error).toBeInstanceOf(PagesealError);
        return;
      }
      // what is left: a claim of other bytes that the same pages prove
      expect(toHex(proof.accepted.textHash)).toBe(whole);
      expect(proof.type === 'bytes' && proof.found.path).toBe('deep/large');
      const { start, end, data } = proof as Extract<Proof, { type: 'bytes' }>;
      expect(data).toEqual(large.data.subarray(start, end));
    });
    await fc.assert(property, { numRuns: NUM_RUNS });
  });

  it('V36 judges the time that it is asked about', async () => {
    const late = ISSUED + 2 * DAY;
    await expect(check(bundle, late)).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
    await expect(check(bundle, ISSUED - DAY)).rejects.toThrow(
      failure('FreshnessError', 'ERR_NOT_YET_VALID'),
    );
    expect(await check(bundle, ISSUED + DAY - 1)).toMatchObject({ type: 'bytes' });
  });

  it.each([
    {
      what: 'a stranger',
      more: { keys: [new Signer(5).key] },
      error: ['IntegrityError', 'ERR_THRESHOLD'],
    },
    {
      what: 'another origin',
      more: { origin: 'lab.example' },
      error: ['IntegrityError', 'ERR_ORIGIN'],
    },
    {
      what: 'an object that is revoked',
      more: { revokedObjects: new Set([toHex(large.id)]) },
      error: ['FreshnessError', 'ERR_REVOKED'],
    },
    {
      what: 'a directory that is revoked',
      more: { revokedObjects: new Set([toHex(deep.id)]) },
      error: ['FreshnessError', 'ERR_REVOKED'],
    },
    {
      what: 'a version too low',
      more: { minVersion: 2 },
      error: ['FreshnessError', 'ERR_MIN_VERSION'],
    },
  ] as const)('V36 refuses $what', async ({ more, error: [name, code] }) => {
    await expect(verifyProof(bundle, { ...trust, ...more }, NOW)).rejects.toThrow(
      failure(name, code),
    );
  });

  /** Changes the section that is the `nth` of its name. */
  function changed(
    of: readonly Section[],
    name: string,
    nth: number,
    change: (data: Uint8Array) => Uint8Array | string,
  ): Uint8Array {
    let seen = -1;
    const result = of.map((section) => {
      if (section.name !== name) return section;
      seen += 1;
      const value = seen === nth ? change(section.data) : section.data;
      return { name, data: typeof value === 'string' ? utf8(value) : value };
    });
    return encodeBundle('proof', result);
  }
  const other = (name: string, nth: number, change: (data: Uint8Array) => Uint8Array | string) =>
    changed(sections, name, nth, change);
  const absent = decodeBundle(absence).sections;
  const between = decodeBundle(middle).sections;
  const wrong = {
    bundle: ['BundleError', 'ERR_BUNDLE'],
    length: ['ProtocolError', 'ERR_DATA_LENGTH'],
    proof: ['ProtocolError', 'ERR_PROOF_LENGTH'],
    mismatch: ['IntegrityError', 'ERR_PROOF_MISMATCH'],
  } as const;
  const page = 4096;

  it.each([
    { what: 'another kind', bytes: encodeBundle('evidence', sections), error: wrong.bundle },
    { what: 'no note', bytes: encodeBundle('proof', sections.slice(1)), error: wrong.bundle },
    {
      what: 'a section too many',
      bytes: encodeBundle('proof', [...sections, ...sections]),
      error: wrong.bundle,
    },
    {
      what: 'the last section missing',
      bytes: encodeBundle('proof', sections.slice(0, -1)),
      error: wrong.bundle,
    },
    {
      what: 'a path with an empty component',
      bytes: other('path', 0, () => 'deep//large'),
      error: wrong.bundle,
    },
    {
      what: 'a path with ..',
      bytes: other('path', 0, () => 'deep/../deep/large'),
      error: wrong.bundle,
    },
    {
      what: 'a path that starts with /',
      bytes: other('path', 0, () => '/deep/large'),
      error: wrong.bundle,
    },
    {
      what: 'a path of too many components',
      bytes: changed(absent, 'path', 0, (path) => join(path, utf8('/x'.repeat(256)))),
      error: wrong.bundle,
    },
    {
      what: 'a path that takes long to take apart',
      bytes: changed(absent, 'path', 0, (path) => join(path, utf8('/x'.repeat(20_000_000)))),
      error: wrong.bundle,
    },
    { what: 'another name', bytes: other('path', 0, () => 'deep/largf'), error: wrong.bundle },
    {
      what: 'a path that goes on below a file',
      bytes: other('path', 0, () => 'deep/large/x'),
      error: ['PathError', 'ERR_NOT_DIRECTORY'] as const,
    },
    {
      what: 'a path to a directory',
      bytes: other('path', 0, () => 'deep'),
      error: ['PathError', 'ERR_NOT_FILE'] as const,
    },
    { what: 'an unknown claim', bytes: other('claim', 0, () => 'lines 1 2'), error: wrong.bundle },
    {
      what: 'a claim with a leading zero',
      bytes: other('claim', 0, () => `bytes 0${127 * page + 5} ${129 * page}`),
      error: wrong.bundle,
    },
    {
      what: 'a claim that ends before it starts',
      bytes: other('claim', 0, () => 'bytes 9 8'),
      error: wrong.bundle,
    },
    {
      what: 'a claim of no bytes',
      bytes: other('claim', 0, () => 'bytes 8 8'),
      error: wrong.bundle,
    },
    {
      what: 'a claim beyond the file',
      bytes: other('claim', 0, () => `bytes ${299 * page} ${301 * page}`),
      error: wrong.bundle,
    },
    {
      what: 'a claim beyond numbers',
      bytes: other('claim', 0, () => 'bytes 0 9999999999999999'),
      error: wrong.bundle,
    },
    {
      what: 'a claim of an absence',
      bytes: other('claim', 0, () => 'absence'),
      error: wrong.bundle,
    },
    {
      what: 'a claim of a page more',
      bytes: other('claim', 0, () => `bytes ${127 * page} ${129 * page + 1}`),
      error: wrong.length,
    },
    {
      what: 'a claim of a page less',
      bytes: other('claim', 0, () => `bytes ${127 * page} ${128 * page}`),
      error: wrong.length,
    },
    {
      what: 'a claim of other pages',
      bytes: other('claim', 0, () => `bytes ${129 * page} ${131 * page}`),
      error: wrong.proof,
    },
    {
      what: 'a file page cut short',
      bytes: other('pages', 2, (data) => data.slice(1)),
      error: wrong.length,
    },
    {
      what: 'a sibling too few',
      bytes: other('siblings', 2, (data) => data.slice(32)),
      error: wrong.proof,
    },
    {
      what: 'a sibling too many',
      bytes: other('siblings', 2, (data) => join(data, data.slice(0, 32))),
      error: wrong.proof,
    },
    {
      what: 'another sibling',
      bytes: other('siblings', 2, (data) => flipBit(data, 7)),
      error: wrong.mismatch,
    },
    {
      what: 'another directory',
      bytes: other('pages', 1, (data) => flipBit(data, 7)),
      error: wrong.mismatch,
    },
    {
      what: 'a directory page too high',
      bytes: other('directory', 0, () => '1'),
      error: wrong.bundle,
    },
    {
      what: 'a directory page that is no number',
      bytes: other('directory', 0, () => '00'),
      error: wrong.bundle,
    },
    {
      what: 'a directory page beyond numbers',
      bytes: other('directory', 0, () => '99999999999'),
      error: wrong.bundle,
    },
    { what: 'no directory page', bytes: other('pages', 0, () => ''), error: wrong.bundle },
    {
      what: 'three directory pages',
      bytes: changed(absent, 'pages', 1, (data) => join(data, data.slice(0, 8192))),
      error: wrong.bundle,
    },
    {
      what: 'an absence that claims bytes',
      bytes: changed(absent, 'claim', 0, () => 'bytes 0 1'),
      error: wrong.bundle,
    },
    {
      what: 'an absence of a name that is there',
      bytes: changed(between, 'path', 0, () => 'wide/n1040'),
      error: ['BundleError', 'ERR_BUNDLE'] as const,
    },
    {
      what: 'an absence proven by another page',
      bytes: changed(between, 'path', 0, () => 'wide/z'),
      error: wrong.bundle,
    },
    {
      what: 'an absence proven by a page too many',
      bytes: changed(absent, 'path', 0, () => 'wide/n1001'),
      error: wrong.bundle,
    },
  ])('V36 refuses $what', async ({ bytes, error: [name, code] }) => {
    await expect(check(bytes)).rejects.toThrow(failure(name, code));
  });

  it('V36 refuses pages of an empty file and of an empty directory', async () => {
    for (const path of ['empty', 'nothing/x']) {
      const made = await prove(path, path === 'empty' ? {} : undefined);
      const all = decodeBundle(made).sections;
      for (const name of ['siblings', 'pages']) {
        await expect(check(changed(all, name, 1, () => new Uint8Array(32)))).rejects.toThrow(
          malformed,
        );
      }
    }
  });

  it('V36 refuses a proof whose symlinks lead out, or in circles', async () => {
    const leads = directory([symlink('out', '/etc'), symlink('loop', 'loop')]);
    const note = signer.seal(leads);
    const step = (object: MemoryObject): Section[] => [
      { name: 'directory', data: utf8('0') },
      { name: 'siblings', data: new Uint8Array() },
      { name: 'pages', data: object.data },
    ];
    const forged = (path: string, steps: number) =>
      encodeBundle('proof', [
        { name: 'note', data: note },
        { name: 'path', data: utf8(path) },
        { name: 'claim', data: utf8('absence') },
        ...Array.from({ length: steps }, () => step(leads)).flat(),
      ]);
    await expect(check(forged('out', 1))).rejects.toThrow(failure('IntegrityError', 'ERR_SYMLINK'));
    await expect(check(forged('loop', 41))).rejects.toThrow(
      failure('PathError', 'ERR_SYMLINK_LOOP'),
    );
  });
});
