import type { Io } from './io.ts';

/** A bar on a terminal. */
export interface Progress {
  /** @param total - May grow while work is being found. */
  update(done: number, total: number, detail: string): void;
  /** Removes the bar. */
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/** Shows a bar on stderr if that is a terminal, and nothing otherwise; only then is it loaded. */
export async function startProgress(io: Io, label: string): Promise<Progress> {
  if (io.stderr.isTTY !== true) return NONE;
  const { Presets, SingleBar } = await import('cli-progress');
  const format = `${label} [{bar}] {percentage}% {detail}`;
  const stream = io.stderr as unknown as NodeJS.WritableStream;
  const bar = new SingleBar(
    { stream, format, barsize: 24, clearOnComplete: true, hideCursor: true },
    Presets.legacy,
  );
  bar.start(1, 0, { detail: '' });
  return {
    update: (done, total, detail) => {
      bar.setTotal(Math.max(total, 1));
      bar.update(done, { detail });
    },
    stop: () => bar.stop(),
  };
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Writes a size for people: `1.5 MiB`. */
export function formatSize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
