import { parseArgs } from 'node:util';

const UNITS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const MIN_SIZE = 2 ** 20;

/**
 * Reads the command line.
 *
 * @param parts - Names that `--only` may give.
 */
export function readOptions(parts) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [...parts] },
      size: { type: 'string', default: '1GiB' },
      samples: { type: 'string', default: '5' },
      output: { type: 'string' },
    },
  });
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.find((name) => !parts.includes(name));
  if (unknown !== undefined) throw new Error(`no part ${unknown}, want ${parts.join(', ')}`);
  const samples = Number(values.samples);
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new Error(`--samples is ${values.samples}, want 1 or more`);
  }
  return { only, size: parseSize(values.size), samples, output: values.output };
}

function parseSize(text) {
  const [, count, unit] = /^([0-9]+)([KMG]iB)$/.exec(text) ?? [];
  const size = Number(count) * UNITS[unit];
  if (size >= MIN_SIZE) return size;
  throw new Error(`--size is ${text}, want 1MiB or more, as in 64MiB`);
}

/** Writes a size as `--size` takes it. */
export function formatSize(size) {
  const [unit, bytes] = Object.entries(UNITS).findLast(([, bytes]) => size % bytes === 0);
  return `${size / bytes} ${unit}`;
}
