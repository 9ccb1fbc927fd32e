import { availableParallelism } from "node:os";

import { kdfMemory, type Kdf } from "../src/keys/keystoreKdf.ts";

/**
 * How many keystores are encrypted or decrypted at once: as many as there are cores, but no more than fit into half
 * of the memory that is available if each takes as much as the dearest of them. A foreign one may take 1 GiB.
 * @param available Memory this process may still take, in bytes.
 */
export function keystoreWorkers(
  kdfs: readonly Kdf[],
  cores = availableParallelism(),
  available = process.availableMemory(),
): number {
  const dearest = kdfs.reduce((most, kdf) => Math.max(most, kdfMemory(kdf)), 1);
  return Math.max(1, Math.min(cores, Math.floor(available / 2 / dearest)));
}
