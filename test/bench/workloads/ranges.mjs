import { Agent, get } from 'node:http';
import { timed } from '../answering.mjs';
import { readRandomly } from './random-pages.mjs';

/** Reads random pages by HTTP range requests, over as many kept connections as reads in flight. */
export async function rangesRandom({ url, ...work }) {
  const agent = new Agent({ keepAlive: true, maxSockets: work.inFlight });
  const read = (position, { length }) => readRange(url, agent, position, length);
  const found = await timed(() => readRandomly(read, work));
  agent.destroy();
  return found;
}

function readRange(url, agent, position, length) {
  const headers = { range: `bytes=${position}-${position + length - 1}` };
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', reject);
  });
}
