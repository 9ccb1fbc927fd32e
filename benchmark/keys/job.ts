import { z } from "zod";

/** What a process of the benchmark is to do: keys to derive and split. */
export const KeysJob = z.object({
  /** Seed of the keys, hexadecimal. */
  seed: z.string(),
  /** Operators, by ascending id. */
  operators: z.array(z.object({ id: z.coerce.bigint(), operatorKey: z.string() })),
  owner: z.string(),
  threads: z.int().positive(),
  /** Rounds to measure; some keys more are split before, to warm up. */
  rounds: z.int().positive(),
  /** Keys of a round. */
  keys: z.int().positive(),
});
export type KeysJob = z.infer<typeof KeysJob>;

/** What it measured. */
export const KeysFigures = z.object({
  /** Processor time of each round, of all threads. */
  cpuSeconds: z.array(z.number()).min(1),
  /** Time of each round. */
  seconds: z.array(z.number()).min(1),
  peakRssMiB: z.number(),
});
export type KeysFigures = z.infer<typeof KeysFigures>;
