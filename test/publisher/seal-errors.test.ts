import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SealProgress, seal } from '../../publisher/index.ts';
import { folder, plant } from '../helpers/folder.ts';

const OPTIONS = { origin: 'lab', issued: 0 };

/** Takes long enough to read for sealing to pause within it; a hole, so that it is made at once. */
const LARGE = 200_000_000;

/** Makes a file that takes long to read, below a new source. */
function plantLarge(source: string, name: string): string {
  const path = join(plant(source, { [name]: '' }), name);
  truncateSync(path, LARGE);
  return path;
}

/**
 * Seals a source that can not be sealed; checks that no statement was made and no lock is left.
 *
 * @param act - Called once, while a large file is being read.
 */
async function refusal(source: string, store: string, act?: () => void): Promise<unknown> {
  let left = act;
  const onProgress = ({ currentBytes, currentSize }: SealProgress) => {
    if (currentBytes === 0 || currentBytes === currentSize) return;
    left?.();
    left = undefined;
  };
  const error: unknown = await seal(source, store, { ...OPTIONS, onProgress }).then(
    () => new Error('it was sealed'),
    (reason: unknown) => reason,
  );
  expect(left, 'nothing was done').toBe(undefined);
  if (existsSync(store)) {
    const folders = ['contents', 'packs', 'statements', 'versions'];
    expect(readdirSync(store).sort()).toEqual(folders);
    for (const name of folders) expect(readdirSync(join(store, name))).toEqual([]);
  }
  return error;
}

function names(code: string, path: string): unknown {
  return expect.objectContaining({
    name: 'StoreError',
    code,
    message: expect.stringContaining(path),
  });
}

describe('seal() of a file that changes meanwhile', () => {
  it.each([
    { change: 'grows', act: (path: string) => appendFileSync(path, 'x') },
    { change: 'shrinks', act: (path: string) => truncateSync(path, LARGE - 1) },
    { change: 'shrinks to nothing', act: (path: string) => truncateSync(path, 0) },
    { change: 'is written again', act: (path: string) => writeFileSync(path, 'x', { flag: 'r+' }) },
    { change: 'loses its name', act: (path: string) => unlinkSync(path) },
    { change: 'gets another time', act: (path: string) => utimesSync(path, 1, 1) },
  ])('refuses one that $change', async ({ act }) => {
    const parent = folder();
    const path = plantLarge(join(parent, 'source'), 'sub/file');
    const error = await refusal(join(parent, 'source'), join(parent, 'store'), () => act(path));
    expect(error).toEqual(names('ERR_SOURCE_CHANGED', 'sub/file'));
  });
});

describe('seal() of a directory that changes meanwhile', () => {
  it.each([
    { change: 'a file vanishes', act: (path: string) => unlinkSync(join(path, 'z')) },
    {
      change: 'a symlink takes the place of a file',
      act: (path: string) => {
        unlinkSync(join(path, 'z'));
        symlinkSync('a', join(path, 'z'));
      },
    },
    {
      change: 'a directory takes the place of a file',
      act: (path: string) => {
        unlinkSync(join(path, 'z'));
        mkdirSync(join(path, 'z'));
      },
    },
    {
      change: 'a pipe takes the place of a file',
      act: (path: string) => {
        unlinkSync(join(path, 'z'));
        execFileSync('mkfifo', [join(path, 'z')]);
      },
    },
  ])('refuses it if $change', async ({ act }) => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { z: '' });
    plantLarge(source, 'a');
    const error = await refusal(source, join(parent, 'store'), () => act(source));
    expect(error).toEqual(names('ERR_SOURCE_CHANGED', 'z'));
  });

  it('refuses it if a file takes the place of a subdirectory', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { 'z/': '' });
    plantLarge(source, 'a');
    const error = await refusal(source, join(parent, 'store'), () => {
      renameSync(join(source, 'z'), join(parent, 'z'));
      writeFileSync(join(source, 'z'), '');
    });
    expect(error).toEqual(names('ERR_SOURCE_CHANGED', 'z'));
  });
});

describe('seal() of what can not be sealed', () => {
  it.each([
    { what: 'a name', make: (path: Buffer) => writeFileSync(path, '') },
    { what: 'a directory', make: (path: Buffer) => mkdirSync(path) },
  ])('refuses $what that is not UTF-8, and spells it', async ({ make }) => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '' });
    const path = Buffer.from(`${source}/caf\xe9`, 'latin1');
    make(path);
    const error = await refusal(source, join(parent, 'store'));
    rmSync(path, { recursive: true });
    expect(error).toMatchObject({ name: 'StoreError', code: 'ERR_SOURCE_NAME' });
    expect(String(error)).toContain('caf\\xe9"');
  });

  it('refuses a symlink whose target is not UTF-8', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '' });
    symlinkSync(Buffer.from('\xff', 'latin1'), join(source, 'link'));
    const error = await refusal(source, join(parent, 'store'));
    expect(error).toEqual(names('ERR_SOURCE_NAME', 'source/link'));
  });

  it('refuses a pipe', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { 'sub/': '' });
    execFileSync('mkfifo', [join(source, 'sub', 'pipe')]);
    const error = await refusal(source, join(parent, 'store'));
    expect(error).toEqual(names('ERR_SOURCE_SPECIAL', 'sub/pipe'));
  });

  it('refuses a socket', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), {});
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(source, 'socket'), resolve));
    const error = await refusal(source, join(parent, 'store'));
    server.close();
    expect(error).toEqual(names('ERR_SOURCE_SPECIAL', 'socket'));
  });

  it('refuses a source that is special itself', async () => {
    const error = await refusal('/dev/null', join(folder(), 'store'));
    expect(error).toEqual(names('ERR_SOURCE_SPECIAL', '/dev/null'));
  });

  it('refuses a source that is not there', async () => {
    const parent = folder();
    const error = await refusal(join(parent, 'nowhere'), join(parent, 'store'));
    expect(error).toEqual(names('ERR_SOURCE_UNREADABLE', 'nowhere'));
    expect(existsSync(join(parent, 'store'))).toBe(false);
  });

  it('refuses a file with more pages than can be numbered', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { huge: '' });
    truncateSync(join(source, 'huge'), 4_398_046_511_104); // 2^32 pages of 1 KiB, all holes
    const error: unknown = await seal(source, join(parent, 'store'), {
      ...OPTIONS,
      pageSize: 1024,
    }).catch((reason: unknown) => reason);
    expect(error).toEqual(names('ERR_SOURCE_LIMIT', 'huge'));
  });

  it('refuses a path of more names than a reader follows', async () => {
    const parent = folder();
    const deepest = (depth: number) => Array.from({ length: depth }, () => 'd').join('/');
    const fits = plant(join(parent, 'fits'), { [`${deepest(255)}/file`]: '' });
    await seal(fits, join(parent, 'store'), OPTIONS);
    const tooDeep = plant(join(parent, 'deep'), { [`${deepest(256)}/file`]: '' });
    const error = await refusal(tooDeep, join(parent, 'other'));
    expect(error).toEqual(names('ERR_SOURCE_LIMIT', `${deepest(256)}/file`));
  });

  it('escapes control characters in messages', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), {});
    execFileSync('mkfifo', [join(source, 'a\x1b[31m\nb\u202ec\\"')]);
    const error = await refusal(source, join(parent, 'store'));
    expect(String(error)).toContain('a\\x1b[31m\\x0ab\\u{202e}c\\\\\\""');
  });
});
