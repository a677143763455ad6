import type { Entry } from '../../common/directory.ts';
import type { Statement } from '../../common/statement.ts';
import { textHash } from '../../common/statement.ts';
import {
  directory,
  entryOf,
  type MemoryObject,
  MemoryVolume,
  signer,
  statementText,
} from './memory-volume.ts';

/** A volume in memory that gets new versions, each properly following the last. */
export class Versions {
  readonly volume: MemoryVolume = new MemoryVolume();
  #previous: Uint8Array | undefined;
  #version = 0;

  /** Publishes the next version: a directory of these. */
  publish(
    files: Readonly<Record<string, MemoryObject>>,
    entries: readonly Entry[] = [],
    more: Partial<Statement> = {},
  ): void {
    const named = Object.entries(files).map(([name, object]) => entryOf(name, object));
    this.volume.add(Object.values(files));
    this.publishRoot(directory([...named, ...entries]), more);
  }

  /** Publishes the next version. */
  publishRoot(root: MemoryObject, more: Partial<Statement> = {}): void {
    this.volume.add([root]);
    const { note, version } = this.note(root, more);
    this.volume.publish(note, version);
  }

  /** Signs the next version, without publishing it. */
  note(root: MemoryObject, more: Partial<Statement> = {}) {
    this.#version += 1;
    const version = this.#version;
    const follows = this.#previous && { previous: this.#previous };
    const text = statementText(root, { version, ...follows, ...more });
    this.#previous = textHash(text);
    return { note: signer.note(text), version };
  }
}
