import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { LocalStore, type LocalStoreOptions, ServeError } from '../server/index.ts';

/**
 * Opens a store to serve, check or show it.
 *
 * @throws {StoreError} `ERR_STORE` or `ERR_STORE_DAMAGED` if the folder holds no complete store.
 */
export function openStore(path: string, options: LocalStoreOptions = {}): LocalStore {
  try {
    return new LocalStore(path, options);
  } catch (cause) {
    if (!(cause instanceof ServeError)) throw cause;
    const what = `store ${quote(path)} is not complete: ${cause.message}`;
    throw new StoreError('ERR_STORE_DAMAGED', what, { cause });
  }
}
