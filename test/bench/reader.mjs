// A reading process: it gets a workload by message, runs it, and answers with what that took.
import { answerAsReader } from './answering.mjs';
import { mirroredSequential } from './workloads/mirrored.mjs';
import { plainRandom, plainSequential } from './workloads/plain.mjs';
import { rangesRandom } from './workloads/ranges.mjs';
import { sealedFirstPage, sealedRandom, sealedSequential } from './workloads/sealed.mjs';
import { unverifiedRandom } from './workloads/unverified.mjs';

answerAsReader({
  mirroredSequential,
  plainRandom,
  plainSequential,
  rangesRandom,
  sealedFirstPage,
  sealedRandom,
  sealedSequential,
  unverifiedRandom,
});
