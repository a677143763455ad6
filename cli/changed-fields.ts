import type { Entry } from '../common/directory.ts';
import { formatMtime, formatOctal, sizeOf } from './entry-format.ts';

/** One thing that two entries of a path say differently. */
export interface ChangedField {
  readonly what: 'type' | 'tree' | 'size' | 'mode' | 'mtime' | 'target';
  readonly before: string;
  readonly after: string;
}

/** Lists what two entries say differently, apart from what is in them; of other types, only that. */
export function changedFields(old: Entry, next: Entry): readonly ChangedField[] {
  if (old.type !== next.type) return [{ what: 'type', before: old.type, after: next.type }];
  const [before, after] = [fieldsOf(old), fieldsOf(next)];
  return before.flatMap(([what, value], i) => {
    const other = after[i]?.[1] ?? '';
    return value === other ? [] : [{ what, before: value, after: other }];
  });
}

/** Names what can differ between entries of one type, always in this order. */
function fieldsOf(entry: Entry): (readonly [ChangedField['what'], string])[] {
  const common = [
    ['mode', formatOctal(entry.mode)],
    ['mtime', formatMtime(entry.mtime)],
  ] as const;
  if (entry.type === 'symlink') return [...common, ['target', entry.target]];
  if (entry.type === 'directory') return [...common];
  const { profile, pageSize } = entry.descriptor;
  return [['tree', `${profile.name} ${pageSize}`], ['size', String(sizeOf(entry))], ...common];
}
