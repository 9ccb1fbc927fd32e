import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";

import type { SuiteOverrides } from "../../../deploy/local.ts";
import type { Report } from "../../../src/oracle/messages.ts";
import type { IAccounting } from "../../../typechain-types/contracts/policy/Accounting.ts";
import { applyReport, makeReport } from "../../helpers/report.ts";
import { stakeKeys } from "../../helpers/staking.ts";
import { deploySuite, type TestSuite } from "../../helpers/suite.ts";

export const ETHER = 10n ** 18n;
export const GWEI = 10n ** 9n;
export const DAY = 86_400n;
/** Keys of the staked pool: 1,280 ETH. */
export const KEYS = 40;
/** Total pooled ether of the staked pool: 1,400 ETH of deposits and what is locked at deployment. */
export const POOLED = 1_400n * ETHER + GWEI;
/** Buffered ether of the staked pool. */
export const BUFFERED = 120n * ETHER + GWEI;

/** A pool with 1,400 ETH of one depositor, 40 validators, and a first report that saw them as they began. */
export interface Scenario {
  readonly suite: TestSuite;
  readonly alice: HardhatEthersSigner;
  readonly bob: HardhatEthersSigner;
}

/** Gives every test of the surrounding block the same pool, untouched by the others. */
export function useStakedPool(overrides: SuiteOverrides = {}): () => Scenario {
  let scenario: Scenario | undefined;
  let restore: (() => Promise<void>) | undefined;

  before(async () => {
    const suite = await deploySuite(overrides);
    const [alice, bob] = (await suite.chain.ethers.getSigners()).slice(15);
    if (alice === undefined || bob === undefined) throw new Error("the chain has too few accounts");
    scenario = { suite, alice, bob };
    await deposit(scenario, 1_400n * ETHER);
    await stakeKeys(suite, KEYS);
    await applyReport(suite, await makeReport(suite));
    const snapshot = await suite.chain.networkHelpers.takeSnapshot();
    restore = async () => snapshot.restore();
  });
  beforeEach(async () => restore?.());

  return () => {
    if (scenario === undefined) throw new Error("the pool is there once the tests run");
    return scenario;
  };
}

/** Deposits for a holder, alice unless said otherwise. */
export async function deposit({ suite, alice }: Scenario, ethAmount: bigint, holder = alice): Promise<void> {
  await suite.poolETH.connect(holder).deposit(holder.address, ZeroAddress, { value: ethAmount });
}

/** Pays ether into one of the vaults. */
export async function payVault({ suite }: Scenario, vault: "withdrawalVault" | "rewardsVault", ethAmount: bigint) {
  await suite.deployer.sendTransaction({ to: await suite[vault].getAddress(), value: ethAmount });
}

/** Puts ether into the pool without calling it, as a self-destructing contract would. */
export async function forceEther({ suite }: Scenario, ethAmount: bigint): Promise<void> {
  const poolETH = await suite.poolETH.getAddress();
  const { ethers, networkHelpers } = suite.chain;
  await networkHelpers.setBalance(poolETH, (await ethers.provider.getBalance(poolETH)) + ethAmount);
}

/** The policy in place, as `setPolicy` takes it. */
export async function policyOf({ accounting }: Pick<TestSuite, "accounting">): Promise<IAccounting.PolicyStruct> {
  const { treasury, feeBasisPoints, costsBasisPoints, maxGainBasisPoints, maxLossBasisPoints, operations } =
    await accounting.policy();
  return { treasury, feeBasisPoints, costsBasisPoints, maxGainBasisPoints, maxLossBasisPoints, operations };
}

/** Sets parts of the policy. */
export async function changePolicy({ suite }: Scenario, changes: Partial<IAccounting.PolicyStruct>): Promise<void> {
  await suite.accounting.connect(suite.admin).setPolicy({ ...(await policyOf(suite)), ...changes });
}

/** Lets `count` frames pass without a report. */
export async function skipFrames({ suite }: Scenario, count: bigint): Promise<void> {
  const seconds = (await suite.accounting.SLOTS_PER_FRAME()) * (await suite.accounting.SECONDS_PER_SLOT());
  await suite.chain.networkHelpers.time.increase(count * seconds);
}

/** Applies the report that sees the chain as it is, with rewards on the consensus layer, signed by so many members. */
export async function report(
  { suite }: Scenario,
  clRewardsGwei = 0n,
  changes: Partial<Report> = {},
  signers = suite.members.length,
) {
  return applyReport(suite, await makeReport(suite, clRewardsGwei, changes), suite.members.slice(0, signers));
}
