import { type AcceptedStatement, acceptAgain, acceptStatement, underRule } from './accept.ts';
import { checkAge } from './freshness.ts';
import type { Trust } from './trust.ts';
import { type Verdict, withRelaxed } from './verdict.ts';
import type { RememberedVersion, VersionMemory } from './version-memory.ts';

/** Accepts the statements of one origin: whom the reader trusts, what it remembers, and its clock. */
export class Acceptor {
  readonly trust: Trust;
  readonly #memory: VersionMemory;
  readonly #now: () => number;

  /**
   * @param trust - Must make sense, as `checkTrust` tells.
   * @param now - Milliseconds since 1970.
   */
  constructor(trust: Trust, memory: VersionMemory, now: () => number) {
    this.trust = trust;
    this.#memory = memory;
    this.#now = now;
  }

  /**
   * Judges a statement that a server sent; nothing is remembered yet.
   *
   * @param note - Attacker-controlled; not retained.
   * @throws As `acceptStatement`.
   * @throws {PolicyError} `ERR_STATE` or `ERR_POLICY_VERSION`, of the memory.
   */
  async judge(note: Uint8Array): Promise<AcceptedStatement> {
    const remembered = await this.#recall();
    return acceptStatement(note, this.trust, remembered, this.#now());
  }

  /**
   * Remembers a judged statement, once the first page of its object has been verified. Nothing of it
   * may be released before this has resolved.
   *
   * Other connections may have accepted a version meanwhile; the remembered version never sinks.
   *
   * @returns The statement, with its final verdict.
   * @throws {FreshnessError} `ERR_EQUIVOCATION`, `ERR_ROLLBACK` or `ERR_PREVIOUS`.
   * @throws {PolicyError} `ERR_STATE` or `ERR_POLICY_VERSION`, of the memory.
   */
  async commit(accepted: AcceptedStatement): Promise<AcceptedStatement> {
    const { origin, series = 0 } = this.trust;
    const before = await this.#recall();
    const again = before === undefined ? accepted : acceptAgain(accepted, this.trust, before);
    if (before !== undefined && again.version < before.version) return again; // audited
    const highest = await this.#memory.remember(origin, series, again);
    return acceptAgain(again, this.trust, highest);
  }

  /**
   * Checks again what time can change, when a path is opened.
   *
   * @returns The verdict, with what was audited.
   * @throws {FreshnessError} `ERR_EXPIRED` or `ERR_TOO_OLD`.
   * @see SPEC.md, V6 and V27
   */
  recheck(verdict: Verdict): Verdict {
    const found = underRule(this.trust, () => checkAge(verdict.statement, this.trust, this.#now()));
    return withRelaxed(verdict, found);
  }

  #recall(): Promise<RememberedVersion | undefined> {
    const { origin, series = 0 } = this.trust;
    return this.#memory.recall(origin, series);
  }
}
