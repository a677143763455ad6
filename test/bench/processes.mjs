import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What has to end when this process does, however that comes. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Starts a program that is to end with this process. */
export function launch([program, ...args], stdio) {
  const child = spawn(program, args, { stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * Starts one of this folder's programs.
 *
 * @param within - A command that runs another one in a place of its own.
 */
export function start(program, args = [], within = []) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = [...within, process.execPath, path, ...args];
  const child = launch(command, ['ignore', 'inherit', 'inherit', 'ipc']);
  return { ask: (message) => ask(child, message), stop: () => stop(child) };
}

/** Starts one of the servers here and waits for its port. */
export async function startServer(program, args, within) {
  const server = start(program, args, within);
  return { ...server, ...(await server.ask('port')) };
}

/** Starts reading processes, by name. */
export function startReaders(names, within) {
  return Object.fromEntries(names.map((name) => [name, start('reader.mjs', [], within)]));
}

/** Ends what was started. */
export async function stopAll(...started) {
  await Promise.all(started.map(({ stop }) => stop()));
}

async function ask(child, message) {
  const done = new AbortController();
  const { signal } = done;
  try {
    const answer = once(child, 'message', { signal });
    const died = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`a process under test ended with ${code}`);
    });
    died.catch(() => undefined);
    child.send(message);
    return (await Promise.race([answer, died]))[0];
  } finally {
    done.abort();
  }
}

/** Ends a program that `launch` started. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
