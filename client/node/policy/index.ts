export * from '../../policy/index.ts';
export { policyKeys, readPolicy, readPolicyText } from './policy-file.ts';
export { PolicyVersions } from './policy-versions.ts';
