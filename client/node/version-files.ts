import { join, resolve } from 'node:path';
import { toHex } from '../../common/bytes.ts';
import { encodeEvidence } from '../../common/evidence.ts';
import { digest } from '../../common/hash.ts';
import { checkNotLowered, type RememberedVersion, type VersionMemory } from '../version-memory.ts';
import { makeFolder, syncFolders, unusable } from './durable-folder.ts';
import { addFile, clean, guarded, namesIn, removeBelow, versionsIn } from './state-files.ts';
import { encodeVersion, readVersion } from './stored-version.ts';

const SERIES = /^(?:0|[1-9][0-9]{0,15})$/;
/** How often a listing may be overtaken by clients that remember higher versions. */
const MAX_LISTINGS = 100;

/**
 * Remembers versions in files, for all processes that use the same folder, without a lock.
 *
 * `versions/ORIGIN/SERIES/VERSION` in the folder, with `+` for each `/` of the origin, holds the note
 * of an accepted version; the highest one counts. A file appears whole, by link(2), and is never
 * changed; lower ones are removed once a higher one is on the disk. Each call blocks for as long as a
 * few fsync(2) take.
 *
 * @see SPEC.md, "Version memory"
 */
export class VersionFiles implements VersionMemory {
  readonly #folder: string;

  /** @param folder - As of `stateFolder`; made when something is to be remembered. */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /**
   * @throws {PolicyError} `ERR_STATE` if there is something that can not be read, or is damaged;
   *   `ERR_POLICY_VERSION` if a higher series has been used.
   */
  async recall(origin: string, series: number): Promise<RememberedVersion | undefined> {
    const folder = this.#originFolder(origin);
    return guarded(folder, 'can not be read', () => {
      const used = namesIn(folder).filter((name) => SERIES.test(name));
      checkNotLowered(origin, series, Math.max(0, ...used.map(Number)));
      return highestIn(join(folder, `${series}`), origin);
    });
  }

  /**
   * @throws {PolicyError} `ERR_STATE` if the version can not be written; as `recall`.
   */
  async remember(
    origin: string,
    series: number,
    found: RememberedVersion,
  ): Promise<RememberedVersion> {
    const known = await this.recall(origin, series);
    const folder = join(this.#originFolder(origin), `${series}`);
    return guarded(folder, 'can not be written', () => {
      makeFolder(folder);
      if (known === undefined || known.version < found.version) {
        addFile(folder, `${found.version}`, encodeVersion(found.note));
      }
      const highest = highestIn(folder, origin) ?? found;
      // another client may have added it, and not have got to this yet
      syncFolders(folder, this.#folder);
      clean(() => removeBelow(folder, highest.version));
      return highest;
    });
  }

  /** @throws {PolicyError} `ERR_STATE` if it can not be written. */
  async keepEvidence(
    origin: string,
    version: number,
    notes: readonly Uint8Array[],
  ): Promise<string> {
    const folder = join(this.#folder, 'evidence');
    const bundle = encodeEvidence(notes);
    const name = `${fileName(origin)}-${version}-${toHex(digest(bundle)).slice(0, 16)}`;
    return guarded(folder, 'can not be written', () => {
      makeFolder(folder);
      addFile(folder, name, bundle);
      syncFolders(folder, this.#folder);
      return join(folder, name);
    });
  }

  #originFolder(origin: string): string {
    return join(this.#folder, 'versions', fileName(origin));
  }
}

/** Names a file or folder for an origin; `+` can not occur in one, and the length stays the same. */
function fileName(origin: string): string {
  return origin.replaceAll('/', '+');
}

function highestIn(folder: string, origin: string): RememberedVersion | undefined {
  for (let listings = 0; listings < MAX_LISTINGS; listings += 1) {
    const versions = versionsIn(folder);
    if (versions.length === 0) return undefined;
    const version = Math.max(...versions);
    const found = readVersion(join(folder, `${version}`), origin, version);
    if (found !== undefined) return found; // else removed, since there is a higher one by now
  }
  throw unusable(folder, 'changes all the time');
}
