import { spawnSync } from 'node:child_process';
import { launch, start, stop, stopAll } from './processes.mjs';

const LINK = 'bench0';
const SERVER = '10.73.0.1';
const CLIENT = '10.73.0.2';
/** Packets on their way at once: more than any window here has. */
const LIMIT = 100_000;

/**
 * Opens a network on which round trips take as long as is asked for.
 *
 * It is a pair of network namespaces with `tc netem` on the link between them where the kernel has
 * that and this process may use it, and otherwise a relay that hands bytes on later.
 *
 * @returns How it delays; where servers listen and within which command they and readers start; how to
 *   reach a server's port with a round-trip time; and its end.
 */
export async function openNetwork() {
  return (await openNamespaces()) ?? openRelay();
}

function openRelay() {
  const relay = start('relay.mjs');
  return {
    how: 'a relay',
    host: '127.0.0.1',
    withinServer: [],
    withinClient: [],
    reach: async (port, roundTripMs) => (await relay.ask({ port, roundTripMs })).address,
    close: () => stopAll(relay),
  };
}

/** @returns `undefined` if the kernel has no netem, or this process may not make namespaces. */
async function openNamespaces() {
  const [server, client] = [await holdNamespace(), await holdNamespace()];
  const close = async () => {
    for (const namespace of [server, client]) await namespace?.close();
  };
  const setDelay = (ms) =>
    [server, client].every(({ within }) => {
      const netem = ['netem', 'delay', `${ms}ms`, 'limit', `${LIMIT}`];
      return run(within, 'tc', 'qdisc', 'replace', 'dev', LINK, 'root', ...netem);
    });
  if (!(server && client && join(server, client) && setDelay(0))) {
    await close();
    return undefined;
  }
  return {
    how: 'tc netem',
    host: SERVER,
    withinServer: server.within,
    withinClient: client.within,
    reach: async (port, roundTripMs) => {
      if (!setDelay(roundTripMs / 2)) throw new Error('tc does not set the delay');
      return `${SERVER}:${port}`;
    },
    close,
  };
}

/** Makes a network namespace that lasts as long as a process that ends with this one. */
async function holdNamespace() {
  const holder = launch(
    ['unshare', '--net', 'sh', '-c', 'echo ready; cat'],
    ['pipe', 'pipe', 'ignore'],
  );
  const isHeld = await new Promise((resolve) => {
    holder.stdout.once('data', () => resolve(true));
    holder.once('exit', () => resolve(false));
    holder.once('error', () => resolve(false));
  });
  if (!isHeld) return undefined;
  const within = ['nsenter', '--target', `${holder.pid}`, '--net', '--'];
  return { pid: holder.pid, within, close: () => stop(holder) };
}

/** Puts a link between two namespaces. */
function join(server, client) {
  const peer = ['peer', 'name', LINK, 'netns', `${client.pid}`];
  return (
    run(server.within, 'ip', 'link', 'add', 'name', LINK, 'type', 'veth', ...peer) &&
    [
      [server, SERVER],
      [client, CLIENT],
    ].every(
      ([{ within }, address]) =>
        run(within, 'ip', 'address', 'add', `${address}/30`, 'dev', LINK) &&
        run(within, 'ip', 'link', 'set', LINK, 'up'),
    )
  );
}

function run(within, ...command) {
  const [program, ...args] = [...within, ...command];
  return spawnSync(program, args).status === 0;
}
