import type { BaseContract, Provider, TypedDataDomain } from "ethers";

import { committeeDomain } from "../src/oracle/messages.ts";
import type { PoolETH } from "../typechain-types/index.ts";

/** EIP-712 domain of the messages that a pool's present committee signs. */
export async function fetchCommitteeDomain(poolETH: PoolETH): Promise<TypedDataDomain> {
  const [{ chainId }, committee] = await Promise.all([chainOf(poolETH).getNetwork(), poolETH.committee()]);
  return committeeDomain(chainId, committee);
}

/** The provider behind a contract. */
export function chainOf(contract: BaseContract): Provider {
  const provider = contract.runner?.provider;
  if (provider == null) throw new Error("the contract is not connected to a chain: connect it to a provider or signer");
  return provider;
}
