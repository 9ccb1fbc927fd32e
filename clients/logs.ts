import type { Filter, Log, Provider } from "ethers";

/** Nodes refuse long ranges of blocks; below this one their refusal has another reason. */
const SHORTEST_RANGE = 1_000;

/** Blocks of which a scan keeps all logs at a time; most nodes refuse more anyway. */
const SCAN_BLOCKS = 20_000;

/** A range of blocks, inclusive. */
export interface ScannedBlocks {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** Logs of a long range in their order, a part at a time, so that no more than that is kept. */
export async function* scanLogs(
  provider: Provider,
  filter: Pick<Filter, "address" | "topics">,
  { fromBlock, toBlock }: ScannedBlocks,
): AsyncGenerator<Log[], void> {
  for (let from = fromBlock; from <= toBlock; from += SCAN_BLOCKS)
    yield await fetchLogs(provider, filter, from, Math.min(from + SCAN_BLOCKS - 1, toBlock));
}

/** Logs from a block on, in their order; a range that the node refuses is halved. */
export async function fetchLogs(
  provider: Provider,
  filter: Pick<Filter, "address" | "topics">,
  fromBlock: number,
  toBlock?: number,
): Promise<Log[]> {
  const last = toBlock ?? (await provider.getBlockNumber());
  try {
    return await provider.getLogs({ ...filter, fromBlock, toBlock: last });
  } catch (error) {
    if (last - fromBlock < SHORTEST_RANGE) throw error;
    const middle = Math.floor((fromBlock + last) / 2);
    const earlier = await fetchLogs(provider, filter, fromBlock, middle);
    return [...earlier, ...(await fetchLogs(provider, filter, middle + 1, last))];
  }
}
