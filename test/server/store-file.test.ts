import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IN_PLACE, OpenFiles, StoreFile } from '../../server/store-file.ts';
import { noise } from '../helpers/bytes.ts';

const data = noise(10_000);
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(joinPath(tmpdir(), 'pageseal-test-'));
  path = joinPath(folder, 'f');
  writeFileSync(path, data);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Makes every read look as if it came from a slow disk. */
function slowDisk(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 5;
    return now;
  });
}

describe('StoreFile.read()', () => {
  test('S12 reads in place while the disk is fast', () => {
    vi.spyOn(performance, 'now').mockReturnValue(1);
    const file = new StoreFile(path, IN_PLACE);
    const into = new Uint8Array(100);
    expect(file.read(into, 50)).toBeUndefined();
    expect(into).toEqual(data.slice(50, 150));
    file.retire();
  });

  test('S12 reads through the thread pool after a slow read, and tries in place again later', async () => {
    slowDisk();
    const file = new StoreFile(path, IN_PLACE);
    expect(file.read(new Uint8Array(100), 0)).toBeUndefined();
    const kinds: string[] = [];
    for (let i = 0; i < 66; i += 1) {
      const into = new Uint8Array(100);
      const done = file.read(into, i * 100);
      kinds.push(done === undefined ? 'now' : 'later');
      await done;
      expect(into).toEqual(data.slice(i * 100, i * 100 + 100));
    }
    expect(kinds.filter((kind) => kind === 'now')).toHaveLength(1);
    expect(kinds.indexOf('now')).toBe(64);
    file.retire();
  });

  test('S9 reports a file that ends too early, at once and later', async () => {
    slowDisk();
    const file = new StoreFile(path, IN_PLACE);
    const changed = expect.objectContaining({ name: 'ServeError', code: 'CHANGED' });
    expect(() => file.read(new Uint8Array(100), 9950)).toThrow(changed);
    void file.read(new Uint8Array(1), 0);
    await expect(file.read(new Uint8Array(100), 9950)).rejects.toThrow(changed);
    file.retire();
  });

  test('S12 lets a late read fail that nobody waits for any more', async () => {
    slowDisk();
    const file = new StoreFile(path, IN_PLACE);
    void file.read(new Uint8Array(1), 0);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    void file.read(new Uint8Array(100), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    file.retire();
  });

  test('S12 keeps a file open until reads that are under way have ended', async () => {
    slowDisk();
    const file = new StoreFile(path, IN_PLACE);
    void file.read(new Uint8Array(1), 0);
    const into = new Uint8Array(100);
    const reading = file.read(into, 0);
    file.retire();
    await reading;
    expect(into).toEqual(data.slice(0, 100));
    expect(() => file.readNow(into, 0)).toThrow(expect.objectContaining({ code: 'STORAGE' }));
  });
});

describe('OpenFiles', () => {
  test('S9 opens a file anew after it was found to be cut short', () => {
    const files = new OpenFiles(4, IN_PLACE);
    const first = files.open(path);
    expect(files.open(path)).toBe(first);
    truncateSync(path, 10);
    expect(() => first.readNow(new Uint8Array(100), 0)).toThrow('shorter');
    rmSync(path);
    writeFileSync(path, data);
    const second = files.open(path);
    expect(second).not.toBe(first);
    const into = new Uint8Array(100);
    second.readNow(into, 0);
    expect(into).toEqual(data.slice(0, 100));
    files.close();
  });

  test('S12 keeps no more files open than it may', () => {
    const files = new OpenFiles(2, IN_PLACE);
    const names = ['a', 'b', 'c'].map((name) => joinPath(folder, name));
    for (const name of names) writeFileSync(name, data);
    const [a, b, c] = names.map((name) => files.open(name));
    expect(() => a?.readNow(new Uint8Array(1), 0)).toThrow(
      expect.objectContaining({ code: 'STORAGE' }),
    );
    b?.readNow(new Uint8Array(1), 0);
    c?.readNow(new Uint8Array(1), 0);
    files.close();
  });
});
