import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FSVERITY, RFC9162 } from '../../../../common/tree/profile.ts';
import { flipBit, noise } from '../../../helpers/bytes.ts';
import { cachedScene, readWhole } from '../../../helpers/cached-scene.ts';
import { failure } from '../../../helpers/failure.ts';
import { file } from '../../../helpers/memory-volume.ts';

const PAGE = 4096;
const MIB = 1024 * 1024;

/** Most that a client is sent before it asks for a file: limits, statement, maybe the directory. */
const GREETING = 1024;

describe.each([RFC9162, FSVERITY])('a durable cache, with $name', (profile) => {
  it('spares a second client all but the statement', async () => {
    const data = noise(3 * MIB + 5);
    const { read, takeSent } = await cachedScene({ f: file(data, { pageSize: PAGE, profile }) });
    expect(Buffer.compare(await read((volume) => readWhole(volume, 'f')), data)).toBe(0);
    expect(takeSent()).toBeGreaterThan(data.length);
    expect(Buffer.compare(await read((volume) => readWhole(volume, 'f')), data)).toBe(0);
    expect(takeSent()).toBeLessThan(GREETING);
  });

  it('serves bytes of single pages, with what proved them', async () => {
    const data = noise(3 * MIB + 5);
    const { read, takeSent } = await cachedScene({ f: file(data, { pageSize: PAGE, profile }) });
    const places = [0, 70_000, 2 * MIB - 3, 3 * MIB + 1];
    for (const spared of [false, true]) {
      takeSent();
      for (const at of places) {
        const bytes = await read(async (volume) => (await volume.open('f')).read(at, 10));
        expect(bytes).toEqual(data.subarray(at, at + 10));
      }
      if (spared) expect(takeSent()).toBeLessThan(places.length * GREETING);
    }
  });

  it('fetches only the pages of a new version that changed', async () => {
    const data = noise(16 * MIB + 100);
    const { versions, read, takeSent } = await cachedScene({
      f: file(data, { pageSize: PAGE, profile }),
    });
    await read((volume) => readWhole(volume, 'f'));
    const changed = [3, 1000, 1001, 4096].reduce(
      (bytes, page) => flipBit(bytes, page * PAGE * 8),
      data,
    );
    versions.publish({ f: file(changed, { pageSize: PAGE, profile }) });
    takeSent();
    expect(Buffer.compare(await read((volume) => readWhole(volume, 'f')), changed)).toBe(0);
    const hashes = profile === RFC9162 ? 3 * 6 * 150 : 4 * 128 * 33;
    expect(takeSent()).toBeLessThan(4 * PAGE + hashes + GREETING + 200);
    expect(Buffer.compare(await read((volume) => readWhole(volume, 'f')), changed)).toBe(0);
    expect(takeSent()).toBeLessThan(GREETING);
  });

  it.each([
    { what: 'grows', to: 9 * MIB },
    { what: 'shrinks', to: 5 * MIB + 77 },
  ])('keeps what a file has had that $what', async ({ to }) => {
    const all = noise(9 * MIB);
    const before = all.subarray(0, 8 * MIB - 50);
    const { versions, read, takeSent } = await cachedScene({
      f: file(before, { pageSize: PAGE, profile }),
    });
    await read((volume) => readWhole(volume, 'f'));
    const after = all.subarray(0, to);
    versions.publish({ f: file(after, { pageSize: PAGE, profile }) });
    takeSent();
    expect(Buffer.compare(await read((volume) => readWhole(volume, 'f')), after)).toBe(0);
    expect(takeSent()).toBeLessThan(Math.max(0, to - before.length) + 64 * 1024);
  });
});

describe('a durable cache', () => {
  it('is for its owner alone, and names files by nothing that can be read', async () => {
    const { home, read } = await cachedScene({ secret: file(noise(PAGE)) });
    await read((volume) => readWhole(volume, 'secret'));
    const names = readdirSync(join(home, 'v1'));
    expect(names).toHaveLength(2); // the root directory and the file
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}\.kept$/);
    expect(statSync(join(home, 'v1')).mode & 0o777).toBe(0o700);
  });

  it('keeps nothing of a file that is empty', async () => {
    const { read } = await cachedScene({ f: file(new Uint8Array()) });
    expect(await read((volume) => readWhole(volume, 'f'))).toEqual(new Uint8Array());
  });

  it('is read offline, as far as it goes', async () => {
    const data = noise(MIB);
    const { read, server } = await cachedScene({ f: file(data), other: file(noise(PAGE)) });
    await read((volume) => readWhole(volume, 'f'));
    const asked = server.requests.length;
    expect(
      Buffer.compare(await read((volume) => readWhole(volume, 'f'), { offline: true }), data),
    ).toBe(0);
    const missing = read((volume) => readWhole(volume, 'other'), { offline: true });
    await expect(missing).rejects.toThrow(failure('TransportError', 'ERR_CONNECTION'));
    expect(server.requests).toHaveLength(asked);
  });

  it('is of no use offline where no version is remembered', async () => {
    const { read } = await cachedScene({ f: file(noise(PAGE)) });
    const offline = read((volume) => volume.open('f'), { offline: true });
    await expect(offline).rejects.toThrow(failure('TransportError', 'ERR_CONNECTION'));
  });
});

describe('offline', () => {
  const HOUR_MS = 3_600_000;
  const later = () => Date.parse('2026-11-22T00:00:00Z') + 48 * HOUR_MS;

  it('V6 refuses a remembered statement that has expired', async () => {
    const { versions, read } = await cachedScene({});
    const expires = Date.parse('2026-11-22T10:00:00Z');
    versions.publish({ f: file(noise(PAGE)) }, [], { expires });
    await read((volume) => readWhole(volume, 'f'));
    const offline = read((volume) => volume.open('f'), { offline: true, now: later });
    await expect(offline).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
  });

  it('V27 refuses a remembered statement that is too old', async () => {
    const { read } = await cachedScene({ f: file(noise(PAGE)) });
    await read((volume) => readWhole(volume, 'f'), { maxAgeMs: 24 * HOUR_MS });
    const rules = { maxAgeMs: 24 * HOUR_MS, now: later };
    const offline = read((volume) => volume.open('f'), { offline: true, ...rules });
    await expect(offline).rejects.toThrow(failure('FreshnessError', 'ERR_TOO_OLD'));
  });
});
