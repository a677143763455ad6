import { statSync } from 'node:fs';
import { type Descriptor, encodeDescriptor, objectId } from '../../common/descriptor.ts';
import { StoreError } from '../../common/errors.ts';
import type { Exclusion } from '../exclusion.ts';
import { ObjectTable } from '../object-table.ts';
import type { NewRecord } from '../pack-writer.ts';
import { sealDirectory } from '../seal-directory.ts';
import { Sealing } from '../sealing.ts';
import { VersionWriter } from '../version-writer.ts';
import { type Fault, faultAt } from './hash-file.ts';
import type { FileSettings } from './stored-objects.ts';
import type { ReadObject } from './walk-version.ts';

/** Which version has lost directories, and what they are sealed from and like. */
export interface LostDirectoriesOptions {
  readonly store: string;
  readonly source: string;
  readonly version: number;
  /** What was left out when the version was sealed. */
  readonly exclusion: Exclusion | undefined;
  /** Settings to try, the likeliest first. */
  readonly settings: () => readonly FileSettings[];
  readonly signal: AbortSignal | undefined;
  readonly onProgress: () => void;
}

/**
 * Encodes directories again from the source: sealed in the same way, a directory that is as it was has
 * the same bytes.
 *
 * What is sealed is only looked at, and removed in the end.
 */
export class LostDirectories {
  readonly #options: LostDirectoriesOptions;
  #scratch: ScratchWriter | undefined;
  #settings: readonly FileSettings[] | undefined;

  constructor(options: LostDirectoriesOptions) {
    this.#options = options;
  }

  /** Finds a directory's bytes, if what is at `path` now leads to them. */
  async find(descriptor: Descriptor, path: string): Promise<ReadObject | Fault> {
    const id = objectId(encodeDescriptor(descriptor));
    const known = this.#scratch?.reader(id);
    if (known !== undefined) return known;
    let fault: Fault = 'changed';
    for (const settings of this.#candidates()) {
      for (const mtime of [false, true]) {
        const failure = await this.#seal(path, settings, mtime);
        const read = this.#scratch?.reader(id);
        if (read !== undefined) return read;
        if (failure === undefined) continue;
        fault = failure;
      }
    }
    return fault;
  }

  close(): void {
    this.#scratch?.close();
  }

  #candidates(): readonly FileSettings[] {
    this.#settings ??= this.#options.settings();
    return this.#settings;
  }

  /** Seals a directory into the scratch; says why that can not be done. */
  async #seal(path: string, settings: FileSettings, mtime: boolean): Promise<Fault | undefined> {
    const { store, source, version, exclusion, signal, onProgress } = this.#options;
    this.#scratch ??= new ScratchWriter(store, version);
    const sealing = new Sealing({
      ...settings,
      source,
      mtime,
      exclusion,
      signal,
      onProgress,
      store: statSync(store, { bigint: true }),
      writer: this.#scratch,
      skipSpecial: true,
      previous: undefined,
      copies: undefined,
      threads: undefined,
      rehash: true,
    });
    try {
      await sealDirectory(sealing, path);
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const fault = faultAt(sealing.absolute(path));
      if (fault !== 'changed') return fault;
      return error.code === 'ERR_SOURCE_UNREADABLE' ? 'unreadable' : 'changed';
    }
  }
}

/** A version that is never published, and that tells where its directories are. */
class ScratchWriter extends VersionWriter {
  readonly #table = new ObjectTable();
  /** Byte of the pack's `directories` at which each starts. */
  readonly #offsets: number[] = [];

  override add(record: NewRecord): Uint8Array {
    if (record.content.kind === 'directory') {
      const number = this.#table.add(objectId(encodeDescriptor(record.descriptor)));
      this.#offsets[number] ??= record.content.offset;
    }
    return super.add(record);
  }

  reader(id: Uint8Array): ReadObject | undefined {
    const number = this.#table.find(id);
    const offset = number === undefined ? undefined : this.#offsets[number];
    if (offset === undefined) return undefined;
    return (at, into) => this.pack.directories.read(into, offset + at);
  }
}
