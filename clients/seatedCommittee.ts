import type { TypedDataDomain } from "ethers";

import { committeeDomain } from "../src/oracle/messages.ts";
import { Committee__factory, type PoolETH } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";

/** The committee of a pool. */
export interface SeatedCommittee {
  readonly chainId: bigint;
  /** Of the `Committee`. */
  readonly address: string;
  /** EIP-712 domain of what it signs. */
  readonly domain: TypedDataDomain;
  /** EIP-55, ascending. */
  readonly members: readonly string[];
  readonly quorum: number;
}

/** The committee that is in place. */
export async function fetchCommittee(poolETH: PoolETH): Promise<SeatedCommittee> {
  const chain = chainOf(poolETH);
  const [{ chainId }, address] = await Promise.all([chain.getNetwork(), poolETH.committee()]);
  const committee = Committee__factory.connect(address, chain);
  const [members, quorum] = await Promise.all([committee.members(), committee.QUORUM()]);
  const domain = committeeDomain(chainId, address);
  return { chainId, address, domain, members: [...members], quorum: Number(quorum) };
}
