import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addBench } from '../../cli/bench.ts';
import { addCat } from '../../cli/cat.ts';
import { addGet } from '../../cli/get.ts';
import { addInspect } from '../../cli/inspect.ts';
import { addLs } from '../../cli/ls.ts';
import { addProve } from '../../cli/prove.ts';
import { addStat } from '../../cli/stat.ts';
import { utf8 } from '../../common/bytes.ts';
import { formatVerifierKey } from '../../common/index.ts';
import { noise } from '../helpers/bytes.ts';
import { folder } from '../helpers/folder.ts';
import { hostileServer } from '../helpers/hostile-server.ts';
import { memoryIo } from '../helpers/memory-io.ts';
import { directory, entryOf, file, signer, volumeOf } from '../helpers/memory-volume.ts';

const f = file(noise(3000));
const b = directory([entryOf('f', f)]);
const a = directory([entryOf('b', b)]);
const root = directory([entryOf('a', a)]);
const volume = volumeOf(root, [a, b, f]);

describe('a command that reads a path', () => {
  it.each([
    { command: 'stat', add: addStat },
    { command: 'ls', add: addLs },
    { command: 'cat', add: addCat },
    { command: 'get', add: addGet, more: ['--output', '-'] },
    { command: 'prove', add: addProve },
    { command: 'inspect', add: addInspect },
    { command: 'bench', add: addBench, more: ['--reads', '2'] },
  ])('asks for the way there with its first request: $command', async ({ command, add, more }) => {
    await using server = await hostileServer(volume);
    const trust = ['--key', formatVerifierKey(signer.key)];
    const output = command === 'prove' ? ['--output', join(folder(), 'proof')] : [];
    const program = new Command();
    add(program, memoryIo({ stateHome: folder() }));
    const args = [command, server.url, 'a/b/f', ...trust, ...(more ?? []), ...output];
    await program.parseAsync(args, { from: 'user' });
    const [, first, ...others] = server.requests;
    expect(first).toMatchObject({ type: 'walk', object: root.id, path: utf8('a/b/f') });
    const directories = others.filter(
      (asked) =>
        asked.type === 'readPages' &&
        command !== 'prove' &&
        !Buffer.from(asked.object).equals(f.id),
    );
    expect(directories).toEqual([]);
  });
});
