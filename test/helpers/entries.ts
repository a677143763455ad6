import fc from 'fast-check';
import { compareUtf8, utf8 } from '../../common/bytes.ts';
import { type Entry, type Mtime, nameFault } from '../../common/directory.ts';
import { descriptors } from './descriptors.ts';

const mtime: fc.Arbitrary<{ mtime?: Mtime }> = fc.oneof(
  fc.constant({}),
  fc.record({
    mtime: fc.record({ seconds: fc.maxSafeInteger(), nanoseconds: fc.nat(999_999_999) }),
  }),
);

/** Names that a directory may hold: of few characters, so that they share prefixes, or of any. */
export const names: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '.', 'é', '\uffff', '\u{1f600}'), maxLength: 5 }),
    fc.string({ unit: 'binary', maxLength: 255 }),
  )
  .filter((name) => nameFault(name) === undefined);

const targets = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.integer({ min: 1, max: 4095 }).map((length) => 'x'.repeat(length)),
  )
  .filter((target) => !target.includes('\0') && utf8(target).length <= 4095);

const mode = fc.nat(0o777);

/** Valid entries of every type. */
export const entries: fc.Arbitrary<Entry> = fc
  .tuple(
    names,
    mtime,
    fc.oneof(
      fc.record({ type: fc.constant('file' as const), mode, descriptor: descriptors() }),
      fc.record({
        type: fc.constant('directory' as const),
        mode,
        descriptor: descriptors('directory'),
      }),
      fc.record({
        type: fc.constant('symlink' as const),
        mode: fc.constant(0o777),
        target: targets,
      }),
    ),
  )
  .map(([name, time, rest]) => ({ ...rest, name, ...time }));

/** Entries as a directory holds them: sorted, each name once. */
export const sortedEntries: fc.Arbitrary<Entry[]> = fc
  .uniqueArray(entries, { selector: ({ name }) => name, maxLength: 40 })
  .map((found) => found.sort((a, b) => compareUtf8(a.name, b.name)));
