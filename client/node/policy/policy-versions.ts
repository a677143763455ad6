import { join, resolve } from 'node:path';
import { equalBytes, toHex, utf8 } from '../../../common/bytes.ts';
import { PolicyError } from '../../../common/errors.ts';
import { quote } from '../../../common/escape.ts';
import { digest } from '../../../common/hash.ts';
import type { TrustPolicy } from '../../policy/index.ts';
import { makeFolder, syncFolders, unusable } from '../durable-folder.ts';
import { addFile, clean, guarded, readStateFile, removeBelow, versionsIn } from '../state-files.ts';

/**
 * The highest version of each trust policy that was used; several readers may share the folder.
 *
 * `policies/HASH/VERSION` in the folder, with the hash of the policy's absolute path, holds that path
 * and LF; the highest one counts, whoever wrote it. Files appear and go as those of `VersionFiles`.
 *
 * @see SPEC.md, V31
 */
export class PolicyVersions {
  readonly #folder: string;

  /** @param folder - As of `stateFolder`. */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /**
   * Checks that a policy has not gone back.
   *
   * @returns The highest version used before under the policy's path; 0 if none.
   * @throws {PolicyError} `ERR_POLICY_VERSION` if it has, `ERR_STATE` if that can not be told.
   */
  check({ file, version }: Pick<TrustPolicy, 'file' | 'version'>): number {
    const folder = this.#folderOf(file);
    const highest = guarded(folder, 'can not be read', () => highestIn(folder, file));
    if (version >= highest) return highest;
    const found = version === 0 ? 'has no version' : `has version ${version}`;
    const what = `policy ${quote(file)} ${found}, used before: ${highest} (${quote(folder)})`;
    throw new PolicyError('ERR_POLICY_VERSION', what);
  }

  /**
   * Checks a policy as `check`, and remembers its version, durably, before it returns.
   *
   * @throws {PolicyError} As `check`, and `ERR_STATE` if nothing can be written.
   */
  use(policy: TrustPolicy): void {
    const { file, version } = policy;
    const known = this.check(policy);
    if (version === 0) return;
    const folder = this.#folderOf(file);
    guarded(folder, 'can not be written', () => {
      makeFolder(folder);
      if (version > known) addFile(folder, `${version}`, contentOf(file));
      // another reader may have added it, and not have got to this yet
      syncFolders(folder, this.#folder);
      this.check(policy); // another reader may have used a newer one meanwhile
      clean(() => removeBelow(folder, version));
    });
  }

  #folderOf(file: string): string {
    return join(this.#folder, 'policies', toHex(digest(utf8(resolve(file)))));
  }
}

/** What a version's file holds: which policy it is of. */
function contentOf(file: string): Uint8Array {
  return utf8(`${resolve(file)}\n`);
}

function highestIn(folder: string, file: string): number {
  const highest = Math.max(0, ...versionsIn(folder));
  if (highest === 0) return 0;
  const want = contentOf(file);
  const content = readStateFile(join(folder, `${highest}`), want.length);
  if (content !== undefined && equalBytes(content, want)) return highest;
  const isReplaced = content === undefined && Math.max(0, ...versionsIn(folder)) > highest;
  if (isReplaced) return highestIn(folder, file);
  throw unusable(folder, 'is damaged, or of another policy');
}
