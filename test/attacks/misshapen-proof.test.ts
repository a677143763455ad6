import { describe, expect, it, test } from 'vitest';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { rangeProofLength } from '../../common/tree/range-proof.ts';
import { verifyPages } from '../../common/tree/verify-range.ts';
import { attackedVolume, expectRefusedReads, onReads } from '../helpers/attacked-volume.ts';
import { join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';

const WRONG_SHAPE = ['ProtocolError', 'ERR_PROOF_LENGTH'] as const;
const hash = new Uint8Array(32);

describe.each([RFC9162, FSVERITY])('RemoteFile of $name', (profile) => {
  const { f, volume } = attackedVolume({ profile });
  const large = attackedVolume({ profile, large: true });

  it.each([
    { attack: 'its first sibling missing', change: (proof: Uint8Array) => proof.slice(32) },
    { attack: 'its last sibling missing', change: (proof: Uint8Array) => proof.slice(0, -32) },
    { attack: 'no siblings', change: () => new Uint8Array() },
    { attack: 'a sibling more', change: (proof: Uint8Array) => join(proof, hash) },
    { attack: 'a sibling more ahead', change: (proof: Uint8Array) => join(hash, proof) },
    { attack: 'every sibling twice', change: (proof: Uint8Array) => join(proof, proof) },
    { attack: 'a megabyte of siblings', change: () => new Uint8Array(1_048_576) },
  ])('V17 refuses a proof with $attack', async ({ change }) => {
    const pages = onReads(f, 'pages', (message) => ({
      ...message,
      siblings: change(message.siblings),
    }));
    await expectRefusedReads(volume, pages, WRONG_SHAPE, ['page']);
  });

  it.each([
    { attack: 'to whole objects', siblings: hash },
    { attack: 'to whole objects, many', siblings: new Uint8Array(32_000) },
  ])('V17 refuses siblings $attack', async ({ siblings }) => {
    const pages = onReads(f, 'pages', (message) => ({ ...message, siblings }));
    await expectRefusedReads(volume, pages, WRONG_SHAPE, ['read', 'pages']);
    const nodes = onReads(large.f, 'nodes', (message) => ({ ...message, siblings }));
    await expectRefusedReads(large.volume, nodes, WRONG_SHAPE, ['pages']);
  });

  test('V17 refuses a proof that ends a level below the anchors', async () => {
    const tamper = onReads(f, 'pages', (message, { first, count, anchorLevel }) => {
      const range = { level: 0, start: first, end: first + count, anchorLevel: anchorLevel - 1 };
      const siblings = new Uint8Array(rangeProofLength(f.shape, range) * 32);
      f.readPages(range, siblings, message.data.slice());
      return { ...message, siblings };
    });
    await expectRefusedReads(volume, tamper, WRONG_SHAPE, ['page']);
  });

  test('V17 refuses a proof that ends a level above the anchors', async () => {
    const tamper = onReads(f, 'pages', (message) => ({
      ...message,
      siblings: join(message.siblings, f.levels.at(-1) ?? hash),
    }));
    await expectRefusedReads(volume, tamper, WRONG_SHAPE, ['page']);
  });
});

describe('verifyPages()', () => {
  test('V17 looks at no page under a misshapen proof', () => {
    class Untouched extends Uint8Array {
      override subarray(): never {
        throw new Error('page was hashed');
      }
    }
    const { f } = attackedVolume();
    const range = { level: 0, start: 0, end: 4, anchorLevel: 4 };
    const verify = () => verifyPages(f.shape, range, new Untouched(4096), hash, hash);
    expect(verify).toThrow(failure(...WRONG_SHAPE));
  });
});
