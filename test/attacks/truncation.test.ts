import { describe, it, test } from 'vitest';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { attackedVolume, expectRefusedReads, onReads } from '../helpers/attacked-volume.ts';
import { join } from '../helpers/bytes.ts';

const WRONG_LENGTH = ['ProtocolError', 'ERR_DATA_LENGTH'] as const;

describe.each([RFC9162, FSVERITY])('RemoteFile of $name', (profile) => {
  const { f, volume } = attackedVolume({ profile });
  const large = attackedVolume({ profile, large: true });

  it.each([
    { attack: 'a byte missing', change: (data: Uint8Array) => data.slice(0, -1) },
    { attack: 'a page missing', change: (data: Uint8Array) => data.slice(0, -1024) },
    { attack: 'the first page missing', change: (data: Uint8Array) => data.slice(1024) },
    { attack: 'no bytes', change: () => new Uint8Array() },
    { attack: 'a zero more', change: (data: Uint8Array) => join(data, new Uint8Array(1)) },
    {
      attack: 'a page of zeros more',
      change: (data: Uint8Array) => join(data, f.data.slice(0, 1024).fill(0)),
    },
    { attack: 'a page twice', change: (data: Uint8Array) => join(data.slice(0, 1024), data) },
    {
      attack: 'a megabyte more',
      change: (data: Uint8Array) => join(data, new Uint8Array(1_048_576)),
    },
  ])('V16 refuses pages with $attack', async ({ change }) => {
    const tamper = onReads(f, 'pages', (message) => ({ ...message, data: change(message.data) }));
    await expectRefusedReads(volume, tamper, WRONG_LENGTH);
  });

  it.each([
    { attack: 'a node missing', change: (nodes: Uint8Array) => nodes.slice(32) },
    { attack: 'no nodes', change: () => new Uint8Array() },
    { attack: 'a node more', change: (nodes: Uint8Array) => join(nodes, new Uint8Array(32)) },
  ])('V16 refuses nodes with $attack', async ({ change }) => {
    const tamper = onReads(large.f, 'nodes', (message) => ({
      ...message,
      nodes: change(message.nodes),
    }));
    await expectRefusedReads(large.volume, tamper, WRONG_LENGTH, ['pages']);
  });
});

describe('RemoteFile', () => {
  // The kernel's tree pads: zeros at the end change neither a leaf hash nor a root.
  test('V16 refuses zeros behind the last page of an fs-verity file', async () => {
    const { f, volume } = attackedVolume({ profile: FSVERITY });
    const tamper = onReads(f, 'pages', (message) => ({
      ...message,
      data: join(message.data, new Uint8Array(1024 - (f.data.length % 1024))),
    }));
    await expectRefusedReads(volume, tamper, WRONG_LENGTH);
  });
});
