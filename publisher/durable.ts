import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';

/** Waits until a folder's names are on the disk. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Writes a new file and waits until its bytes are on the disk; its name may not be yet. */
export function writeNewFile(path: string, bytes: Uint8Array, mode = 0o644): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
