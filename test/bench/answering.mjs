import { cpuUs, peakResidentMiB } from './usage.mjs';

/** Answers what the bench asks of a server, until the bench ends. */
export function answerAsServer(port) {
  answer((question) => (question === 'port' ? { port } : { residentMiB: peakResidentMiB() }));
}

/** Runs the workloads that the bench asks for, by name, until the bench ends. */
export function answerAsReader(workloads) {
  answer(async ({ kind, ...work }) => {
    const found = await workloads[kind](work);
    return { residentMiB: peakResidentMiB(), ...found };
  });
}

/** Answers messages of the parent, which asks one thing at a time. */
export function answer(respond) {
  process.on('disconnect', () => process.exit());
  const reply = async (message) => process.send(await respond(message));
  process.on('message', (message) => void reply(message));
}

/** Times a workload, once its connection stands. */
export async function timed(run) {
  const before = cpuUs();
  const start = performance.now();
  const bytes = await run();
  return { ms: performance.now() - start, cpuUs: cpuUs() - before, bytes };
}
