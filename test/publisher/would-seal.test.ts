import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wouldSeal } from '../../publisher/index.ts';
import { folder, plant } from '../helpers/folder.ts';

describe('wouldSeal()', () => {
  it.each([
    { path: 'source/key.pem', exclude: [], sealed: true },
    { path: 'source/sub/key.pem', exclude: [], sealed: true },
    { path: 'source/sub/key.pem', exclude: ['*.pem'], sealed: false },
    { path: 'source/sub/key.pem', exclude: ['sub/'], sealed: false },
    { path: 'source/sub/key.pem', exclude: ['/key.pem'], sealed: true },
    { path: 'key.pem', exclude: [], sealed: false },
    { path: 'source/..key', exclude: [], sealed: true },
    { path: 'nowhere', exclude: [], sealed: false },
  ])('$path with $exclude: $sealed', async ({ path, exclude, sealed }) => {
    const parent = plant(folder(), {
      'source/key.pem': '',
      'source/sub/key.pem': '',
      'source/..key': '',
      'key.pem': '',
    });
    expect(await wouldSeal(join(parent, 'source'), join(parent, path), exclude)).toBe(sealed);
    symlinkSync('source', join(parent, 'link'));
    expect(await wouldSeal(join(parent, 'link'), join(parent, path), exclude)).toBe(sealed);
  });

  it('knows a file that is sealed by itself', async () => {
    const parent = plant(folder(), { 'key.pem': '' });
    expect(await wouldSeal(join(parent, 'key.pem'), join(parent, 'key.pem'))).toBe(true);
  });
});
