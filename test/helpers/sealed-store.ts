import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type SealOptions, type SealResult, seal } from '../../publisher/index.ts';
import { createLog } from '../../server/log.ts';
import { ISSUED, ORIGIN, signer } from './memory-volume.ts';

/** A source and its store in a temporary folder. */
export class SealedStore implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pageseal-test-'));
  readonly source: string = join(this.#folder, 'source');
  readonly path: string = join(this.#folder, 'store');

  constructor() {
    mkdirSync(this.source);
  }

  write(name: string, data: Uint8Array): string {
    const path = join(this.source, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
    return path;
  }

  /** Seals the source as the next version, signed by `signer`. */
  seal(options: SealOptions = {}): Promise<SealResult> {
    return seal(this.source, this.path, {
      origin: ORIGIN,
      key: signer.signing,
      issued: ISSUED,
      pageSize: 1024,
      ...options,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A sealed directory of these files. */
export async function sealedStore(
  files: Readonly<Record<string, Uint8Array>>,
  options: SealOptions = {},
): Promise<SealedStore> {
  const store = new SealedStore();
  for (const [name, data] of Object.entries(files)) store.write(name, data);
  await store.seal(options);
  return store;
}

/** A log that goes nowhere, or to `lines`. */
export function silentLog(lines: string[] = []): ReturnType<typeof createLog> {
  return createLog({ write: (line) => lines.push(line) });
}
