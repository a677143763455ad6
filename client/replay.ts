import { type Bundle, malformedBundle } from '../common/bundle.ts';
import { equalBytes } from '../common/bytes.ts';
import { checkPages, decodeDirectoryPage } from '../common/directory.ts';
import { BundleError, PagesealError, ProtocolError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { parseVersion } from '../common/statement.ts';
import { anchorRange, type NodeRange, rangeProofLength } from '../common/tree/range-proof.ts';
import { pageCount, pagesLength, shapeOf } from '../common/tree/shape.ts';
import { verifyPages, verifyRange } from '../common/tree/verify-range.ts';
import { walkNames } from '../common/walk-path.ts';
import {
  type ClientMessage,
  decodeServerFrame,
  type ServerMessage,
  type Walk,
} from '../common/wire.ts';
import { verifyOlder, verifyStatement } from './accept.ts';
import type { Answer } from './channel.ts';
import { verifyDescriptor } from './describe.ts';
import { type Diagnostics, decodeDiagnostics } from './diagnostics.ts';
import type { FailedAnswer, FailedDirectory } from './failed-check.ts';
import { checkLength } from './remote-object.ts';
import { acceptLimits } from './server-limits.ts';
import { verifySteps } from './verify-steps.ts';

/** What came of repeating a failed check. */
export interface Replay {
  readonly diagnostics: Diagnostics;
  /** What the check fails with now; `undefined` if it passes. */
  readonly error: PagesealError | undefined;
  /** Whether that is what the bundle says. It proves nothing to third parties: answers are not signed. */
  readonly isReproduced: boolean;
}

/**
 * Repeats the check that a diagnostic bundle tells of, from what is in it alone.
 *
 * @param bundle - Attacker-controlled bytes, or what `decodeBundle` made of them.
 * @throws {BundleError} `ERR_BUNDLE` if it is no diagnostic bundle.
 * @see SPEC.md, "Bundles", "Diagnostics"
 */
export function replayDiagnostics(bundle: Uint8Array | Bundle): Replay {
  const diagnostics = decodeDiagnostics(bundle);
  const error = failureOf(diagnostics);
  return { diagnostics, error, isReproduced: error?.code === diagnostics.code };
}

function failureOf(diagnostics: Diagnostics): PagesealError | undefined {
  try {
    replay(diagnostics);
    return undefined;
  } catch (error) {
    if (error instanceof PagesealError && !(error instanceof BundleError)) return error;
    throw error;
  }
}

function replay({ failure, trust }: Diagnostics): void {
  switch (failure.check) {
    case 'answer':
      replayAnswer(failure, trust);
      break;
    case 'statement':
      verifyStatement(failure.note, trust);
      break;
    case 'directory':
      replayDirectory(failure);
  }
}

/** Repeats V13 and V14, and what the request asks for. */
function replayAnswer(
  { request, basis, frame }: Omit<FailedAnswer, 'error'>,
  trust: Diagnostics['trust'],
): void {
  const { requestId, message: answer } = decodeServerFrame(frame);
  if (answer.type === 'goAway' && requestId === 0) return;
  if (request === undefined || request.requestId !== requestId) throw unexpected(answer);
  if (answer.type !== 'error') replayRequest(request.message, answer, basis, trust);
}

/** Repeats V11, V12, V16 to V18, or V39; of an older statement, V1 to V5 and V10. */
function replayRequest(
  message: ClientMessage,
  answer: ServerMessage,
  basis: FailedAnswer['basis'],
  trust: Diagnostics['trust'],
): void {
  if (message.type === 'hello' && answer.type === 'welcome') acceptLimits(answer);
  else if (message.type === 'describe' && answer.type === 'descriptor') {
    verifyDescriptor(answer.descriptor, message);
  } else if (message.type === 'readPages' && answer.type === 'pages') {
    const { range, shape, anchors } = groundsOf({ ...message, level: 0 }, basis);
    checkLength(answer.data, pagesLength(shape, range.start, range.end));
    verifyPages(shape, range, answer.data, answer.siblings, anchors);
  } else if (message.type === 'readNodes' && answer.type === 'nodes') {
    const { range, shape, anchors } = groundsOf(message, basis);
    checkLength(answer.nodes, (range.end - range.start) * HASH_LENGTH);
    verifyRange(shape, range, answer.nodes, answer.siblings, anchors);
  } else if (message.type === 'walk' && answer.type === 'steps') {
    replayWalk(message, answer, basis);
  } else if (message.type === 'getStatement' && answer.type === 'statement') {
    verifyOlder(answer.statement, trust, versionOf(message));
  } else if (!UNCHECKED.has(`${message.type} ${answer.type}`)) throw unexpected(answer);
}

/** Answers of which nothing is checked but that they were asked for. */
const UNCHECKED: ReadonlySet<string> = new Set(['watch statement', 'ping pong']);

/** Repeats V16 to V18 and V39, up to the root of the directory that was asked about. */
function replayWalk({ path }: Walk, answer: Answer<'steps'>, basis: FailedAnswer['basis']): void {
  if (basis === undefined) throw malformedBundle('has a walk without its directory');
  const { descriptor, anchors } = basis;
  const names = walkNames(path);
  if (names.length === 0 || descriptor.size === 0) {
    throw malformedBundle('has a request that no client sends');
  }
  if (!equalBytes(anchors, descriptor.root)) throw malformedBundle('has a walk from another root');
  verifySteps(descriptor, names, answer);
}

/** Reads the version that was asked for: clients ask for none but a certain one. */
function versionOf({ version }: { readonly version: string }): number {
  const asked = parseVersion(version);
  if (asked === undefined) throw malformedBundle('has a request that no client sends');
  return asked;
}

interface AskedRange {
  readonly level: number;
  readonly first: number;
  readonly count: number;
  readonly anchorLevel: number;
}

/** Checks that a read was possible, and that its anchors are there. */
function groundsOf(asked: AskedRange, basis: FailedAnswer['basis']) {
  if (basis === undefined) throw malformedBundle('has a read without anchors');
  const shape = shapeOf(basis.descriptor);
  const { level, first, count, anchorLevel } = asked;
  const range: NodeRange = { level, start: first, end: first + count, anchorLevel };
  try {
    rangeProofLength(shape, range);
  } catch (cause) {
    throw malformedBundle('has a read that lies outside its object', { cause });
  }
  const { start, end } = anchorRange(shape, range);
  if (basis.anchors.length !== (end - start) * HASH_LENGTH) {
    throw malformedBundle('has other anchors than its read needs');
  }
  return { shape, range, anchors: basis.anchors };
}

/** Repeats V20 and V21. */
function replayDirectory({ descriptor, pages }: Omit<FailedDirectory, 'error'>): void {
  const shape = shapeOf(descriptor);
  const count = pageCount(shape);
  for (const [at, { index, data }] of pages.entries()) {
    const follows = index > (pages[at - 1]?.index ?? -1) && index < count;
    if (!follows || data.length !== pagesLength(shape, index, index + 1)) {
      throw malformedBundle(`has page ${index} out of its place`);
    }
  }
  const [low, high] = pages.map(({ index, data }) => ({
    index,
    page: decodeDirectoryPage(data, index === count - 1),
  }));
  if (low && high) checkPages(low, high, shape.pageSize);
}

function unexpected(answer: ServerMessage): ProtocolError {
  return new ProtocolError('ERR_UNEXPECTED_ANSWER', `${answer.type} answers no request of its own`);
}
