import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes a folder that is removed when the test has finished. */
export function folder(parent: string = tmpdir()): string {
  const path = mkdtempSync(join(parent, 'pageseal-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Names with contents; a name that ends in `/` is a directory, `-> target` makes a symlink. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Creates files and folders below `root`, in the order in which they are given. */
export function plant(root: string, tree: Tree): string {
  mkdirSync(root, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(root, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) {
      symlinkSync(content.slice(3), path);
    } else writeFileSync(path, content);
  }
  return root;
}
