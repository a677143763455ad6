import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FILE_HEAD,
  FILE_TAG,
  GROUP_HEAD,
  GROUP_TAG,
  SCAN_START,
} from '../../publisher/scan-format.ts';

/** Changes what stands in a scan, and makes it whole again. */
export function changeScan(path: string, change: (body: Buffer) => void): void {
  const body = readFileSync(path).subarray(0, -32);
  change(body);
  writeFileSync(path, Buffer.concat([body, createHash('sha256').update(body).digest()]));
}

/**
 * Marks all files of a version's scan as safely older than it, so that no test has to wait.
 *
 * On the file systems of tests, times move in steps of milliseconds, which sealing waits out.
 */
export function makeSafe(store: string, version: number): void {
  changeScan(join(store, 'versions', `${version}`, 'scan'), (body) => {
    let at = SCAN_START.length;
    while (at < body.length - 1) {
      if (body[at] === GROUP_TAG) at += GROUP_HEAD + body.readUInt16BE(at + 1);
      else if (body[at] === FILE_TAG) {
        body[at + 2] = 0;
        at += FILE_HEAD + body.readUInt8(at + 1);
      } else throw new Error(`no item at byte ${at} of a scan`);
    }
  });
}
