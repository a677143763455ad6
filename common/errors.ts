/**
 * Base class of every error this project throws on purpose.
 *
 * Match on `code`, never on `message`: codes follow semantic versioning, messages do not.
 * Cancellation is never wrapped: it surfaces as the `reason` of the caller's own `AbortSignal`.
 *
 * @see SPEC.md, "Errors of the client"
 */
export abstract class PagesealError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What was received is not what was signed. Do not trust this server again. */
export class IntegrityError extends PagesealError<
  | 'ERR_NOTE'
  | 'ERR_SIGNATURE'
  | 'ERR_THRESHOLD'
  | 'ERR_STATEMENT'
  | 'ERR_ORIGIN'
  | 'ERR_DESCRIPTOR'
  | 'ERR_OBJECT_ID'
  | 'ERR_PROOF_MISMATCH'
  | 'ERR_DIRECTORY'
  | 'ERR_DEPTH'
  | 'ERR_WALK_BUDGET'
  | 'ERR_SYMLINK'
> {
  override readonly name = 'IntegrityError';
}

/** The peer broke a MUST of SPEC.md. Do not trust this server again. */
export class ProtocolError extends PagesealError<
  | 'ERR_WELCOME'
  | 'ERR_FRAME'
  | 'ERR_UNEXPECTED_ANSWER'
  | 'ERR_DATA_LENGTH'
  | 'ERR_PROOF_LENGTH'
  | 'ERR_STEPS'
> {
  override readonly name = 'ProtocolError';
}

/** Something signed, but stale, expired, revoked, or contradicted by what was accepted before. */
export class FreshnessError extends PagesealError<
  | 'ERR_EXPIRED'
  | 'ERR_ROLLBACK'
  | 'ERR_EQUIVOCATION'
  | 'ERR_PREVIOUS'
  | 'ERR_NOT_YET_VALID'
  | 'ERR_TOO_OLD'
  | 'ERR_MIN_VERSION'
  | 'ERR_REVOKED'
> {
  override readonly name = 'FreshnessError';
  /** The notes that contradict each other, the remembered one first; only for `ERR_EQUIVOCATION`. */
  readonly evidence: readonly Uint8Array[];

  constructor(
    code: FreshnessError['code'],
    message: string,
    options: ErrorOptions & { evidence?: readonly Uint8Array[] } = {},
  ) {
    super(code, message, options);
    this.evidence = options.evidence ?? [];
  }
}

/** The connection could not be made, ended, or stayed silent. Retrying is safe. */
export class TransportError extends PagesealError<
  'ERR_CONNECT' | 'ERR_CONNECTION' | 'ERR_DEADLINE'
> {
  override readonly name = 'TransportError';
}

/** An open file whose version the server no longer has; opening it again may find a newer one. */
export class StaleError extends PagesealError<'ERR_STALE'> {
  override readonly name = 'StaleError';
}

/** Codes a server may report, by their numbers on the wire; see SPEC.md, "Errors of the server". */
export const REMOTE_CODES = [
  'INTERNAL',
  'UNKNOWN_OBJECT',
  'BAD_REQUEST',
  'TOO_LARGE',
  'BUSY',
  'CHANGED',
  'GONE',
  'STORAGE',
  'CANCELLED',
] as const;

/** One of `REMOTE_CODES`. */
export type RemoteCode = (typeof REMOTE_CODES)[number];

/** The server reported a refusal. That is a claim, and proves nothing about the volume. */
export class RequestError extends PagesealError<`ERR_REMOTE_${RemoteCode}`> {
  override readonly name = 'RequestError';
  /** Milliseconds after which the server suggests to try again; 0 if it said nothing. */
  readonly retryAfterMs: number;

  constructor(code: RemoteCode, message: string, retryAfterMs = 0) {
    super(`ERR_REMOTE_${code}`, message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The verified volume is not as the caller's path supposes. This is proven, not claimed. */
export class PathError extends PagesealError<
  'ERR_NOT_FOUND' | 'ERR_NOT_DIRECTORY' | 'ERR_NOT_FILE' | 'ERR_NOT_SYMLINK' | 'ERR_SYMLINK_LOOP'
> {
  override readonly name = 'PathError';
}

/** The reader's own trust policy or version memory can not be used, or forbids the read. */
export class PolicyError extends PagesealError<
  'ERR_POLICY' | 'ERR_POLICY_VERSION' | 'ERR_UNTRUSTED_ORIGIN' | 'ERR_STATE'
> {
  override readonly name = 'PolicyError';
}

/** A file that was brought here to be checked offline is not what its kind must be. */
export class BundleError extends PagesealError<'ERR_BUNDLE' | 'ERR_EVIDENCE' | 'ERR_DIGEST_LIST'> {
  override readonly name = 'BundleError';
}

/** A key that was given to us can not be used. */
export class KeyError extends PagesealError<'ERR_KEY'> {
  override readonly name = 'KeyError';
}

/** Sealing, signing or reading a store failed; nothing new was published. */
export class StoreError extends PagesealError<
  | 'ERR_STORE'
  | 'ERR_STORE_LOCKED'
  | 'ERR_STORE_DAMAGED'
  | 'ERR_SOURCE_CHANGED'
  | 'ERR_SOURCE_UNREADABLE'
  | 'ERR_SOURCE_SPECIAL'
  | 'ERR_SOURCE_NAME'
  | 'ERR_SOURCE_LIMIT'
  | 'ERR_VERSION_EXISTS'
> {
  override readonly name = 'StoreError';
}
