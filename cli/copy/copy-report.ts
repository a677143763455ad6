import { IntegrityError, PagesealError, RequestError, StaleError } from '../../common/errors.ts';
import { quote } from '../../common/escape.ts';
import { errnoOf } from '../../publisher/system-error.ts';
import { EXIT_DONE, exitStatus } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { hintFor } from '../hints.ts';
import type { Io } from '../io.ts';
import { formatSize, type Progress, startProgress } from '../progress.ts';
import { describeError, reportError } from '../report.ts';

/** System errors that the next file would meet, too. */
const GENERAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Counts what a copy has done, shows it while it goes on, and reports what could not be copied. */
export class CopyReport {
  files = 0;
  directories = 0;
  symlinks = 0;
  bytes = 0;
  fetchedBytes = 0;
  failures = 0;
  /** The gravest of what was reported. */
  worstStatus: number = EXIT_DONE;
  readonly #io: Io;
  readonly #progress: Progress;
  #foundBytes = 0;

  private constructor(io: Io, progress: Progress) {
    this.#io = io;
    this.#progress = progress;
  }

  /** Starts a report, and its bar on a terminal. */
  static async start(io: Io): Promise<CopyReport> {
    return new CopyReport(io, await startProgress(io, 'copying'));
  }

  /** Adds a file that is to be copied. */
  found(size: number): void {
    this.#foundBytes += size;
    this.#show();
  }

  readonly onRun = (length: number, fetched: boolean): void => {
    this.bytes += length;
    if (fetched) this.fetchedBytes += length;
    this.#show();
  };

  /**
   * Reports that something could not be copied, if the rest can be.
   *
   * @throws {Failure} If it can not; it names the path.
   */
  failed(path: string, error: unknown): void {
    if (!isParticular(error)) throw located(path, error);
    this.#progress.stop();
    reportError(this.#io, error, path);
    this.failures += 1;
    this.worstStatus = Math.max(this.worstStatus, exitStatus(error));
  }

  /** Forgets what was copied of a file that is copied again from the start. */
  restart(): void {
    this.bytes = 0;
    this.fetchedBytes = 0;
    this.#foundBytes = 0;
  }

  stop(): void {
    this.#progress.stop();
  }

  #show(): void {
    const detail = `${this.files} files, ${formatSize(this.bytes)}`;
    this.#progress.update(this.bytes, this.#foundBytes, detail);
  }
}

/** Tells whether an error concerns one file alone. */
function isParticular(error: unknown): boolean {
  const classes = [Failure, RequestError, StaleError];
  if (classes.some((known) => error instanceof known)) return true;
  if (error instanceof IntegrityError) return error.code === 'ERR_SYMLINK';
  const errno = errnoOf(error);
  return errno !== undefined && !GENERAL.has(errno);
}

function located(path: string, error: unknown): unknown {
  if (!(error instanceof PagesealError)) return error;
  const hint = hintFor(error);
  const message = `${quote(path)}: ${describeError(error)}`;
  const options = { cause: error, ...(hint === undefined ? {} : { hint }) };
  return new Failure(exitStatus(error), message, options);
}
