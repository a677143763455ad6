import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Change } from '../../client/diff-entries.ts';
import type { Volume } from '../../client/volume.ts';
import { equalBytes, toHex, utf8 } from '../../common/bytes.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { pageCount } from '../../common/tree/shape.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  connectTo,
  drain,
  type HostileServer,
  hostileServer,
  on,
} from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  ISSUED,
  type MemoryObject,
  Signer,
  signer,
  statementText,
  symlink,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { Versions } from '../helpers/versions.ts';

const text = (content: string) => file(utf8(content));

/** Runs with a server and a volume of its newest version. */
async function reading<T>(
  versions: Versions,
  use: (volume: Volume, server: HostileServer) => Promise<T>,
): Promise<T> {
  await using server = await hostileServer(versions.volume);
  await using volume = await connectTo(server);
  return await use(volume, server);
}

async function described(changes: AsyncIterable<Change>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { path, old, next, pages } of changes) {
    const ranges = (await drain(pages())).map(({ start, end }) => `${start}-${end - 1}`);
    const kind = old === undefined ? 'A' : next === undefined ? 'D' : 'M';
    lines.push([kind, path, ...ranges].join(' '));
  }
  return lines;
}

const base = noise(64 * 1024);
const sub = (files: Readonly<Record<string, MemoryObject>>) =>
  directory(Object.entries(files).map(([name, object]) => entryOf(name, object)));

function twoVersions(): Versions {
  const versions = new Versions();
  const [big, changed] = [file(base), file(flipBit(flipBit(base, 8 * 5000), 8 * 40_000))];
  const [same, before, after] = [
    sub({ deep: text('deep') }),
    sub({ x: text('x'), y: text('y') }),
    sub({ x: text('x'), z: text('z') }),
  ];
  versions.volume.add([same, before, after, text('x'), text('y'), text('z'), text('deep')]);
  const first = { big, same, dir: before, gone: text('gone'), kind: before, keep: text('k') };
  const second = {
    big: changed,
    same,
    dir: after,
    fresh: after,
    kind: text('file'),
    keep: text('k'),
  };
  versions.publish(first, [symlink('link', 'keep'), symlink('stays', 'keep')]);
  versions.publish(second, [symlink('link', 'big'), symlink('stays', 'keep')]);
  return versions;
}

describe('Volume.diff()', () => {
  it('lists what was added, removed and changed, in order, with the pages', async () => {
    await reading(twoVersions(), async (volume, server) => {
      const older = await volume.at(1);
      expect(await described(volume.diff(older))).toEqual([
        'M big 4-4 39-39',
        'D dir/y',
        'A dir/z',
        'A fresh',
        'A fresh/x',
        'A fresh/z',
        'D gone',
        'M kind',
        'D kind/x',
        'D kind/y',
        'M link',
      ]);
      const asked = new Set(server.asked('readPages').map(({ object }) => toHex(object)));
      const skipped = sub({ deep: text('deep') });
      expect(asked.has(toHex(skipped.id))).toBe(false);
    });
  });

  it('turns around with the versions', async () => {
    await reading(twoVersions(), async (volume) => {
      const older = await volume.at(1);
      const [forth, back] = [
        await described(volume.diff(older)),
        await described(older.diff(volume)),
      ];
      const turned = { A: 'D', D: 'A', M: 'M' } as const;
      const expected = forth.map((line) => `${turned[line[0] as 'A']}${line.slice(1)}`);
      expect(back.toSorted()).toEqual(expected.toSorted());
      expect(await described(volume.diff(volume))).toEqual([]);
    });
  });

  it.each([
    { path: 'big', changes: ['M big 4-4 39-39'] },
    { path: 'dir', changes: ['D dir/y', 'A dir/z'] },
    { path: 'gone', changes: ['D gone'] },
    { path: 'fresh/z', changes: ['A fresh/z'] },
    { path: 'keep', changes: [] },
    { path: 'kind/x', changes: ['D kind/x'] },
  ])('compares $path alone', async ({ path, changes }) => {
    await reading(twoVersions(), async (volume) => {
      expect(await described(volume.diff(await volume.at(1), path))).toEqual(changes);
    });
  });

  it('V22 says that a path is in neither version', async () => {
    await reading(twoVersions(), async (volume) => {
      await expect(drain(volume.diff(await volume.at(1), 'nowhere'))).rejects.toMatchObject({
        name: 'PathError',
        code: 'ERR_NOT_FOUND',
      });
    });
  });

  it('V23 visits no more entries than it may', async () => {
    await reading(twoVersions(), async (volume) => {
      const all = volume.diff(await volume.at(1), '', { maxEntries: 4 });
      await expect(drain(all)).rejects.toMatchObject({
        name: 'IntegrityError',
        code: 'ERR_WALK_BUDGET',
      });
    });
  });

  it('tells modes and times that changed', async () => {
    const versions = new Versions();
    const object = text('x');
    const mtime = { seconds: 5, nanoseconds: 0 };
    versions.volume.add([object]);
    for (const more of [{ mode: 0o600 }, { mtime }]) {
      const names = ['mode', 'time'].map((name) => entryOf(name, object));
      const changed = 'mode' in more ? 'mode' : 'time';
      versions.publishRoot(
        directory(names.map((entry) => (entry.name === changed ? { ...entry, ...more } : entry))),
      );
    }
    await reading(versions, async (volume) => {
      const changes = await drain(volume.diff(await volume.at(1)));
      expect(
        changes.map(({ path, old, next }) => [path, old?.mode, next?.mode, next?.mtime]),
      ).toEqual([
        ['mode', 0o600, 0o644, undefined],
        ['time', 0o644, 0o644, mtime],
      ]);
    });
  });

  it.each([
    { what: 'another page size', next: file(base, { pageSize: 2048 }), pages: '0-31' },
    { what: 'another profile', next: file(base, { profile: FSVERITY }), pages: '0-63' },
    { what: 'an empty file before', old: text(''), next: file(base), pages: '0-63' },
  ])('takes all pages for changed after $what', async ({ old = file(base), next, pages }) => {
    const versions = new Versions();
    versions.publish({ f: old });
    versions.publish({ f: next });
    await reading(versions, async (volume) => {
      expect(await described(volume.diff(await volume.at(1)))).toEqual([`M f ${pages}`]);
    });
  });

  it('has no pages where only the end went', async () => {
    const versions = new Versions();
    versions.publish({ f: file(base) });
    versions.publish({ f: file(base.slice(0, 32 * 1024)) });
    await reading(versions, async (volume) => {
      expect(await described(volume.diff(await volume.at(1)))).toEqual(['M f']);
    });
  });

  it.each([RFC9162, FSVERITY])('property: finds the pages that differ, $name', async (profile) => {
    const edits = fc.record({
      size: fc.integer({ min: 1, max: 90_000 }),
      nextSize: fc.integer({ min: 1, max: 90_000 }),
      flips: fc.array(fc.nat(89_999), { maxLength: 4 }),
    });
    const data = noise(90_000);
    await fc.assert(
      fc.asyncProperty(edits, async ({ size, nextSize, flips }) => {
        const changed = flips.reduce((bytes, at) => flipBit(bytes, at * 8), data);
        const old = file(data.slice(0, size), { profile });
        const next = file(changed.slice(0, nextSize), { profile });
        const versions = new Versions();
        versions.publish({ f: old });
        versions.publish({ f: next });
        await reading(versions, async (volume) => {
          const pages: number[] = [];
          for await (const change of volume.diff(await volume.at(1))) {
            let end = -1;
            for await (const range of change.pages()) {
              expect(range.start).toBeGreaterThan(end); // neighbours are joined
              end = range.end;
              for (let page = range.start; page < end; page += 1) pages.push(page);
            }
          }
          const all = Array.from({ length: pageCount(next.shape) }, (_, i) => i);
          const isEqual = (i: number) => Buffer.compare(next.page(i), old.page(i)) === 0;
          expect(pages).toEqual(all.filter((i) => i >= pageCount(old.shape) || !isEqual(i)));
        });
      }),
      { numRuns: Math.ceil(NUM_RUNS / 4) },
    );
  });

  it('V18 refuses wrong nodes of the older version', async () => {
    const versions = twoVersions();
    await using server = await hostileServer(
      versions.volume,
      on('nodes', (message, request) => {
        const isOld = request?.type === 'readNodes' && equalBytes(request.object, file(base).id);
        return isOld ? { ...message, nodes: flipBit(message.nodes, 9) } : message;
      }),
    );
    await using volume = await connectTo(server);
    await expect(described(volume.diff(await volume.at(1)))).rejects.toMatchObject({
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    });
  });
});

describe('Volume.at()', () => {
  it('opens an older version, though it has expired', async () => {
    const versions = new Versions();
    versions.publish({ f: text('one') }, [], { expires: ISSUED + 1000 });
    versions.publish({ f: text('two') });
    await reading(versions, async (volume) => {
      const older = await volume.at(1);
      expect(older.statement.version).toBe(1);
      expect((await older.stat('f')).entry).toMatchObject({ type: 'file' });
      older.close(); // it does not own the connection
      expect((await volume.at(2)).statement).toBe(volume.statement);
      expect((await older.next()).statement.version).toBe(2);
    });
  });

  it('keeps the floor where it is', async () => {
    const versions = twoVersions();
    await reading(versions, async (volume) => {
      await volume.at(1);
      versions.publish({ f: text('three') });
      expect((await volume.next()).statement.version).toBe(3);
    });
  });

  it('refuses to go forward', async () => {
    await reading(twoVersions(), async (volume) => {
      await expect(volume.at(3)).rejects.toThrow(RangeError);
    });
  });

  it('V25 reports that the server does not keep it', async () => {
    const versions = new Versions();
    versions.note(text('never published'));
    versions.publish({ f: text('two') });
    await reading(versions, async (volume) => {
      await expect(volume.at(1)).rejects.toMatchObject({
        name: 'RequestError',
        code: 'ERR_REMOTE_GONE',
      });
      expect((await volume.stat('f')).path).toBe('f');
    });
  });

  test('V29 opens no older version whose root is revoked, and goes on at its own', async () => {
    const versions = new Versions();
    const root = text('one');
    versions.publishRoot(root);
    versions.publishRoot(text('two'));
    const revokedObjects = new Set([toHex(root.id)]);
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server, { revokedObjects });
    await expect(volume.at(1)).rejects.toThrow(failure('FreshnessError', 'ERR_REVOKED'));
    expect(await (await volume.open()).read(0, 9)).toEqual(utf8('two'));
  });

  const rootOf = (content: string) => sub({ f: text(content) });
  it.each([
    { what: 'V1 no note', code: 'ERR_NOTE', note: utf8('one\n') },
    {
      what: 'V2 a forged note',
      code: 'ERR_SIGNATURE',
      note: join(signer.seal(rootOf('x')).slice(0, -30), utf8('A'.repeat(27)), utf8('==\n')),
    },
    {
      what: 'V3 a note of somebody else',
      code: 'ERR_THRESHOLD',
      note: new Signer(9).seal(rootOf('x')),
    },
    { what: 'V4 another text', code: 'ERR_STATEMENT', note: signer.note(utf8('hello\n')) },
    {
      what: 'V5 a note of another volume',
      code: 'ERR_ORIGIN',
      note: signer.seal(rootOf('x'), { origin: 'lab.example/other' }),
    },
    {
      what: 'V14 a note of another version',
      code: 'ERR_UNEXPECTED_ANSWER',
      note: signer.note(statementText(rootOf('x'), { version: 3 })),
    },
  ])('refuses $what', async ({ code, note }) => {
    const versions = twoVersions();
    await using server = await hostileServer(
      versions.volume,
      on('statement', (message) => ({ ...message, statement: note })),
    );
    await using volume = await connectTo(server);
    await expect(volume.at(1)).rejects.toMatchObject({ code });
    await server.disconnected();
  });
});
