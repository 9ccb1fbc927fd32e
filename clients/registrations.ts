import type { Provider } from "ethers";

import { firstBlockOfSSV } from "../src/ssv/deployments.ts";
import type { Hex } from "../src/units/hex.ts";
import { ISSVNetwork__factory } from "../typechain-types/index.ts";
import { fetchLogs } from "./logs.ts";

/**
 * The validators that an account registered at ssv.network, the oldest first, those removed since included: their number
 * is the account's next nonce.
 * @returns Public keys, lower case.
 */
export async function fetchRegistrations(
  chain: Provider,
  ssvNetwork: string,
  owner: string,
  fromBlock = firstBlockOfSSV(ssvNetwork),
): Promise<Hex[]> {
  const abi = ISSVNetwork__factory.createInterface();
  const topics = abi.encodeFilterTopics("ValidatorAdded", [owner]);
  const logs = await fetchLogs(chain, { address: ssvNetwork, topics }, fromBlock);
  return logs.map((log) => abi.decodeEventLog("ValidatorAdded", log.data, log.topics).publicKey as Hex);
}
