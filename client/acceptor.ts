import { FreshnessError } from '../common/errors.ts';
import { type AcceptedStatement, acceptAgain, acceptStatement, underRule } from './accept.ts';
import { checkAge, checkOneText } from './freshness.ts';
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
   * Returns what is remembered: the highest version that was accepted.
   *
   * @throws {PolicyError} `ERR_STATE` or `ERR_POLICY_VERSION`, of the memory.
   */
  recall(): Promise<RememberedVersion | undefined> {
    const { origin, series = 0 } = this.trust;
    return this.#memory.recall(origin, series);
  }

  /**
   * Judges a statement that a server sent; nothing is remembered yet.
   *
   * @param note - Attacker-controlled; not retained.
   * @throws As `acceptStatement`.
   * @throws {PolicyError} `ERR_STATE` or `ERR_POLICY_VERSION`, of the memory.
   */
  async judge(note: Uint8Array): Promise<AcceptedStatement> {
    const remembered = await this.recall();
    const judge = () => acceptStatement(note, this.trust, remembered, this.#now());
    return this.#keepingEvidence(judge, remembered);
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
    const before = await this.recall();
    const again = before === undefined ? accepted : await this.#acceptAgain(accepted, before);
    if (before !== undefined && again.version < before.version) return again; // audited
    return this.#acceptAgain(again, await this.#memory.remember(origin, series, again));
  }

  /**
   * Checks that a statement is no other text of a version that was accepted before.
   *
   * @throws {FreshnessError} `ERR_EQUIVOCATION`, once both texts are kept, if they can be.
   * @see SPEC.md, V8
   */
  checkOneText(found: RememberedVersion, accepted: RememberedVersion): Promise<void> {
    const check = () => underRule(this.trust, () => checkOneText(found, accepted));
    return this.#keepingEvidence(check, accepted);
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

  #acceptAgain(accepted: AcceptedStatement, remembered: RememberedVersion) {
    const judge = () => acceptAgain(accepted, this.trust, remembered);
    return this.#keepingEvidence(judge, remembered);
  }

  /** Keeps two texts of one version before it reports them. */
  async #keepingEvidence<T>(judge: () => T, remembered: RememberedVersion | undefined): Promise<T> {
    try {
      return judge();
    } catch (error) {
      if (!(error instanceof FreshnessError) || error.evidence.length === 0) throw error;
      const fate = await this.#keep(remembered?.version ?? 0, error.evidence);
      if (fate !== undefined) error.message += `; ${fate}`;
      throw error;
    }
  }

  /** Has the memory keep evidence, if it can, and says what became of it. */
  async #keep(version: number, evidence: readonly Uint8Array[]): Promise<string | undefined> {
    try {
      const where = await this.#memory.keepEvidence?.(this.trust.origin, version, evidence);
      return where && `both are kept in ${where}`;
    } catch (error) {
      return `they could not be kept: ${(error as Error).message}`;
    }
  }
}
