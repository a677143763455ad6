import { describe, expect, it } from 'vitest';
import { type Proof, verifyProof } from '../../client/proof-bundle.ts';
import { BUNDLE_KINDS, decodeBundle, encodeBundle } from '../../common/bundle.ts';
import { toHex, utf8 } from '../../common/bytes.ts';
import { type Evidence, verifyEvidence } from '../../common/evidence.ts';
import { digest } from '../../common/hash.ts';
import { parseVerifierKey } from '../../common/signature.ts';
import { parseTime } from '../../common/statement.ts';
import { type Case, expected, load, shortHex, split, titled } from './vectors.ts';

interface BundleCase extends Case {
  /** A whole file; the other fields are missing. */
  readonly file?: string;
  readonly kind?: string;
  readonly sections?: readonly (readonly [name: string, data: string | { readonly hex: string }])[];
  readonly trusted?: readonly string[];
  readonly threshold?: number;
  readonly now?: string;
  readonly origin?: string;
  readonly version?: number;
  readonly found?: string;
  readonly start?: number;
  readonly end?: number;
  /** Of the proven bytes. */
  readonly sha256?: string;
  readonly missing?: string;
}

const { good, bad } = split(load<{ cases: BundleCase[] }>('bundles.json').cases);

function bytesOf({ file, kind, sections = [] }: BundleCase): Uint8Array {
  if (file !== undefined) return utf8(file);
  const known = BUNDLE_KINDS.find((each) => each === kind);
  if (known === undefined) throw new RangeError(`no kind ${kind}`);
  return encodeBundle(
    known,
    sections.map(([name, data]) => ({
      name,
      data: typeof data === 'string' ? utf8(data) : shortHex(data.hex),
    })),
  );
}

async function verify(vector: BundleCase): Promise<Evidence | Proof> {
  const bundle = decodeBundle(bytesOf(vector));
  const keys = (vector.trusted ?? []).map(parseVerifierKey);
  const threshold = vector.threshold ?? 1;
  if (bundle.kind === 'evidence') return verifyEvidence(bundle, keys, threshold);
  return verifyProof(bundle, { keys, threshold }, parseTime(vector.now ?? '') ?? Number.NaN);
}

describe('bundles.json', () => {
  it.each(titled('V36 V37 accepts', good))('%s', async (_title, vector) => {
    const result = await verify(vector);
    const { origin, version, found, start, end, sha256, missing } = vector;
    if ('statements' in result) expect(result).toMatchObject({ origin, version });
    else if (result.type === 'absence') expect(result.missing).toBe(missing);
    else {
      expect(result).toMatchObject({ start, end, found: { path: found } });
      expect(toHex(digest(result.data))).toBe(sha256);
    }
  });

  it.each(titled('rejects', bad))('%s', async (_title, vector) => {
    await expect(verify(vector)).rejects.toThrow(expected(vector));
  });
});
