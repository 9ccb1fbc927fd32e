import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

import type { KeyJob, KeyJobResult } from "../src/ceremony/keyJobs.ts";
import type { DepositData } from "../src/consensus/deposit.ts";
import type { Keyshare } from "../src/ssv/keyshare.ts";
import { FieldError, type FieldErrorParts } from "../src/units/errors.ts";

/** What a thread is given when it starts. */
export interface WorkerStart {
  /** Seed to derive keys from; the thread overwrites its copy. */
  readonly seed: Uint8Array | undefined;
}

/** What a thread answers to a job. */
export type WorkerAnswer = { readonly result: DepositData[] | Keyshare[] } | { readonly refused: FieldErrorParts };

/** A thread refused a job. */
export class KeyJobError extends FieldError {}

const WORKER = new URL("./keyWorker.ts", import.meta.url);

/**
 * Does jobs on as many threads as there are cores, and ends the threads.
 * @param seed What keys are derived from, for jobs that name indexes. The caller overwrites its own copy.
 * @param onDone Called after each job with the number of its keys, its position and its result.
 * @returns Results in the order of the jobs. Secrets that jobs carried are overwritten.
 * @throws {KeyJobError} If a job is refused; those that follow are not begun.
 */
export async function runKeyJobs<J extends KeyJob>(
  jobs: readonly J[],
  seed: Uint8Array | undefined,
  onDone: (keys: number, position: number, result: KeyJobResult<J>) => void = () => undefined,
  threads = availableParallelism(),
): Promise<KeyJobResult<J>[]> {
  const results: KeyJobResult<J>[] = [];
  let next = 0;
  const work = async (worker: Worker): Promise<void> => {
    for (let i = next++; i < jobs.length; i = next++) {
      const job = jobs[i];
      if (job === undefined) return;
      const keys = job.keys.length;
      const result = (await ask(worker, job)) as KeyJobResult<J>;
      results[i] = result;
      onDone(keys, i, result);
    }
  };
  const start: WorkerStart = { seed };
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new Worker(WORKER, { workerData: start }),
  );
  try {
    await Promise.all(workers.map(work));
  } finally {
    next = jobs.length;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

/** Keys of a job: a size at which threads are busy alike, and progress is seen. */
export const JOB_SIZE = 128;

async function ask(worker: Worker, job: KeyJob): Promise<DepositData[] | Keyshare[]> {
  worker.postMessage(job);
  // The thread has a copy of its own by now.
  for (const key of job.keys) if (typeof key !== "number") key.fill(0);
  const [answer] = (await once(worker, "message")) as [WorkerAnswer];
  if ("result" in answer) return answer.result;
  const { field, value, problem, remedy } = answer.refused;
  throw new KeyJobError(field, value, problem, remedy);
}
