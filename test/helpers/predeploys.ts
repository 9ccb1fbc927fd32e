import { concat } from "ethers";

import type { TestSuite } from "./suite.ts";

/** What waits in a predeploy: source, and the bytes of the request; from its queue in storage. */
export async function requestsIn(
  suite: TestSuite,
  predeploy: string,
  words: number,
  length: number,
): Promise<string[]> {
  const { provider } = suite.chain.ethers;
  const [head, tail] = [
    Number(await provider.getStorage(predeploy, 2)),
    Number(await provider.getStorage(predeploy, 3)),
  ];
  const requests: string[] = [];
  for (let i = head; i < tail; i++) {
    const slots = Array.from({ length: words }, (_, word) => provider.getStorage(predeploy, 4 + i * words + word));
    const [source = "", ...request] = await Promise.all(slots);
    requests.push(`0x${source.slice(-40)}${concat(request).slice(2, 2 + 2 * length)}`);
  }
  return requests;
}

/** The fee of EIP-7002 for an excess of requests: about e^(excess / 17) wei, in the integers of its `fake_exponential`. */
export function feeAfter(excess: bigint): bigint {
  let sum = 0n;
  for (let i = 1n, term = 17n; term > 0n; i++) {
    sum += term;
    term = (term * excess) / (17n * i);
  }
  return sum / 17n;
}
