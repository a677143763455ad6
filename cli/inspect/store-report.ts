import { statSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../common/escape.ts';
import { formatTime } from '../../common/statement.ts';
import {
  DIRECTORIES,
  INDEX,
  PATHS,
  packPath,
  RECORD_LENGTH,
  TREES,
  VERSIONS,
} from '../../common/store/layout.ts';
import { readPackList } from '../../publisher/store-folder.ts';
import { type LocalStore, listVersions, readStatement } from '../../server/index.ts';
import { counted } from '../counted.ts';
import type { Field } from '../fields.ts';
import { formatSize } from '../progress.ts';

/** What a store holds of one version. */
interface VersionReport {
  readonly version: number;
  readonly issued: string;
  readonly expires: string | null;
  readonly signatures: number;
  /** Absent if only the statement is left. */
  readonly holds?: {
    /** Objects that this version reaches. */
    readonly objects: number;
    /** Bytes. */
    readonly index: number;
    /** The packs it refers to; versions share them. */
    readonly packs: readonly PackReport[];
  };
}

/** What a pack holds, in bytes. */
interface PackReport {
  readonly pack: number;
  readonly directories: number;
  readonly trees: number;
  readonly paths: number;
}

/** Measures every version of a store, newest first. */
function reportVersions({ path }: LocalStore): readonly VersionReport[] {
  return listVersions(path).flatMap((version) => {
    const found = readStatement(path, version);
    if (found === undefined) return [];
    const { issued, expires } = found.statement;
    const holds = measure(path, version);
    return {
      version,
      issued: formatTime(issued),
      expires: expires === undefined ? null : formatTime(expires),
      signatures: found.note.signatures.length,
      ...(holds === undefined ? {} : { holds }),
    };
  });
}

function measure(store: string, version: number): VersionReport['holds'] {
  const folder = join(store, VERSIONS, String(version));
  const index = sizeOf(join(folder, INDEX));
  if (index === undefined) return undefined;
  const packs = readPackList(folder);
  return {
    objects: Math.floor(index / RECORD_LENGTH),
    index,
    packs: packs.map((pack) => measurePack(store, pack)),
  };
}

function measurePack(store: string, pack: number): PackReport {
  const size = (name: string) => sizeOf(join(store, packPath(pack), name)) ?? 0;
  return { pack, directories: size(DIRECTORIES), trees: size(TREES), paths: size(PATHS) };
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Turns a store into a JSON object. */
export function storeJson(store: LocalStore): Readonly<Record<string, unknown>> {
  const { origin, source, copies } = store.config;
  return { origin, source, copies, versions: reportVersions(store) };
}

/** Writes a store for people. */
export function storeFields(store: LocalStore): readonly Field[] {
  const { origin, source, copies } = store.config;
  return [
    ['origin', origin],
    ['source', quote(source)],
    ['contents', copies ? 'copied into the store' : 'in place'],
    ...reportVersions(store).flatMap(versionFields),
  ];
}

function versionFields({ version, issued, expires, signatures, holds }: VersionReport): Field[] {
  const until = expires === null ? '' : `, expires ${expires}`;
  const first: Field = [
    `version ${version}`,
    `issued ${issued}${until}, ${counted(signatures, 'signature')}${holds ? '' : ', contents not kept'}`,
  ];
  if (holds === undefined) return [first];
  const { objects, index, packs } = holds;
  const second: Field = ['', `objects ${objects}: index ${formatSize(index)}`];
  return [first, second, ...packs.map(packField)];
}

function packField({ pack, directories, trees, paths }: PackReport): Field {
  const sizes = `directories ${formatSize(directories)}, trees ${formatSize(trees)}`;
  return ['', `pack ${pack}: ${sizes}, paths ${formatSize(paths)}`];
}
