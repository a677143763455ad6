import { PagesealError } from '../common/errors.ts';
import { Failure } from './failure.ts';
import { UsageError } from './usage-error.ts';

const HINTS: Readonly<Record<string, string>> = {
  ERR_SOURCE_CHANGED: 'seal again when nothing writes to the source',
  ERR_SOURCE_SPECIAL: 'leave special files out with --skip-special or --exclude',
  ERR_SOURCE_NAME: 'rename it; names and symlink targets have to be UTF-8',
  ERR_STORE_DAMAGED: 'rebuild what can be with pageseal repair',
  ERR_STORE_LOCKED: 'wait for the other process to end',
  ERR_VERSION_EXISTS: 'another process published this version; seal again for the next one',
  ERR_CONNECT: 'check the address, and that a server there serves this origin',
  ERR_DEADLINE: 'try again, or wait longer with --deadline',
  ERR_SIGNATURE: 'this key did not sign this text; a reader asks the publisher, not the server',
  ERR_THRESHOLD: 'no trusted key, or too few, signed; check --key, --key-name and --threshold',
  ERR_ORIGIN: 'the URL ends in another origin than the statement speaks for; see --origin',
  ERR_ROLLBACK: 'this server is behind, or replays; ask another one',
  ERR_EQUIVOCATION:
    'no server can have made that; check it with pageseal evidence, ask the publisher',
  ERR_NOT_YET_VALID: 'check the clock of this machine',
  ERR_STATE: 'to start anew, without protection from rollback, move that file or folder away',
  ERR_EXPIRED: 'the publisher has to sign a newer version, or the server to fetch it',
  ERR_UNTRUSTED_ORIGIN: 'pageseal trust explain tells what the policy says of an origin',
  ERR_POLICY_VERSION: 'take the newer policy; or remove what is remembered of it',
  ERR_NOT_FILE: 'list a directory with pageseal ls, copy it with pageseal get -r',
  ERR_NOT_DIRECTORY: 'print a file with pageseal cat, copy it with pageseal get',
  ERR_SYMLINK: 'take symlinks as they are with --symlinks verbatim',
  ERR_REMOTE_CHANGED: 'the publisher has to seal again, or restore what was sealed',
  ERR_REMOTE_UNKNOWN_OBJECT: 'the server may be behind; try again, or another server',
  ERR_REMOTE_GONE: 'the server does not keep this version; ask for a newer one, or another server',
  ERR_STALE: 'the volume has changed meanwhile; start again to read its newest version',
  ERR_REMOTE_BUSY: 'try again later',
};

/** Returns what a user can do about an error; `undefined` if nothing better than its message is known. */
export function hintFor(error: unknown): string | undefined {
  if (error instanceof UsageError || error instanceof Failure) return error.hint;
  return error instanceof PagesealError ? HINTS[error.code] : undefined;
}
