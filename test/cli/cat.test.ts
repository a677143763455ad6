import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCat } from '../../cli/cat.ts';
import { exitStatus } from '../../cli/exit-status.ts';
import { reportError } from '../../cli/report.ts';
import { noise } from '../helpers/bytes.ts';
import { memoryIo } from '../helpers/memory-io.ts';
import { makeScene, type Scene, type Serving, serving } from '../helpers/scene.ts';

const BYTES = noise(1_000_000);

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  scene = await makeScene({ 'noise.bin': BYTES, text: 'text\n', 'late.bin': 'text\0' });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

async function cat(args: readonly string[], options: { readonly isTTY?: boolean } = {}) {
  const io = memoryIo({ ...options, stateHome: scene.folder });
  const program = new Command();
  addCat(program, io);
  const ended = program.parseAsync(['cat', server.url(), ...scene.trust, ...args], {
    from: 'user',
  });
  const status = await ended.then(
    () => 0,
    (error: unknown) => {
      reportError(io, error);
      return exitStatus(error);
    },
  );
  return { status, output: io.output(), errors: io.errors() };
}

describe('pageseal cat', () => {
  test.each([
    { range: '0-0', start: 0, end: 1 },
    { range: '4095-4096', start: 4095, end: 4097 },
    { range: '262143-262144', start: 262_143, end: 262_145 }, // across two runs
    { range: '1-999998', start: 1, end: 999_999 },
    { range: '999999-', start: 999_999, end: 1_000_000 },
    { range: '999999-5000000', start: 999_999, end: 1_000_000 },
    { range: '-1', start: 999_999, end: 1_000_000 },
    { range: '-577', start: 999_423, end: 1_000_000 }, // just more than the last page
    { range: '-2000000', start: 0, end: 1_000_000 },
  ])('prints bytes $range', async ({ range, start, end }) => {
    const { status, output } = await cat(['noise.bin', `--range=${range}`]);
    expect(status).toBe(0);
    expect(Buffer.compare(output, BYTES.subarray(start, end))).toBe(0);
  });

  test('refuses to send binary to a terminal, with a hint', async () => {
    const { status, output, errors } = await cat(['late.bin'], { isTTY: true });
    expect([status, output.length]).toEqual([2, 0]);
    expect(errors).toMatch(/binary.*\npageseal: hint: .*pageseal get/);
  });

  test('prints text on a terminal, and the text part of a binary file', async () => {
    expect((await cat(['text'], { isTTY: true })).output).toHaveLength(5);
    expect((await cat(['late.bin', '--range', '0-3'], { isTTY: true })).output).toHaveLength(4);
  });
});
