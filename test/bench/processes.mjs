import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts one of this folder's programs and waits for what it has to say first. */
export async function start(program, args = []) {
  const child = fork(new URL(program, import.meta.url), args);
  const [hello] = await once(child, 'message');
  return { ...hello, ask: (message) => ask(child, message), stop: () => stop(child) };
}

/** Starts a reading process, which says nothing first. */
export function startReader() {
  const child = fork(new URL('reader.mjs', import.meta.url));
  return { ask: (message) => ask(child, message), stop: () => stop(child) };
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

async function stop(child) {
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
