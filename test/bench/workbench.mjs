import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const PAGESEAL = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const KEY_NAME = 'bench';

/** A folder with the file that is read and with the stores that seal it; gone when this process is. */
export class Workbench {
  size;
  samples;
  /** On a memory file system, or the disk is what is measured. */
  folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pageseal-bench-'));
  /** Random bytes. */
  file = join(this.folder, 'file');
  /** The verifier key of the stores. */
  key = join(this.folder, 'vkey');
  /** Of the programs that were found, by name; `undefined` for others. */
  versions = {};
  #stores = new Map();

  constructor({ size, samples }) {
    this.size = size;
    this.samples = samples;
    process.on('exit', () => rmSync(this.folder, { recursive: true, maxRetries: 3 }));
    writeRandom(this.file, size);
    writeFileSync(this.key, pageseal('keygen', this.#privateKey, '--name', KEY_NAME));
  }

  /** Returns a store of the file, by itself, with pages of a size. */
  storeOf(pageSize) {
    return this.#store(`bench/${pageSize}`, this.file, pageSize);
  }

  /** Returns a store in which the file has a path two directories deep. */
  deepStore() {
    const tree = join(this.folder, 'tree');
    const fileInside = 'one/two/file';
    if (!existsSync(tree)) {
      mkdirSync(join(tree, 'one/two'), { recursive: true });
      linkSync(this.file, join(tree, fileInside));
    }
    return { ...this.#store('bench/tree', tree, 4096), fileInside };
  }

  /** What a reader is to know of a store that a server has. */
  at({ origin }, port, host = '127.0.0.1') {
    return { address: `${host}:${port}`, origin, key: this.key };
  }

  #store(origin, source, pageSize) {
    const store = this.#stores.get(origin) ?? this.seal(origin, source, pageSize);
    this.#stores.set(origin, store);
    return store;
  }

  /** Seals what is new of a source; returns its store. */
  seal(origin, source, pageSize) {
    const path = join(this.folder, `${origin.replace('/', '-')}.store`);
    const signer = ['--key', this.#privateKey, '--key-name', KEY_NAME];
    pageseal('seal', source, path, '--origin', origin, '--page-size', `${pageSize}`, ...signer);
    return { path, origin };
  }

  get #privateKey() {
    return join(this.folder, 'key.pem');
  }
}

function writeRandom(path, size) {
  const chunk = Buffer.alloc(2 ** 20);
  const fd = openSync(path, 'w');
  for (let at = 0; at < size; at += chunk.length) {
    writeSync(fd, randomFillSync(chunk), 0, Math.min(chunk.length, size - at));
  }
  closeSync(fd);
}

function pageseal(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PAGESEAL, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
