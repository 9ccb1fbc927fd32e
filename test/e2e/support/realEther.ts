import { expect } from "chai";

import type { Observation } from "../../../clients/observation.ts";
import type { Report } from "../../../src/oracle/messages.ts";
import { WEI_PER_GWEI } from "../../../src/units/ether.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { ETHER } from "../../helpers/accounts.ts";
import { readState, type RealState } from "./beaconState.ts";
import type { TestPool } from "./livePool.ts";

/** Where a pool's ether really is at a slot. */
export interface RealEther extends Pick<
  Report,
  "validatorsGwei" | "pendingGwei" | "stakedWei" | "vaultsReceivedWei" | "stakedKeys"
> {
  readonly state: RealState;
}

const STAKE = 32n * ETHER;
/** Locked in the pool at its deployment, wei. */
const FIRST_ETHER = 1_000_000_000n;

/**
 * Adds up a pool's ether from a whole beacon state, the withdrawals that execution blocks list, and what the test knows
 * to have staked: by nothing that reports are collected with.
 * @param lost Keys that others own, or nobody.
 */
export async function realEther(pool: TestPool, slot: bigint, lost: readonly Hex[] = []): Promise<RealEther> {
  const state = await readState(pool, slot);
  const { blockNumber } = state;
  const credentials = (await pool.live.suite.poolETH.withdrawalCredentials(false)).toLowerCase();
  const staked = [...pool.stakedIn].filter(([, block]) => block <= blockNumber).map(([pubkey]) => pubkey);
  const own = new Set(staked.filter((pubkey) => !lost.includes(pubkey)));
  const validators = state.validators.filter((each) => own.has(each.pubkey));
  for (const validator of validators) expect(validator.credentials, validator.pubkey).to.equal(credentials);
  return {
    state,
    validatorsGwei: sum(validators.map(({ balanceGwei }) => balanceGwei)),
    pendingGwei: sum(state.pendingDeposits.filter(({ pubkey }) => own.has(pubkey)).map(({ amountGwei }) => amountGwei)),
    stakedKeys: BigInt(staked.length),
    stakedWei: BigInt(staked.length) * STAKE,
    vaultsReceivedWei: (await withdrawnTo(pool, blockNumber)) + (await tipsUpTo(pool, blockNumber)),
  };
}

/** Expects of a report that it says what is really there, to the wei. */
export async function expectReal(pool: TestPool, report: Report, lost: readonly Hex[] = []): Promise<RealEther> {
  const { state, ...ether } = await realEther(pool, report.refSlot, lost);
  expect(report).to.deep.include(ether);
  return { state, ...ether };
}

/** Expects of the books, after a report was applied, that they hold all ether that there is, once. */
export async function expectBooked(pool: TestPool, ether: RealEther): Promise<void> {
  const { poolETH, accounting } = pool.live.suite;
  const [total, { deferredRewards }] = await Promise.all([poolETH.totalPooledEther(), accounting.lastReport()]);
  const validators = (ether.validatorsGwei + ether.pendingGwei) * WEI_PER_GWEI;
  const unstaked = FIRST_ETHER + pool.deposited - ether.stakedWei;
  expect(total + deferredRewards).to.equal(unstaked + ether.vaultsReceivedWei + validators);
}

/**
 * Collects the report of a slot, compares it with what is really there, applies it, and compares the books.
 * @param lost Keys that others own, or nobody.
 */
export async function applyRealReport(
  pool: TestPool,
  refSlot: bigint,
  lost: readonly Hex[] = [],
): Promise<RealEther & Observation> {
  await pool.finalize(refSlot);
  const observation = await pool.live.observe(refSlot);
  const real = await expectReal(pool, observation.report, lost);
  await pool.live.report(observation, pool.live.suite.members.length);
  await expectBooked(pool, real);
  return { ...real, ...observation };
}

/** What the consensus layer ever paid to the withdrawal vault up to a block, as the blocks list it, wei. */
export async function withdrawnTo(pool: TestPool, blockNumber: number): Promise<bigint> {
  const vault = (await pool.live.suite.withdrawalVault.getAddress()).toLowerCase();
  const { provider } = pool.live.connection.ethers;
  const { withdrawn } = pool;
  const numbers = Array.from({ length: blockNumber + 1 }, (_, number) => number).slice(withdrawn.length);
  const blocks = await Promise.all(
    numbers.map((number) => provider.send("eth_getBlockByNumber", [`0x${number.toString(16)}`, false])),
  );
  for (const { withdrawals = [] } of blocks as { withdrawals?: { address: string; amount: string }[] }[]) {
    const own = withdrawals.filter(({ address }) => address === vault);
    withdrawn.push((withdrawn.at(-1) ?? 0n) + sum(own.map(({ amount }) => BigInt(amount))));
  }
  return (withdrawn[blockNumber] ?? 0n) * WEI_PER_GWEI;
}

/** Tips in the rewards vault at a block, wei: nothing takes them out in these tests. */
async function tipsUpTo({ live }: TestPool, blockNumber: number): Promise<bigint> {
  return live.connection.ethers.provider.getBalance(await live.suite.rewardsVault.getAddress(), blockNumber);
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
