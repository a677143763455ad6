export type { Descriptor, ObjectType } from '../common/descriptor.ts';
export type { Entry, Mtime, ObjectEntry, SymlinkEntry } from '../common/directory.ts';
export {
  BundleError,
  FreshnessError,
  IntegrityError,
  KeyError,
  PagesealError,
  PathError,
  PolicyError,
  ProtocolError,
  RequestError,
  StaleError,
  TransportError,
} from '../common/errors.ts';
export type { ContradictingStatement, Evidence } from '../common/evidence.ts';
export { encodeEvidence, verifyEvidence } from '../common/evidence.ts';
export { parseVerifierKey, type VerifierKey, verifierKeyFromSpki } from '../common/signature.ts';
export type { Statement } from '../common/statement.ts';
export { type AcceptedStatement, acceptStatement } from './accept.ts';
export { Acceptor } from './acceptor.ts';
export { type CacheSizes, VerifiedCache } from './cache.ts';
export type { PageRange } from './changed-pages.ts';
export type { Answer, AnswerType, Ask, Channel, ServerChannel, WatchListener } from './channel.ts';
export { type ConnectOptions, connect, originOf } from './connect.ts';
export { type Anchor, describe } from './describe.ts';
export {
  type DiagnosticContext,
  type Diagnostics,
  decodeDiagnostics,
  encodeDiagnostics,
} from './diagnostics.ts';
export type { Change } from './diff-entries.ts';
export type { DurableCache, KeptObject, Place } from './durable-cache.ts';
export type {
  FailedAnswer,
  FailedCheck,
  FailedDirectory,
  FailedStatement,
} from './failed-check.ts';
export type { ReadOptions } from './file-pages.ts';
export type { GreetOptions } from './greet.ts';
export type { ComparedSegment, CompareOptions } from './local-comparison.ts';
export type { LocalCopy } from './local-copy.ts';
export { ObjectOpener } from './object-opener.ts';
export { connectObjects, ObjectSource, type ObjectSourceOptions } from './object-source.ts';
export type { PageRun, StreamOptions } from './page-stream.ts';
export { type AbsenceProof, type BytesProof, type Proof, verifyProof } from './proof-bundle.ts';
export type { ProofRange } from './prove.ts';
export { type LiveOptions, readLive } from './read-live.ts';
export { READ_MODES, type ReadMode } from './read-mode.ts';
export { type FileOptions, RemoteFile } from './remote-file.ts';
export { RemoteObject } from './remote-object.ts';
export { type Replay, replayDiagnostics } from './replay.ts';
export type { Found } from './resolve-path.ts';
export {
  openTransport,
  type Transport,
  type TransportEvents,
  type WebSocketFactory,
  type WebSocketLike,
} from './transport.ts';
export { AUDITABLE_RULES, type AuditableRule, checkTrust, type Trust } from './trust.ts';
export type { Verdict } from './verdict.ts';
export { verifyRoot } from './verify-root.ts';
export {
  type RememberedVersion,
  TransientVersions,
  type VersionMemory,
} from './version-memory.ts';
export { type SymlinkPolicy, Volume } from './volume.ts';
