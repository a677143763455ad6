// The control: an unverified ws server, at a host, that sends the byte ranges of a file it is asked for.
import { fstatSync, openSync, readSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import { answerAsServer } from './answering.mjs';

const [, , host, path] = process.argv;
const fd = openSync(path, 'r');
const { size } = fstatSync(fd);
const server = new WebSocketServer({ host, port: 0, perMessageDeflate: false });
server.on('connection', (webSocket) => {
  webSocket.on('message', (request) => {
    const position = request.readDoubleBE(0);
    const answer = Buffer.allocUnsafe(Math.min(request.readUInt32BE(8), size - position));
    readSync(fd, answer, 0, answer.length, position);
    webSocket.send(answer);
  });
});
server.on('listening', () => answerAsServer(server.address().port));
