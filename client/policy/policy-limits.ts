/** Bounds of a trust policy; see SPEC.md, "Trust policy file". */

/** Bytes of a policy file. */
export const MAX_POLICY_LENGTH = 16_777_216;
/** Rules of a policy. */
export const MAX_RULES = 4096;
/** Keys of a rule. */
export const MAX_KEYS = 64;
/** Pinned files of a rule. */
export const MAX_PINS = 65_536;
/** Keys, and as many objects, that a policy revokes. */
export const MAX_REVOKED = 65_536;
/** Characters of a file name or path. */
export const MAX_FILE_NAME_LENGTH = 4096;
