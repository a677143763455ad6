import type { Descriptor, ObjectType } from '../common/descriptor.ts';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import type { Note } from '../common/note.ts';
import {
  formatStatement,
  formatTime,
  parseStatement,
  type Statement,
  textHash,
} from '../common/statement.ts';
import type { ChosenOptions } from './seal-options.ts';
import { newestVersion, readStatement } from './statement-series.ts';
import { readConfig } from './store-folder.ts';

/** Where in the series a statement is to stand. */
export interface Place {
  readonly origin: string;
  readonly version: number;
  readonly previous?: Uint8Array;
}

/**
 * Finds the place of the next statement.
 *
 * @throws {StoreError} `ERR_STORE` if the series can not be continued in this way.
 * @throws {KeyError} `ERR_KEY` if the key can not sign there.
 */
export async function nextPlace(
  source: string,
  store: string,
  options: ChosenOptions,
): Promise<Place> {
  const place = findPlace(source, store, options);
  const { key, keyName } = options;
  if (key !== undefined) {
    const { verifierKeyFromSpki } = await import('../common/signature.ts');
    verifierKeyFromSpki(keyName ?? place.origin, key.publicKey);
  }
  return place;
}

function findPlace(source: string, store: string, { origin, issued }: ChosenOptions): Place {
  const newest = newestVersion(store);
  if (newest === 0) {
    if (origin === undefined) throw new StoreError('ERR_STORE', 'a new store needs an origin');
    return { origin, version: 1 };
  }
  const { note, statement } = readStatement(store, newest);
  if (origin !== undefined && origin !== statement.origin) {
    const what = `store is of origin ${statement.origin}, not ${origin}`;
    throw new StoreError('ERR_STORE', what);
  }
  const sealed = readConfig(store)?.source;
  if (sealed !== source) {
    const what = `store is of source ${quote(sealed ?? '')}, not ${quote(source)}`;
    throw new StoreError('ERR_STORE', what);
  }
  if (formatTime(issued) < formatTime(statement.issued)) {
    const what = `version ${newest} was issued at ${formatTime(statement.issued)}`;
    throw new StoreError('ERR_STORE', `${what}, which is after ${formatTime(issued)}`);
  }
  return { origin: statement.origin, version: newest + 1, previous: textHash(note.text) };
}

/**
 * Writes the statement of an object, and signs it if there is a key.
 *
 * What signs is loaded when it is needed: sealing without a key starts without elliptic curves.
 */
export async function makeStatement(
  place: Place,
  type: ObjectType,
  descriptor: Descriptor,
  { issued, expires, key, keyName, signal }: ChosenOptions,
): Promise<{ readonly statement: Statement; readonly note: Note }> {
  const text = formatStatement({
    ...place,
    type,
    descriptor,
    issued,
    extensions: [],
    ...(expires === undefined ? {} : { expires }),
  });
  const statement = parseStatement(text);
  if (key === undefined) return { statement, note: { text, signatures: [] } };
  const { signText } = await import('./sign.ts');
  const signature = await signText(text, key, keyName ?? place.origin, signal);
  return { statement, note: { text, signatures: [signature] } };
}
