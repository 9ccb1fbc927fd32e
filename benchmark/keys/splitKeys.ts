// Derives and splits keys on the threads that ceremonies use: a job as JSON on stdin, figures as JSON on stdout. In a
// process of its own, whose memory is the job's.
import { readFileSync } from "node:fs";

import { JOB_SIZE, runKeyJobs } from "../../clients/keyWorkers.ts";
import type { KeyshareJob } from "../../src/ceremony/keyJobs.ts";
import { fromHex } from "../../src/units/hex.ts";
import { inChunks } from "../../src/units/chunks.ts";
import { KeysJob, type KeysFigures } from "./job.ts";

const job = KeysJob.parse(JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(await measure(job)));

/**
 * Threads start, load and warm up during the first part of the keys, as many as a round has; each round then ends when
 * so many more keys are done.
 */
async function measure({ seed, operators, owner, threads, rounds, keys }: KeysJob): Promise<KeysFigures> {
  const indexes = Array.from({ length: (rounds + 1) * keys }, (_, i) => i);
  const jobs = inChunks(indexes, JOB_SIZE).map((chunk): KeyshareJob => {
    const firstNonce = BigInt(chunk[0] ?? 0);
    return { kind: "keyshares", keys: chunk, operators, owner, firstNonce };
  });
  const [cpuSeconds, seconds]: [number[], number[]] = [[], []];
  let done = 0;
  let began: { cpu: NodeJS.CpuUsage; time: number } | undefined;
  await runKeyJobs(
    jobs,
    fromHex(seed, "seed"),
    (more) => {
      done += more;
      if (done % keys !== 0) return;
      if (began !== undefined) {
        const { user, system } = process.cpuUsage(began.cpu);
        cpuSeconds.push((user + system) / 1e6);
        seconds.push((performance.now() - began.time) / 1e3);
      }
      began = { cpu: process.cpuUsage(), time: performance.now() };
    },
    threads,
  );
  return { cpuSeconds, seconds, peakRssMiB: process.resourceUsage().maxRSS / 1024 };
}
