import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { exitStatus } from '../../cli/exit-status.ts';
import { Interruption, type Io } from '../../cli/io.ts';
import { reportError } from '../../cli/report.ts';
import { UsageError } from '../../cli/usage-error.ts';
import {
  FreshnessError,
  IntegrityError,
  KeyError,
  PathError,
  ProtocolError,
  RequestError,
  StoreError,
  TransportError,
} from '../../common/errors.ts';
import { finish, pageseal, start } from '../helpers/cli.ts';

function silentIo(): { io: Io; errors: () => string } {
  const stderr = new PassThrough();
  const io: Io = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    signal: new AbortController().signal,
    env: {},
    clock: () => 0,
  };
  return { io, errors: () => (stderr.read() as Buffer | null)?.toString() ?? '' };
}

const NAMES = [...COMMANDS.keys()];

describe('pageseal', () => {
  it.each(['', ...NAMES])('prints the help of "%s"', async (name) => {
    const args = name === '' ? ['--help'] : [name, '--help'];
    const { status, stdout, stderr } = await pageseal(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const sections = ['Usage:', 'Options:', 'Exit status:', 'Example:'];
    const places = sections.map((section) => stdout.search(new RegExp(`^${section}`, 'm')));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  // What `cat` prints is the file itself, and the log of `serve` is JSON anyway.
  const others = NAMES.filter((name) => !['cache', 'cat', 'serve', 'trust'].includes(name));
  const trust = ['add', 'list', 'explain', 'import'].map((name) => `trust ${name}`);
  const cache = ['show', 'check', 'prune', 'clear'].map((name) => `cache ${name}`);
  it.each([...others, ...trust, ...cache])('%s has --json', async (name) => {
    const { stdout } = await pageseal([...name.split(' '), '--help']);
    expect(stdout).toMatch(/^ {2}--json /m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('lists every command', async () => {
    const { stdout } = await pageseal(['--help']);
    const [, commands = ''] = stdout.split(/^Commands:$|^Exit status:$/m);
    const listed = [...commands.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(listed).toEqual([...NAMES, 'help']);
  });

  it('prints its version', async () => {
    expect(await pageseal(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });

  it.each([
    { args: ['sael'], error: "unknown command 'sael'", hint: 'did you mean seal?' },
    { args: ['strip'], error: "missing required argument 'target'" },
    { args: ['strip', 'a', 'b'], error: "too many arguments for 'strip'" },
  ])('exits with 2 for $args', async ({ args, error, hint }) => {
    const { status, stdout, stderr } = await pageseal(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`pageseal: error: ${error}`);
    if (hint !== undefined) expect(stderr).toContain(`pageseal: hint: ${hint}\n`);
  });

  it('exits with 2 and shows its help when it is told nothing', async () => {
    const { status, stdout, stderr } = await pageseal([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: /);
  });

  it('ends quietly when nobody reads its output', async () => {
    const child = start(['--help']);
    child.stdout?.destroy();
    expect(await finish(child)).toMatchObject({ status: 1, stderr: '' });
  });
});

describe('exitStatus()', () => {
  it.each([
    { error: new IntegrityError('ERR_SIGNATURE', ''), status: 3 },
    { error: new ProtocolError('ERR_FRAME', ''), status: 3 },
    { error: new FreshnessError('ERR_EXPIRED', ''), status: 4 },
    { error: new TransportError('ERR_CONNECT', ''), status: 1 },
    { error: new RequestError('BUSY', ''), status: 1 },
    { error: new PathError('ERR_NOT_FOUND', ''), status: 1 },
    { error: new KeyError('ERR_KEY', ''), status: 1 },
    { error: new StoreError('ERR_STORE', ''), status: 1 },
    { error: new UsageError(''), status: 2 },
    { error: new Interruption('', 130), status: 130 },
    { error: new RangeError(''), status: 1 },
    { error: 'no error at all', status: 1 },
  ])('is $status for $error.name', ({ error, status }) => {
    expect(exitStatus(error)).toBe(status);
  });
});

describe('reportError()', () => {
  it('escapes what a server or a file system put into a message', () => {
    const { io, errors } = silentIo();
    reportError(io, new RequestError('INTERNAL', 'a\x1b[2Jb\nc\u202e'));
    expect(errors()).toBe('pageseal: error: a\\x1b[2Jb\\x0ac\\u{202e} (ERR_REMOTE_INTERNAL)\n');
  });

  it('shows where a fault of the program itself is', () => {
    const { io, errors } = silentIo();
    reportError(io, new TypeError('not a function'));
    expect(errors()).toMatch(/^pageseal: error: internal fault: TypeError: not a function \| at /);
  });
});
