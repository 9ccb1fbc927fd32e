import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";

import { deployLocal, type SuiteOverrides } from "../../deploy/local.ts";
import type { WithdrawalQueue } from "../../typechain-types/index.ts";
import { applyReport, makeReport } from "./report.ts";
import type { TestSuite } from "./suite.ts";

const ETHER = 10n ** 18n;
/** Request states by name. */
export const REQUEST_STATE = { none: 0n, waiting: 1n, claimable: 2n, claimed: 3n };

/** A suite with its withdrawal queue, and holders of poolETH. */
export interface RedeemableSuite extends TestSuite {
  readonly queue: WithdrawalQueue;
  readonly holders: readonly [HardhatEthersSigner, HardhatEthersSigner];
}

/** Deploys the suite with its queue on a new chain; two holders deposit 100 ETH each. */
export async function deployRedeemable(overrides: SuiteOverrides = {}): Promise<RedeemableSuite> {
  const chain = await network.create();
  const suite = await deployLocal(chain, overrides);
  const [first, second] = (await chain.ethers.getSigners()).slice(-2);
  if (first === undefined || second === undefined) throw new Error("accounts are missing");
  for (const holder of [first, second])
    await suite.poolETH.connect(holder).deposit(holder.address, chain.ethers.ZeroAddress, { value: 100n * ETHER });
  return { chain, ...suite, queue: suite.withdrawalQueue, holders: [first, second] };
}

/** Applies a report that finalizes requests up to `lastId`. */
export async function finalizeByReport(suite: RedeemableSuite, lastId: bigint, clRewardsGwei = 0n) {
  return applyReport(suite, await makeReport(suite, clRewardsGwei, { finalizeUpTo: lastId }));
}
