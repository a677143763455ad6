// The server under test, at a host: `trusting` or `checking`, and stores.
import { createLog, LocalStore, serve } from '../../dist/server/index.js';
import { answerAsServer } from './answering.mjs';

const [, , host, care, ...paths] = process.argv;
const trustSource = care === 'trusting';
const server = await serve({
  host,
  volumes: paths.map((path) => new LocalStore(path, { trustSource })),
  log: createLog({ write: () => undefined }),
});
answerAsServer(server.port);
