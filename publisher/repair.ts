import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import type { Statement } from '../common/statement.ts';
import { CONTENTS, PACKS, type StoreConfig, VERSIONS } from '../common/store/layout.ts';
import { Exclusion } from './exclusion.ts';
import { defaultWorkers, HashThreads } from './hash-threads.ts';
import { Pace } from './pace.ts';
import { LostDirectories } from './repair/lost-directories.ts';
import { Rebuilder } from './repair/rebuilder.ts';
import { type Loss, VersionRepair } from './repair/repair-version.ts';
import { StoredObjects } from './repair/stored-objects.ts';
import { retainedVersions } from './retained-versions.ts';
import type { FileHashing } from './root-of-file.ts';
import { readStatement, statedVersions } from './statement-series.ts';
import { readConfig, tidyStore } from './store-folder.ts';
import { underLock } from './store-lock.ts';
import { VersionWriter } from './version-writer.ts';

/** How far repairing has come. */
export interface RepairProgress {
  readonly version: number;
  /** Distinct objects of this version so far. */
  readonly objects: number;
  /** How many objects there may be. */
  readonly total: number;
  /** Bytes of contents read so far, of all versions. */
  readonly bytes: number;
}

/** What is repaired, how it was sealed, and who is told. */
export interface RepairOptions {
  /** The version to repair; all that are retained unless given. */
  readonly version?: number;
  /** What was left out when the versions were sealed, in the syntax of `.gitignore`. */
  readonly exclude?: readonly string[];
  readonly onLoss?: (loss: Loss) => void;
  /** Called as soon as a version is done. */
  readonly onVersion?: (version: RepairedVersion) => void;
  /** Gives up; versions that are done stay repaired. */
  readonly signal?: AbortSignal;
  /** Called some twenty times a second. */
  readonly onProgress?: (progress: RepairProgress) => void;
}

/** What became of one version. */
export interface RepairedVersion {
  readonly version: number;
  readonly objects: number;
  /** Objects that were rebuilt, copied again, or found in another version. */
  readonly rebuilt: number;
  /** Paths that are lost, each of which `onLoss` was told. */
  readonly losses: number;
  /** Whether what the store says of the version was replaced; of a whole version it is not. */
  readonly replaced: boolean;
}

/**
 * Rebuilds what of a store's versions is damaged or missing, bit for bit, from its data.
 *
 * What each version holds follows from the root that its statement names; the signatures are not
 * checked. A tree that leads to its root is right, and its file is then not read; so is a directory's
 * bytes. Anything else is rebuilt from the file in place, or from its copy, and only if that leads to
 * the root; a copy that is not right is made again. Statements are never written.
 *
 * @returns What became of each version, the oldest first.
 * @throws {StoreError} `ERR_STORE` if the folder is no store or has no such version,
 *   `ERR_STORE_LOCKED` if another process changes it, `ERR_STORE_DAMAGED` if a statement is not what a
 *   publisher wrote; versions before it are repaired.
 */
export async function repair(
  store: string,
  options: RepairOptions = {},
): Promise<readonly RepairedVersion[]> {
  options.signal?.throwIfAborted();
  const config = readConfig(store);
  if (config === undefined) throw new StoreError('ERR_STORE', `${quote(store)} is no store`);
  return await underLock(store, (folder) => repairLocked(folder, config, options));
}

async function repairLocked(
  store: string,
  config: StoreConfig,
  options: RepairOptions,
): Promise<readonly RepairedVersion[]> {
  for (const name of [VERSIONS, PACKS, CONTENTS]) mkdirSync(join(store, name), { recursive: true });
  const versions = options.version === undefined ? versionsOf(store) : [options.version];
  const tools = new RepairRun(store, config, options);
  const repaired: RepairedVersion[] = [];
  try {
    for (const version of versions) {
      const { statement } = readStatement(store, version);
      const done = await tools.repair(statement);
      options.onVersion?.(done);
      repaired.push(done);
    }
  } finally {
    await tools.close();
  }
  // Every list of packs is right now, so what none of them names is not needed.
  if (options.version === undefined) tidyStore(store);
  return repaired;
}

/** Lists the versions to repair, the oldest first: the newest has lost its folder if it has none. */
function versionsOf(store: string): readonly number[] {
  const retained = retainedVersions(store);
  const newest = statedVersions(store).slice(0, 1);
  return [...new Set([...newest, ...retained])].sort((a, b) => a - b);
}

/** Large enough that waking a thread of the pool for each costs little; whole pages of any size. */
const CHUNK_LENGTH = 2 * 1024 * 1024;

/** What the repairs of several versions share. */
class RepairRun {
  readonly #store: string;
  readonly #config: StoreConfig;
  readonly #options: RepairOptions;
  readonly #buffers = [new Uint8Array(CHUNK_LENGTH), new Uint8Array(CHUNK_LENGTH)] as const;
  readonly #threads: HashThreads | undefined;
  #bytes = 0;

  constructor(store: string, config: StoreConfig, options: RepairOptions) {
    this.#store = store;
    this.#config = config;
    this.#options = options;
    const workers = defaultWorkers();
    this.#threads = workers > 1 ? new HashThreads(workers - 1) : undefined;
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }

  async repair(statement: Statement): Promise<RepairedVersion> {
    const { version } = statement;
    const { signal, onProgress, exclude = [], onLoss = () => undefined } = this.#options;
    const others = retainedVersions(this.#store).filter((other) => other !== version);
    const stored = new StoredObjects(this.#store, version, others);
    const writer = new VersionWriter(this.#store, version);
    const report = () => {
      const { objects } = run;
      const total = Math.max(objects, stored.count);
      onProgress?.({ version, objects, total, bytes: this.#bytes });
    };
    const pace = new Pace(signal, report);
    const breathe = async () => {
      if (pace.due()) await pace.pause();
    };
    const lost = new LostDirectories({
      version,
      signal,
      store: this.#store,
      source: this.#config.source,
      exclusion: await Exclusion.of(exclude),
      settings: () => stored.fileSettings(),
      onProgress: report,
    });
    const hashing: FileHashing = {
      threads: this.#threads,
      buffers: this.#buffers,
      onHashed: async (length) => {
        this.#bytes += length;
        await breathe();
      },
    };
    const rebuilder = new Rebuilder(this.#store, this.#config, writer.pack, hashing);
    const { copies } = this.#config;
    const run: VersionRepair = new VersionRepair(statement, {
      stored,
      rebuilder,
      lost,
      writer,
      copies,
      breathe,
      onLoss,
    });
    try {
      await run.run();
      const { objects, rebuilt, losses } = run;
      await rebuilder.finish();
      await writer.finish(pace);
      const replaced = await writer.replace(rebuilt > 0);
      return { version, objects, rebuilt, losses, replaced };
    } finally {
      lost.close();
      writer.close();
      stored.close();
    }
  }
}
