/** One line of text for people: what it says, and its value. */
export type Field = readonly [label: string, value: string];

/** Writes labelled values, one per line, the values below each other. */
export function formatFields(fields: readonly Field[]): string {
  const width = Math.max(...fields.map(([label]) => label.length));
  return fields
    .map(([label, value]) => `${`${label.padEnd(width)}  ${value}`.trimEnd()}\n`)
    .join('');
}
