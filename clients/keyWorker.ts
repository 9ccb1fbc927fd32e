import { parentPort, workerData } from "node:worker_threads";

import { signDeposits, splitKeys, type KeyJob } from "../src/ceremony/keyJobs.ts";
import { ValidatorKeychain } from "../src/keys/derivation.ts";
import { FieldError } from "../src/units/errors.ts";
import type { WorkerAnswer, WorkerStart } from "./keyWorkers.ts";

const { seed } = workerData as WorkerStart;
const keychain = seed === undefined ? undefined : new ValidatorKeychain(seed);
seed?.fill(0);

parentPort?.on("message", (job: KeyJob) => {
  parentPort?.postMessage(answer(job));
});

function answer(job: KeyJob): WorkerAnswer {
  try {
    return { result: job.kind === "deposits" ? signDeposits(job, keychain) : splitKeys(job, keychain) };
  } catch (error) {
    // A message between threads keeps no class of an error.
    if (error instanceof FieldError) return { refused: { ...error.parts } };
    throw error;
  }
}
