import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { folder as newFolder } from '../helpers/folder.ts';
import { isSkipped } from '../helpers/tool.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const run = promisify(execFile);

/** Returns the fenced block of README.md with this info string. */
function block(info: string): string {
  const text = README.split(`\n\`\`\`${info}\n`)[1]?.split('\n```\n')[0];
  if (text === undefined) throw new Error(`README.md has no block "${info}"`);
  return text;
}

/** Makes a folder in which `pageseal` is a command and a package, as after an installation. */
function installed(): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = newFolder();
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(REPOSITORY, 'dist/cli/main.js'), join(folder, 'bin/pageseal'));
  symlinkSync(REPOSITORY, join(folder, 'node_modules/pageseal'));
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
  const xdg = { XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') };
  return { folder, env: { ...process.env, ...xdg, PATH: path } };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Writes a block as a module that the oldest supported Node runs. */
async function writeModule(folder: string, info: string): Promise<string> {
  const { code } = await transform(block(info), { loader: 'ts', target: 'node20', format: 'esm' });
  const path = join(folder, `${info.split(' ')[1]}.mjs`);
  writeFileSync(path, code);
  return path;
}

describe('README.md', () => {
  it('has a transcript that works when pasted', async () => {
    const { folder, env } = installed();
    const port = await freePort();
    const lines = block('sh transcript').split('\n');
    const script = lines.map((line) => line.replace('$ ', '').replaceAll('8480', `${port}`));
    const options = { cwd: folder, env };
    const { stdout } = await run('bash', ['-c', `set -em\n${script.join('\n')}`], options);
    expect(stdout).toContain('hello, pages\n');
    expect(stdout).toContain('link -> hello.txt');
    expect(readFileSync(join(folder, 'copy/hello.txt'), 'utf8')).toBe('hello, pages\n');
  });

  it.skipIf(isSkipped('openssl'))('has two signers whose lines a reader asks for', async () => {
    const { folder, env } = installed();
    const prepare = block('sh transcript').split('\n').slice(0, 3);
    const script = [...prepare.map((line) => line.replace('$ ', '')), block('sh signers')];
    const options = { cwd: folder, env };
    const { stdout } = await run('bash', ['-ec', script.join('\n')], options);
    expect(stdout).toMatch(/^signed lab\.example\/docs version 2 by alice\+/m);
    expect(stdout).toMatch(/^signed lab\.example\/docs version 2 by bob\+/m);
  });

  it('has a server and a reader that work together', async () => {
    const { folder, env } = installed();
    const options = { cwd: folder, env };
    const prepare = block('sh transcript').split('\n').slice(0, 3);
    const script = prepare.map((line) => line.replace('$ ', '')).join('\n');
    await run('bash', ['-ec', script], options);
    const server = spawn(process.execPath, [await writeModule(folder, 'ts server')], {
      ...options,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
      const reader = await writeModule(folder, 'ts reader');
      const { stdout } = await run(process.execPath, [reader, url], options);
      expect(stdout).toBe('file hello.txt\nsymlink link\nhello, pages\npages\n');
    } finally {
      server.kill('SIGTERM');
    }
    const [status] = await once(server, 'exit');
    expect(status).toBe(0);
  });

  it('names every command that there is', async () => {
    const { folder, env } = installed();
    const { stdout } = await run('pageseal', ['--help'], { cwd: folder, env });
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*[<[]/gm)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) {
      if (command !== 'help') expect(README).toMatch(new RegExp(`\`(pageseal )?${command}\``));
    }
  });
});
