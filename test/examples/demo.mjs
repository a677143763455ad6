// The main job, start to end, with the real program: seal, serve, list, read, copy out, compare, and
// refuse a corrupted byte. Ends with status 1 if any of it does not go as it should.
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PAGESEAL = join(REPOSITORY, 'dist/cli/main.js');
const ORIGIN = 'demo.example/tree';
const INTEGRITY = 3;

const folder = mkdtempSync(join(tmpdir(), 'pageseal-demo-'));
let server;
try {
  makeTree();
  const key = run('keygen key.pem --name demo.example/tree').trim();
  run('seal tree tree.store --origin demo.example/tree --key key.pem');
  run(`verify tree.store --key ${key}`);
  server = await serve('tree.store');
  const url = `ws://127.0.0.1:${server.port}/${ORIGIN}`;
  run(`ls -l ${url} --key ${key}`);
  run(`ls -l ${url} node_modules/.bin --key ${key}`, { head: 4 });
  run(`cat ${url} node_modules/ws/package.json --range 0-99 --key ${key}`);
  run(`stat ${url} big.bin --key ${key}`);
  run(`get -r ${url} -o copy --key ${key}`);
  compare('tree', 'copy');
  corrupt('tree.store/packs/1/directories');
  run(`cat ${url} big.bin --range 0-4095 --key ${key}`, { status: INTEGRITY });
  say('refused, and not one byte came out');
} catch (error) {
  process.exitCode = 1;
  console.error(`\ndemo: error: ${error.message}`);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The installed packages, thousands of files with symlinks among them, and a file of 64 MiB. */
function makeTree() {
  say('make a tree: the installed node_modules and a file of 64 MiB');
  mkdirSync(join(folder, 'tree'));
  const from = join(REPOSITORY, 'node_modules');
  cpSync(from, join(folder, 'tree/node_modules'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(folder, 'tree/big.bin'), randomFillSync(Buffer.alloc(64 * 2 ** 20)));
}

/** Runs the program, shows what it prints, and insists on its exit status. */
function run(line, { status = 0, head = 12 } = {}) {
  console.log(`\n$ pageseal ${line}`);
  const xdg = { XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') };
  const env = { ...process.env, ...xdg };
  const options = { cwd: folder, encoding: 'utf8', env };
  const found = spawnSync(process.execPath, [PAGESEAL, ...line.split(' ')], options);
  const lines = found.stdout.trimEnd().split('\n');
  console.log(lines.slice(0, head).join('\n'));
  if (lines.length > head) console.log(`... ${lines.length - head} lines more`);
  if (found.stderr !== '') console.log(found.stderr.trimEnd());
  if (found.status !== status) throw new Error(`exit status ${found.status}, want ${status}`);
  if (status !== 0 && found.stdout !== '') throw new Error('unproven bytes were printed');
  return found.stdout;
}

/** Starts `pageseal serve` on a free port, and waits until it listens. */
async function serve(...args) {
  console.log(`\n$ pageseal serve ${args.join(' ')} --listen 127.0.0.1:0 &`);
  const child = spawn(process.execPath, [PAGESEAL, 'serve', ...args, '--listen', '127.0.0.1:0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, port } = JSON.parse(line);
    if (event !== 'listening') continue;
    child.stdout.resume();
    return { port, stop: () => stop(child) };
  }
  throw new Error('server did not start');
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [status] = await exit;
  if (status !== 0) throw new Error(`server ended with ${status}`);
}

function compare(one, other) {
  console.log(`\n$ diff -r --no-dereference ${one} ${other}`);
  const { status, stdout } = spawnSync('diff', ['-r', '--no-dereference', one, other], {
    cwd: folder,
    encoding: 'utf8',
  });
  console.log(status === 0 ? 'no difference' : stdout);
  if (status !== 0) throw new Error('the copy differs');
}

/** Flips one bit of a file's last byte. */
function corrupt(path) {
  say(`flip one bit in ${path}, where the root directory stands last`);
  const fd = openSync(join(folder, path), 'r+');
  const at = fstatSync(fd).size - 1;
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] ^= 1;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}

function say(what) {
  console.log(`\n# ${what}`);
}
