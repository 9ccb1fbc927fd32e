import type { Filter, Log, Provider } from "ethers";

/** Nodes refuse long ranges of blocks; below this one their refusal has another reason. */
const SHORTEST_RANGE = 1_000;

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
