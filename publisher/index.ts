export * from './command-key.ts';
export * from './key-file.ts';
export * from './merge.ts';
export { type PruneOptions, type PruneResult, prune } from './prune.ts';
export type { Loss } from './repair/repair-version.ts';
export { type RepairedVersion, type RepairOptions, type RepairProgress, repair } from './repair.ts';
export { type SealResult, seal } from './seal.ts';
export { type ChosenOptions, chooseSealOptions, type SealOptions } from './seal-options.ts';
export type { SealProgress } from './sealing.ts';
export {
  addSignature,
  type SignOptions,
  type SignResult,
  sign,
  signText,
  strip,
} from './sign.ts';
export * from './signing-key.ts';
export type { StatementChoice } from './statement-target.ts';
export * from './would-seal.ts';
