export * from './key-file.ts';
export * from './signing-key.ts';
