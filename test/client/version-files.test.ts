import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Acceptor } from '../../client/acceptor.ts';
import { VersionFiles } from '../../client/node/version-files.ts';
import { decodeBundle } from '../../common/bundle.ts';
import { toBase64 } from '../../common/bytes.ts';
import { verifyEvidence } from '../../common/evidence.ts';
import { parseNote } from '../../common/note.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { type Statement, textHash } from '../../common/statement.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder as newFolder } from '../helpers/folder.ts';
import { file, ISSUED, ORIGIN, signer } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const object = file(noise(3000));
const other = file(noise(3000, 2));
const unusable = failure('PolicyError', 'ERR_STATE');
const KILL_AT = join(import.meta.dirname, '../publisher/fixtures/kill-at.mjs');
const ACCEPT = join(import.meta.dirname, 'fixtures/accept.mjs');

function seal(version: number, named = object, more: Partial<Statement> = {}) {
  const note = signer.seal(named, { version, ...more });
  return { version, textHash: textHash(parseNote(note).text), note };
}

/** A state folder that does not exist yet, and where it keeps the versions of `ORIGIN`. */
function setting() {
  const state = join(newFolder(), 'state', 'pageseal');
  const versions = join(state, 'versions', ORIGIN.replace('/', '+'), '0');
  return { state, versions, memory: new VersionFiles(state) };
}

async function remembering(version: number) {
  const made = setting();
  await made.memory.remember(ORIGIN, 0, seal(version));
  return { ...made, path: join(made.versions, `${version}`) };
}

interface Outcome {
  readonly killed: boolean;
  readonly answers: readonly string[];
}

/** Has a process of its own accept notes, one after the other. */
function accepting(state: string, notes: readonly Uint8Array[], killAt?: number): Promise<Outcome> {
  const flags = killAt === undefined ? [] : ['--import', KILL_AT];
  const child = spawn(process.execPath, [...flags, ACCEPT, state, formatVerifierKey(signer.key)], {
    env: { ...process.env, KILL_AT: `${killAt}` },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.on('error', () => undefined); // it may be killed before it has read all
  child.stdin.end(notes.map((note) => `${toBase64(note)}\n`).join(''));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_status, signal) =>
      resolve({ killed: signal === 'SIGKILL', answers: output.split('\n').filter(Boolean) }),
    );
  });
}

describe('VersionFiles', () => {
  it('knows nothing on first contact, and makes nothing', async () => {
    const { memory, state } = setting();
    expect(await memory.recall(ORIGIN, 0)).toBeUndefined();
    expect(existsSync(state)).toBe(false);
  });

  it('remembers the highest version, for its user alone', async () => {
    const { memory, state, versions, path } = await remembering(7);
    expect(await memory.remember(ORIGIN, 0, seal(5))).toEqual(seal(7));
    expect(await memory.remember(ORIGIN, 0, seal(9))).toEqual(seal(9));
    expect(await new VersionFiles(state).recall(ORIGIN, 0)).toEqual(seal(9));
    expect(readdirSync(versions)).toEqual(['9']);
    for (let at = versions; at !== dirname(state); at = dirname(at)) {
      expect(statSync(at).mode % 0o1000).toBe(0o700);
    }
    expect(statSync(join(dirname(path), '9')).mode % 0o1000).toBe(0o600);
  });

  it('keeps origins apart, whatever they are', async () => {
    const { memory } = setting();
    const origins = ['a', 'a/b', 'a/b/c', '...', '..a/-', `${'a/'.repeat(99)}bc`, 'x'.repeat(200)];
    for (const [i, origin] of origins.entries()) {
      await memory.remember(origin, 0, seal(i + 1, object, { origin }));
    }
    for (const [i, origin] of origins.entries()) {
      expect((await memory.recall(origin, 0))?.version).toBe(i + 1);
    }
    expect(await memory.recall('b', 0)).toBeUndefined();
  });

  it('keeps the first text of a version', async () => {
    const { memory } = await remembering(5);
    expect(await memory.remember(ORIGIN, 0, seal(5, other))).toEqual(seal(5));
    expect(await memory.recall(ORIGIN, 0)).toEqual(seal(5));
  });

  test('V7 starts anew in a higher series, and takes no lower one', async () => {
    const { memory } = await remembering(2 ** 40);
    expect(await memory.recall(ORIGIN, 3)).toBeUndefined();
    expect(await memory.remember(ORIGIN, 3, seal(5))).toEqual(seal(5));
    const lowered = failure('PolicyError', 'ERR_POLICY_VERSION');
    await expect(memory.recall(ORIGIN, 0)).rejects.toThrow(lowered);
    await expect(memory.remember(ORIGIN, 2, seal(2 ** 41))).rejects.toThrow(lowered);
    expect(await memory.recall(ORIGIN, 3)).toEqual(seal(5));
  });

  test('V30 notices any flipped bit, and does not take it for another text', async () => {
    const { memory, path } = await remembering(5);
    const whole = new Uint8Array(readFileSync(path));
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * whole.length - 1), async (bit) => {
        writeFileSync(path, flipBit(whole, bit));
        await expect(memory.recall(ORIGIN, 0)).rejects.toThrow(unusable);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('V30 notices a file that was cut off anywhere', async () => {
    const { memory, path } = await remembering(5);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        writeFileSync(path, whole.subarray(0, length));
        await expect(memory.recall(ORIGIN, 0)).rejects.toThrow(unusable);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  const copied = (made: { state: string; path: string }, origin: string, version: number) => {
    const elsewhere = join(made.state, 'versions', origin, '0');
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, `${version}`), readFileSync(made.path));
  };

  it.each([
    {
      what: 'from another origin',
      spoil: (made: { state: string; path: string }) => copied(made, 'other', 5),
      origin: 'other',
    },
    {
      what: 'under the name of another version',
      spoil: (made: { state: string; path: string }) => copied(made, 'lab.example+images', 6),
    },
    {
      what: 'too long',
      spoil: ({ path }: { path: string }) => writeFileSync(path, noise(20_000)),
    },
    {
      what: 'that is a directory',
      spoil: ({ path }: { path: string }) => {
        rmSync(path);
        mkdirSync(path);
      },
    },
    {
      what: 'that is a symlink',
      spoil: ({ path }: { path: string }) => {
        writeFileSync(`${path}.moved`, readFileSync(path));
        rmSync(path);
        symlinkSync(`${path}.moved`, path);
      },
    },
    {
      what: 'in the place of the folder',
      spoil: ({ path }: { path: string }) => {
        rmSync(dirname(path), { recursive: true });
        writeFileSync(dirname(path), '');
      },
    },
  ])('V30 refuses a file $what', async ({ spoil, origin = ORIGIN }) => {
    const made = await remembering(5);
    spoil(made);
    await expect(made.memory.recall(origin, 0)).rejects.toThrow(unusable);
    const later = seal(9, object, { origin });
    await expect(made.memory.remember(origin, 0, later)).rejects.toThrow(unusable);
  });

  it('ignores what killed clients left, and removes it when it is old', async () => {
    const { memory, versions } = await remembering(5);
    const names = [1, 2].map((n) => `.${n}2345678-1234-4234-8234-123456789abc.tmp`);
    const [old = '', young = ''] = names;
    for (const name of names) writeFileSync(join(versions, name), 'half');
    utimesSync(join(versions, old), 0, 0);
    expect(await memory.recall(ORIGIN, 0)).toEqual(seal(5));
    await memory.remember(ORIGIN, 0, seal(6));
    expect(readdirSync(versions).sort()).toEqual([young, '6']);
  });

  test('V8 keeps both texts of a version as evidence that others can check', async () => {
    const { memory, state } = await remembering(5);
    const trust = { origin: ORIGIN, keys: [signer.key], threshold: 1 };
    const acceptor = new Acceptor(trust, memory, () => ISSUED);
    const judging = acceptor.judge(seal(5, other).note);
    await expect(judging).rejects.toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
    await expect(acceptor.judge(seal(5, other).note)).rejects.toThrow('both are kept in');
    const kept = readdirSync(join(state, 'evidence'));
    expect(kept).toEqual([expect.stringMatching(/^lab\.example\+images-5-[0-9a-f]{16}$/)]);
    const bytes = new Uint8Array(readFileSync(join(state, 'evidence', kept[0] ?? '')));
    const evidence = verifyEvidence(decodeBundle(bytes), [signer.key], 1);
    expect(evidence).toMatchObject({ origin: ORIGIN, version: 5 });
  });

  test('V8 refuses two texts even where evidence can not be kept', async () => {
    const { memory, state } = await remembering(5);
    writeFileSync(join(state, 'evidence'), 'in the way');
    const trust = { origin: ORIGIN, keys: [signer.key], threshold: 1 };
    const judging = new Acceptor(trust, memory, () => ISSUED).judge(seal(5, other).note);
    await expect(judging).rejects.toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
  });
});

describe('processes that share VersionFiles', () => {
  test('V7 remember the highest version that any of them accepted', async () => {
    const { memory, state, versions } = setting();
    const notes = Array.from({ length: 60 }, (_, i) => seal(2 * i + 1).note);
    const shuffled = [...notes].reverse();
    const outcomes = await Promise.all([
      accepting(state, notes),
      accepting(state, shuffled),
      accepting(state, notes.slice(30)),
    ]);
    expect((await memory.recall(ORIGIN, 0))?.version).toBe(119);
    expect(readdirSync(versions)).toEqual(['119']);
    for (const { answers } of outcomes) {
      const accepted = answers.filter((answer) => answer !== 'ERR_ROLLBACK').map(Number);
      expect(accepted).toEqual([...accepted].sort((a, b) => a - b));
    }
    expect(outcomes.flatMap(({ answers }) => answers)).toContain('119');
  });

  test('V8 accept one of two texts, and keep both', async () => {
    const { state } = setting();
    const rivals = [object, other].map((named) => accepting(state, [seal(5, named).note]));
    const answers = (await Promise.all(rivals)).flatMap((outcome) => outcome.answers);
    expect(answers.sort()).toEqual(['5', 'ERR_EQUIVOCATION']);
    expect(readdirSync(join(state, 'evidence'))).toHaveLength(1);
  });

  test('V30 that are killed leave the old version or the new one', {
    timeout: 60_000,
  }, async () => {
    let changes = 0;
    for (let killed = true; killed; changes += 1) {
      const { memory, state, versions } = await remembering(5);
      const outcome = await accepting(state, [seal(7).note], changes + 1);
      ({ killed } = outcome);
      const left = await memory.recall(ORIGIN, 0);
      expect([5, 7]).toContain(left?.version);
      expect(outcome.answers).toEqual(killed ? [] : ['7']);
      await memory.remember(ORIGIN, 0, seal(8));
      expect(readdirSync(versions).filter((name) => !name.startsWith('.'))).toEqual(['8']);
    }
    expect(changes).toBeGreaterThan(5);
  });
});
