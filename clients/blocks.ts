import type { Provider } from "ethers";

/** Number of the newest block that is not later than a time; of the first one if all are. */
export async function blockAtTime(provider: Provider, time: bigint, firstBlock = 0): Promise<number> {
  let low = firstBlock;
  let high = await provider.getBlockNumber();
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const block = await provider.getBlock(middle);
    if (block === null) throw new Error(`the node has no block ${middle}: use one that keeps all headers`);
    if (BigInt(block.timestamp) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
