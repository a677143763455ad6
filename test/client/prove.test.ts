import { describe, expect, it } from 'vitest';
import { type Proof, verifyProof } from '../../client/proof-bundle.ts';
import { toHex } from '../../common/bytes.ts';
import { MAX_BUNDLE_LENGTH } from '../../common/limits.ts';
import { failure } from '../helpers/failure.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  signer,
  volumeOf,
} from '../helpers/memory-volume.ts';
import { binary, empty, large, NOW, pageGaps, prove, small } from '../helpers/provable-volume.ts';

const trust = { keys: [signer.key], threshold: 1 };
const check = (bundle: Uint8Array): Promise<Proof> => verifyProof(bundle, trust, NOW);

describe('Volume.prove()', () => {
  it.each([
    { path: 'small', object: small, range: {} },
    { path: 'small', object: small, range: { start: 1024, end: 2048 } },
    { path: 'small', object: small, range: { start: 1023, end: 2049 } },
    { path: 'small', object: small, range: { start: 7 * 1024 + 99 } },
    { path: 'empty', object: empty, range: {} },
    { path: 'binary', object: binary, range: {} },
    { path: 'binary', object: binary, range: { start: 5000, end: 290_000 } },
    { path: 'deep/large', object: large, range: {} },
    { path: 'deep/large', object: large, range: { start: 127 * 4096, end: 260 * 4096 } },
    { path: 'link', object: large, range: { end: 1 }, resolved: 'deep/large' },
    { path: 'deep/up', object: large, range: { end: 1 }, resolved: 'deep/large' },
    { path: './/wide/n1040', object: small, range: { end: 1 }, resolved: 'small' },
  ])('V36 proves $range of $path', async ({ path, object, range, resolved = path }) => {
    const bundle = await prove(path, range);
    const proof = await check(bundle);
    const { start = 0, end = object.data.length } = range as { start?: number; end?: number };
    expect(proof).toMatchObject({ type: 'bytes', start, end });
    if (proof.type !== 'bytes') return;
    expect(toHex(proof.data)).toBe(toHex(object.data.subarray(start, end)));
    expect(proof.found.path).toBe(resolved);
    expect(proof.path).toBe(path.replace('.//', ''));
    expect(proof.accepted.verdict.signers).toEqual([signer.key.name]);
  });

  it('V36 proves bytes of a single sealed file', async () => {
    const single = new MemoryVolume([small]).publish(signer.seal(small));
    const proof = await check(await prove('', { start: 10, end: 20 }, single));
    expect(proof).toMatchObject({ type: 'bytes', path: '', data: small.data.subarray(10, 20) });
  });

  it.each([
    ['missing', 'missing'],
    ['nothing/at-all', 'nothing/at-all'],
    ['lost', 'deep/lost'],
    ['lost/further', 'deep/lost'],
    ['wide/n1041', 'wide/n1041'], // between two entries
    ['wide/a', 'wide/a'], // before the first
    ['wide/z', 'wide/z'], // after the last
    ...pageGaps().map((name) => [`wide/${name}`, `wide/${name}`]), // between two pages
  ] as [string, string][])('V36 proves the absence of %s', async (path, missing) => {
    expect(await check(await prove(path))).toMatchObject({ type: 'absence', path, missing });
  });

  it('fetches nothing that would make the bundle too long', async () => {
    const [maker, size] = [file(new Uint8Array(1)), MAX_BUNDLE_LENGTH + 1];
    const entry = { ...entryOf('huge', maker), descriptor: { ...maker.parsed, size } };
    await expect(prove('huge', {}, volumeOf(directory([entry])))).rejects.toThrow(RangeError);
  });

  it.each([
    { path: '../small', range: {} },
    { path: 'deep/../small', range: {} },
    { path: 'x'.repeat(256), range: {} },
    { path: 'small', range: { start: 5, end: 5 } },
    { path: 'small', range: { start: -1 } },
    { path: 'small', range: { end: 8000 } },
    { path: 'small', range: { start: 0.5 } },
    { path: 'small', range: { start: Number.NaN } },
  ])('refuses $range of $path', async ({ path, range }) => {
    await expect(prove(path, range)).rejects.toThrow(RangeError);
  });

  it('proves no absence of what is there, and no bytes of a directory', async () => {
    await expect(prove('small')).rejects.toThrow('small is there');
    await expect(prove('deep', {})).rejects.toThrow(failure('PathError', 'ERR_NOT_FILE'));
    await expect(prove('small/x')).rejects.toThrow(failure('PathError', 'ERR_NOT_DIRECTORY'));
    await expect(prove('loop')).rejects.toThrow(failure('PathError', 'ERR_SYMLINK_LOOP'));
    await expect(prove('deep/out', {})).rejects.toThrow(failure('IntegrityError', 'ERR_SYMLINK'));
  });
});
