import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does something that ends with a signal, at the latest after some time. Nothing of it is left behind, so that a
 * process can do it for months.
 * @param timeout Milliseconds.
 * @param outer Aborted when nobody waits any more.
 * @throws {DOMException} Of the name TimeoutError after that time, if the operation passes on why it was aborted.
 */
export async function withDeadline<T>(
  timeout: number,
  outer: AbortSignal | undefined,
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(outer?.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`not done within ${timeout} milliseconds`, "TimeoutError"));
  }, timeout);
  outer?.addEventListener("abort", stop);
  if (outer?.aborted === true) stop();
  try {
    return await operation(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", stop);
  }
}

/**
 * Waits for something that goes on by itself, but not for long.
 * @param patience Milliseconds.
 * @returns Whether it has ended by then.
 * @throws What it failed with by then; what it fails with later is nobody's.
 */
export async function endsWithin(patience: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  try {
    return await Promise.race([work.then(() => true), sleep(patience, false, { signal: done.signal })]);
  } finally {
    done.abort();
  }
}
