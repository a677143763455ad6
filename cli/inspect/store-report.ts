import { statSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../common/escape.ts';
import { formatTime } from '../../common/statement.ts';
import {
  DIRECTORIES,
  INDEX,
  PATHS,
  RECORD_LENGTH,
  TREES,
  VERSIONS,
} from '../../common/store/layout.ts';
import { type LocalStore, listVersions, readStatement } from '../../server/index.ts';
import type { Field } from '../fields.ts';
import { formatSize } from '../progress.ts';

/** What a store holds of one version. */
export interface VersionReport {
  readonly version: number;
  readonly issued: string;
  readonly expires: string | null;
  readonly signatures: number;
  /** Absent if only the statement is left. */
  readonly holds?: {
    /** Objects that this version added. */
    readonly objects: number;
    /** Bytes. */
    readonly directories: number;
    readonly trees: number;
    readonly index: number;
    readonly paths: number;
  };
}

/** Measures every version of a store, newest first. */
export function reportVersions({ path }: LocalStore): readonly VersionReport[] {
  return listVersions(path).flatMap((version) => {
    const found = readStatement(path, version);
    if (found === undefined) return [];
    const { issued, expires } = found.statement;
    const holds = measure(join(path, VERSIONS, String(version)));
    return {
      version,
      issued: formatTime(issued),
      expires: expires === undefined ? null : formatTime(expires),
      signatures: found.note.signatures.length,
      ...(holds === undefined ? {} : { holds }),
    };
  });
}

function measure(folder: string): VersionReport['holds'] {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  const index = size(INDEX);
  if (index === undefined) return undefined;
  return {
    objects: Math.floor(index / RECORD_LENGTH),
    directories: size(DIRECTORIES) ?? 0,
    trees: size(TREES) ?? 0,
    index,
    paths: size(PATHS) ?? 0,
  };
}

/** Turns a store into a JSON object. */
export function storeJson(store: LocalStore): Readonly<Record<string, unknown>> {
  const { origin, source } = store.config;
  return { origin, source, versions: reportVersions(store) };
}

/** Writes a store for people. */
export function storeFields(store: LocalStore): readonly Field[] {
  const { origin, source } = store.config;
  return [
    ['origin', origin],
    ['source', quote(source)],
    ...reportVersions(store).flatMap(versionFields),
  ];
}

function versionFields({ version, issued, expires, signatures, holds }: VersionReport): Field[] {
  const until = expires === null ? '' : `, expires ${expires}`;
  const first: Field = [
    `version ${version}`,
    `issued ${issued}${until}, ${signatures} signatures${holds ? '' : ', contents not kept'}`,
  ];
  if (holds === undefined) return [first];
  const { objects, directories, trees, index, paths } = holds;
  const sizes = `directories ${formatSize(directories)}, trees ${formatSize(trees)}`;
  const rest = `index ${formatSize(index)}, paths ${formatSize(paths)}`;
  return [first, ['', `objects ${objects}: ${sizes}, ${rest}`]];
}
