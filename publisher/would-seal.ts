import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { Exclusion } from './exclusion.ts';

/**
 * Tells whether sealing a source would publish a certain file.
 *
 * @param path - A file that may or may not be in the source; one that does not exist is not.
 * @param exclude - Patterns of what is left out, in the syntax of `.gitignore`.
 */
export async function wouldSeal(
  source: string,
  path: string,
  exclude: readonly string[] = [],
): Promise<boolean> {
  const inside = relativePath(source, path);
  if (inside === undefined) return false;
  const names = inside.split(sep);
  const exclusion = await Exclusion.of(exclude);
  return names.every((_, i) => {
    const isLast = i === names.length - 1;
    return inside === '' || exclusion?.excludes(names.slice(0, i + 1).join('/'), !isLast) !== true;
  });
}

/** Returns where `path` is in the source; empty for the source itself, `undefined` outside it. */
function relativePath(source: string, path: string): string | undefined {
  try {
    const inside = relative(realpathSync(source), realpathSync(path));
    return inside === '..' || inside.startsWith(`..${sep}`) ? undefined : inside;
  } catch {
    return undefined;
  }
}
