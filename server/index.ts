export { LocalStore, type LocalStoreOptions } from './local-store.ts';
export { createLog } from './log.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
export { DEFAULT_LIMITS, type Peer, Session, type SessionLimits } from './session.ts';
export type { StoredObject } from './stored-object.ts';
export { listVersions, readStatement } from './stored-statements.ts';
export {
  type MaybePromise,
  type ServedObject,
  type ServedVolume,
  ServeError,
} from './volume.ts';
