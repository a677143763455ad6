import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** What a module loads whenever it is loaded itself; types are erased, `import()` waits. */
const STATIC_IMPORT = /^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)';/gm;

/** Packages that a module needs before it can run. */
function packagesOf(module: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(module)) return packages;
  seen.add(module);
  for (const [, target = ''] of readFileSync(module, 'utf8').matchAll(STATIC_IMPORT)) {
    if (target.startsWith('node:')) continue;
    const inner = target.startsWith('.')
      ? packagesOf(join(dirname(module), target), seen)
      : [target];
    for (const name of inner) packages.add(name);
  }
  return packages;
}

// Each command is timed as a whole by those who compare it with other tools.
test.each([
  { module: 'cli/main.ts', packages: ['commander'] },
  { module: 'cli/seal.ts', packages: ['@noble/hashes/sha2.js', 'commander'] },
])('$module loads no more than it needs', ({ module, packages }) => {
  expect([...packagesOf(join(ROOT, module))].sort()).toEqual(packages);
});
