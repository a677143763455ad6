/**
 * Every number of SPEC.md, "Limits", once.
 *
 * Lengths and sizes are in bytes.
 */

export const HASH_LENGTH = 32;
export const DESCRIPTOR_LENGTH = 48;

export const MIN_PAGE_SIZE = 1024;
export const MAX_PAGE_SIZE = 1_048_576;
export const MAX_FSVERITY_PAGE_SIZE = 65_536;
export const MIN_DIRECTORY_PAGE_SIZE = 8192;
export const MAX_SIZE = 9_007_199_254_740_991;
export const MAX_PAGE_COUNT = 0xffff_ffff;

export const MAX_NAME_LENGTH = 255;
export const MAX_SYMLINK_LENGTH = 4095;
/** Components of a path. */
export const MAX_DEPTH = 256;
/** Symlinks followed while one path is resolved. */
export const MAX_SYMLINKS = 40;
/** Entries visited by one recursive walk. */
export const MAX_WALK_ENTRIES = 16_777_216;

/** Names that one `Walk` asks for. */
export const MAX_WALK_NAMES = 64;
/** Of a page index in `Steps`. */
export const PAGE_INDEX_LENGTH = 4;

export const MAX_NOTE_LENGTH = 16_384;
export const MAX_SIGNATURES = 16;
export const MAX_KEY_NAME_LENGTH = 200;
export const MAX_TEXT_LENGTH = 8192;
export const MAX_ORIGIN_LENGTH = 200;
export const MAX_VERSION = 9_007_199_254_740_991;
/** Seconds that a publisher's clock may be ahead of a reader's. */
export const CLOCK_SKEW = 300;

export const MAX_DIGEST_LIST_LENGTH = 16_777_216;
export const MAX_DIGEST_LIST_LINES = 65_536;

export const MAX_CLIENT_FRAME_LENGTH = 4096;
export const MAX_FRAME_LENGTH = 1_572_864;
export const MIN_FRAME_LENGTH = 65_536;
export const MIN_OUTSTANDING_REQUESTS = 8;
/** Room that an answer's envelope takes beside hashes and data. */
export const FRAME_OVERHEAD = 64;
/** Cost of a request that is no read. */
export const FIXED_COST = 16_640;
export const MAX_ERROR_MESSAGE_LENGTH = 512;
export const MAX_REQUEST_ID = 0xffff_ffff;

/** Of a file that is checked offline. */
export const MAX_BUNDLE_LENGTH = 67_108_864;
export const MAX_BUNDLE_SECTIONS = 1024;

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = 'pageseal.v1';
