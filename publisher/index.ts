export * from './key-file.ts';
export { type PruneOptions, type PruneResult, prune } from './prune.ts';
export { type SealResult, seal } from './seal.ts';
export { type ChosenOptions, chooseSealOptions, type SealOptions } from './seal-options.ts';
export type { SealProgress } from './sealing.ts';
export * from './sign.ts';
export * from './signing-key.ts';
export * from './would-seal.ts';
