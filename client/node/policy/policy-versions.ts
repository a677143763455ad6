import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { toHex, utf8 } from '../../../common/bytes.ts';
import { PolicyError } from '../../../common/errors.ts';
import { quote } from '../../../common/escape.ts';
import { digest } from '../../../common/hash.ts';
import { parseVersion } from '../../../common/statement.ts';
import type { Policy } from '../../policy/index.ts';

/** How often the highest version may be replaced while it is looked at. */
const MAX_TRIES = 16;

/**
 * The highest version of each trust policy that was used; several readers may share the folder.
 *
 * Every version that is new is a file of its own, made by link(2): a reader sees it whole or not at
 * all, nothing is ever overwritten, and the highest counts, whoever wrote it.
 *
 * @see SPEC.md, V31
 */
export class PolicyVersions {
  readonly #folder: string;

  /** @param state - The reader's state folder. */
  constructor(state: string) {
    this.#folder = join(state, 'policies');
  }

  /**
   * Checks that a policy has not gone back.
   *
   * @returns The highest version used before under the policy's path; 0 if none.
   * @throws {PolicyError} `ERR_POLICY_VERSION` if it has, `ERR_STATE` if that can not be told.
   */
  check({ file, version }: Policy): number {
    const folder = this.#folderOf(file);
    const highest = highestOf(folder, file);
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
  use(policy: Policy): void {
    const known = this.check(policy);
    if (policy.version === known) return;
    const folder = this.#folderOf(policy.file);
    try {
      addVersion(folder, policy);
      this.check(policy); // another reader may have used a newer one meanwhile
      for (const version of versionsIn(folder)) {
        if (version < policy.version) rmSync(join(folder, String(version)), { force: true });
      }
    } catch (cause) {
      if (cause instanceof PolicyError) throw cause;
      throw new PolicyError('ERR_STATE', `state ${quote(folder)} can not be written`, { cause });
    }
  }

  #folderOf(file: string): string {
    return join(this.#folder, toHex(digest(utf8(resolve(file)))));
  }
}

/** What a version's file holds: which policy it is of. */
function contentOf(file: string): string {
  return `${resolve(file)}\n`;
}

function highestOf(folder: string, file: string): number {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const highest = Math.max(0, ...readVersions(folder));
    if (highest === 0) return 0;
    try {
      if (readFileSync(join(folder, String(highest)), 'utf8') === contentOf(file)) return highest;
    } catch (cause) {
      if (isMissing(cause)) continue; // replaced by a higher one since
      throw new PolicyError('ERR_STATE', `state ${quote(folder)} can not be read`, { cause });
    }
    break;
  }
  throw new PolicyError('ERR_STATE', `state ${quote(folder)} is damaged, or of another policy`);
}

function readVersions(folder: string): readonly number[] {
  try {
    return versionsIn(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new PolicyError('ERR_STATE', `state ${quote(folder)} can not be read`, { cause });
  }
}

/** Lists versions; names of files that are being written start with a dot. */
function versionsIn(folder: string): readonly number[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => {
      const version = parseVersion(name);
      if (version !== undefined) return version;
      throw new PolicyError(
        'ERR_STATE',
        `state ${quote(join(folder, name))} does not belong there`,
      );
    });
}

function addVersion(folder: string, { file, version }: Policy): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}`);
  try {
    sync(temporary, 'wx', contentOf(file));
    linkSync(temporary, join(folder, String(version)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  for (const path of [folder, dirname(folder), dirname(dirname(folder))]) sync(path, 'r');
}

/** Waits until a folder, or a file with what is written to it, is on the disk. */
function sync(path: string, flags: 'r' | 'wx', content = ''): void {
  const file = openSync(path, flags, 0o600);
  try {
    if (flags === 'wx') writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
