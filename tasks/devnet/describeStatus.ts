import type { DevnetStatus } from "../../devnet/supervisor/devnetStatus.ts";
import type { PrintableRecord } from "../output.ts";

const BYTES_PER_MEBIBYTE = 2 ** 20;

/** What a devnet says of itself, as tasks show it. */
export function describeStatus({ slot, headSlot, processes, ...status }: DevnetStatus): PrintableRecord {
  return {
    ...status,
    slot: BigInt(slot),
    headSlot: BigInt(headSlot),
    processes: processes.map(({ memory, ...each }) => ({
      ...each,
      memoryMebibytes: Math.round(memory / BYTES_PER_MEBIBYTE),
    })),
  };
}
