// The server under test: stores given as arguments, `--trust-source` first if it is wanted.
import { createLog, LocalStore, serve } from '../../dist/server/index.js';

const trustSource = process.argv[2] === '--trust-source';
const paths = process.argv.slice(trustSource ? 3 : 2);
const server = await serve({
  volumes: paths.map((path) => new LocalStore(path, { trustSource })),
  log: createLog({ write: () => undefined }),
});
process.send({ port: server.port });
process.on('message', () =>
  process.send({ cpuUs: cpuUs(), maxRssKiB: process.resourceUsage().maxRSS }),
);

function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
