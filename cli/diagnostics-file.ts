import { writeFileSync } from 'node:fs';
import { quote } from '../common/escape.ts';
import type { Io } from './io.ts';
import { describeError, reportHint, reportWarning } from './report.ts';

/**
 * Makes the options of a connection that save what failed in a file: the first failure alone, which
 * is the one that ends the command.
 *
 * @param path - `undefined` if nobody asked.
 */
export function diagnosticsTo(
  path: string | undefined,
  io: Io,
): { readonly onDiagnostics?: (bundle: Uint8Array) => void } {
  if (path === undefined) return {};
  let isSaved = false;
  const onDiagnostics = (bundle: Uint8Array) => {
    if (isSaved) return;
    isSaved = true;
    try {
      writeFileSync(path, bundle);
      reportHint(io, `what failed is in ${quote(path)}; replay it with pageseal evidence`);
    } catch (error) {
      reportWarning(io, `diagnostics are not saved: ${describeError(error)}`);
    }
  };
  return { onDiagnostics };
}
