// The control: an unverified ws server that sends the byte ranges it is asked for.
import { fstatSync, openSync, readSync } from 'node:fs';
import { WebSocketServer } from 'ws';

const fd = openSync(process.argv[2], 'r');
const { size } = fstatSync(fd);
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (webSocket) => {
  webSocket.on('message', (request) => {
    const position = request.readDoubleBE(0);
    const answer = Buffer.allocUnsafe(Math.min(request.readUInt32BE(8), size - position));
    readSync(fd, answer, 0, answer.length, position);
    webSocket.send(answer);
  });
});
server.on('listening', () => process.send({ port: server.address().port }));
process.on('message', () =>
  process.send({ cpuUs: cpuUs(), maxRssKiB: process.resourceUsage().maxRSS }),
);

function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
