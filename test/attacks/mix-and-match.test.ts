import { describe, expect, it, test } from 'vitest';
import { equalBytes } from '../../common/bytes.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, hostileServer, on } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  MemoryVolume,
  signer,
} from '../helpers/memory-volume.ts';

/** Two versions, of the same names and sizes; `lib` and `app` belong together. */
const versions = [1, 2].map((seed) => {
  const app = file(noise(5000, seed));
  const lib = file(noise(5000, seed + 10));
  const sub = directory([entryOf('lib', lib)]);
  const root = directory([entryOf('app', app), entryOf('sub', sub)]);
  return { app, lib, sub, root };
});
const [old, now] = versions as [(typeof versions)[0], (typeof versions)[0]];

/** Announces the new version, and answers for one of its objects with what the old one had there. */
function mixing(part: keyof typeof old) {
  const volume = new MemoryVolume(versions.flatMap((each) => Object.values(each)));
  volume.publish(signer.seal(now.root, { version: 2 }), 2);
  const instead = (object: MemoryObject, first: number, count: number) => {
    const size = object.shape.pageSize;
    return object.data.slice(first * size, (first + count) * size);
  };
  return hostileServer(
    volume,
    on('pages', (message, request) => {
      if (request?.type !== 'readPages' || !equalBytes(request.object, now[part].id))
        return message;
      return { ...message, data: instead(old[part], request.first, request.count) };
    }),
  );
}

describe('connect()', () => {
  const mismatch = failure('IntegrityError', 'ERR_PROOF_MISMATCH');

  test('V18 refuses the root directory of another version', async () => {
    await using server = await mixing('root');
    await expect(connectTo(server)).rejects.toThrow(mismatch);
  });

  test('V18 refuses a directory of another version', async () => {
    await using server = await mixing('sub');
    await using opened = await connectTo(server);
    await expect(drain(opened.readdir('sub'))).rejects.toThrow(mismatch);
  });

  it.each([
    { part: 'app', path: 'app' },
    { part: 'lib', path: 'sub/lib' },
  ] as const)('V18 refuses the file $path of another version', async ({ part, path }) => {
    await using server = await mixing(part);
    await using opened = await connectTo(server);
    const mixed = await opened.open(path);
    await expect(mixed.read(0, 5000)).rejects.toThrow(mismatch);
  });
});
