import { HASH_LENGTH } from '../../../common/limits.ts';
import type { NodeRun } from '../../../common/tree/range-proof.ts';
import { pagesLength, type TreeShape } from '../../../common/tree/shape.ts';
import type { KeptObject } from '../../durable-cache.ts';
import { encodeHeader, type KeptHeader } from './kept-header.ts';
import { HEADER_LENGTH, KeptLayout, type KeptRun } from './kept-layout.ts';
import type { KeptPlace } from './kept-place.ts';

/** Bytes that are read before other work gets its turn. */
const READ_BEFORE_BREAK = 1024 * 1024;

/** What a cache on the disk keeps at one place. */
export class DiskObject implements KeptObject {
  readonly #shape: TreeShape;
  readonly #layout: KeptLayout;
  readonly #header: KeptHeader;
  readonly #place: KeptPlace;
  #isNamed = false;
  #readLength = 0;

  constructor(shape: TreeShape, header: KeptHeader, place: KeptPlace) {
    this.#shape = shape;
    this.#layout = new KeptLayout(shape);
    this.#header = header;
    this.#place = place;
  }

  present(start: number, end: number): Uint8Array {
    const found = new Uint8Array(end - start);
    this.#place.read((file) => {
      for (const { from, to, offset } of cut(start, end, (page) => this.#layout.presence(page))) {
        file.read(found.subarray(from - start, to - start), offset);
      }
    });
    return found;
  }

  async readPages(start: number, end: number, data: Uint8Array): Promise<void> {
    this.#place.read((file) => {
      for (const { from, to, offset } of cut(start, end, (page) => this.#layout.page(page))) {
        file.read(this.#view(data, start, from, to), offset);
      }
    });
    this.#readLength += data.length;
    if (this.#readLength < READ_BEFORE_BREAK) return;
    this.#readLength = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }

  readNodes(level: number, start: number, end: number): Uint8Array {
    const found = new Uint8Array((end - start) * HASH_LENGTH);
    const runs = cut(start, end, (index) => this.#layout.node(level, index));
    this.#place.read((file) => {
      for (const { from, to, offset } of runs) {
        file.read(found.subarray((from - start) * HASH_LENGTH, (to - start) * HASH_LENGTH), offset);
      }
    });
    return found;
  }

  keepPages(start: number, end: number, data: Uint8Array): void {
    this.#name();
    this.#place.write(data.length, (file) => {
      for (const { from, to, offset } of cut(start, end, (page) => this.#layout.page(page))) {
        file.write(this.#view(data, start, from, to), offset);
      }
    });
    this.#mark(start, end);
  }

  keepNodes(runs: readonly NodeRun[]): void {
    this.#name();
    for (const { level, start, hashes } of runs) {
      if (level === this.#shape.height) continue;
      const end = start + hashes.length / HASH_LENGTH;
      const parts = cut(start, end, (index) => this.#layout.node(level, index));
      this.#place.write(hashes.length, (file) => {
        for (const { from, to, offset } of parts) {
          const part = hashes.subarray((from - start) * HASH_LENGTH, (to - start) * HASH_LENGTH);
          file.write(part, offset);
        }
      });
    }
  }

  refuted(count: number): void {
    this.#place.refuted(count);
  }

  #mark(start: number, end: number): void {
    const marks = new Uint8Array(end - start).fill(1);
    this.#place.write(marks.length, (file) => {
      for (const { from, to, offset } of cut(start, end, (page) => this.#layout.presence(page))) {
        file.write(marks.subarray(from - start, to - start), offset);
      }
    });
  }

  /** Says once what the file is about, before anything is added. */
  #name(): void {
    if (this.#isNamed) return;
    this.#isNamed = true;
    this.#place.write(HEADER_LENGTH, (file) => file.write(encodeHeader(this.#header), 0));
  }

  #view(data: Uint8Array, start: number, from: number, to: number): Uint8Array {
    const at = (from - start) * this.#shape.pageSize;
    return data.subarray(at, at + pagesLength(this.#shape, from, to));
  }
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Cuts a range where it is not side by side in the file. */
function* cut(start: number, end: number, place: (index: number) => KeptRun): Generator<Part> {
  for (let from = start; from < end; ) {
    const { offset, count } = place(from);
    const to = Math.min(from + count, end);
    yield { from, to, offset };
    from = to;
  }
}
