import { dataSlice } from "ethers";

import { signExitStatus } from "../../clients/exitStatus.ts";
import { endBlock } from "../../clients/systemContracts.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { type KeyRange, openKeys } from "../../src/ceremony/keyRange.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import { type ValidatorExitRequests, ValidatorExitRequests__factory } from "../../typechain-types/index.ts";
import { DAY, ETHER, passTime } from "./accounts.ts";
import { requestsIn } from "./predeploys.ts";
import { activateChanged, newBatch } from "./registry.ts";
import { applyReport, makeReport } from "./report.ts";
import type { TestSuite } from "./suite.ts";
import { deployRedeemable, type RedeemableSuite } from "./withdrawals.ts";

/** A registered batch with its keys. */
export interface TestBatch {
  readonly ceremony: Ceremony;
  readonly batchId: bigint;
}

/** A pool with six validators in two batches, of which the second one has two keys left. */
export interface StakedSuite extends RedeemableSuite {
  readonly batches: readonly [TestBatch, TestBatch];
  /** The pool manager by its functions for exits. */
  readonly exits: ValidatorExitRequests;
}

/** Keys activated of each batch of `deployStaked`. */
export const STAKED_EACH = 3;

/** Deploys a pool of 200 ETH that has staked 192 ETH, which a report shows. */
export async function deployStaked(): Promise<StakedSuite> {
  const suite = await deployRedeemable();
  const first = await newBatch(suite, STAKED_EACH);
  await activateChanged(suite, first, [0, STAKED_EACH]);
  const second = await newBatch(suite, STAKED_EACH + 2, STAKED_EACH);
  await activateChanged(suite, second, [0, STAKED_EACH]);
  await applyReport(suite, await makeReport(suite));
  return { ...suite, batches: [first, second], exits: await exitsOf(suite) };
}

/**
 * The same, after holders asked for 30 ETH and for 40 ETH, more than seven days ago: with 8 ETH at hand, one validator
 * must exit for the first request, and two for both.
 */
export async function deployOverdue(): Promise<StakedSuite> {
  const suite = await deployStaked();
  await requestEther(suite, 30n, 40n);
  await passTime(suite, 7n * DAY + 1n);
  return suite;
}

/** The pool manager by its functions for exits. */
export async function exitsOf({ poolManager, deployer }: TestSuite): Promise<ValidatorExitRequests> {
  return ValidatorExitRequests__factory.connect(await poolManager.getAddress(), deployer);
}

/** Asks for whole ether. */
export async function requestEther({ queue, holders: [holder] }: RedeemableSuite, ...amounts: bigint[]): Promise<void> {
  for (const amount of amounts) await queue.connect(holder).requestEther(amount * ETHER, holder.address);
}

/** Positions `from` up to `to` of a batch, opened. */
export function rangeOf({ ceremony, batchId }: TestBatch, from: number, to: number): KeyRange {
  return openKeys(ceremony, batchId, from, to);
}

/** Public keys at some positions. */
export function keysAt({ ceremony }: TestBatch, ...positions: number[]): string[] {
  return positions.map((position) => ceremony.keys[position]?.pubkey ?? "");
}

/** Public keys whose full exit waits in the predeploy. */
export async function exitsAsked(suite: TestSuite): Promise<string[]> {
  const vault = (await suite.withdrawalVault.getAddress()).toLowerCase();
  const requests = await requestsIn(suite, WITHDRAWAL_REQUESTS, 3, 56);
  return requests.map((request) => {
    if (dataSlice(request, 0, 20) !== vault) throw new Error("a request does not come from the vault");
    if (dataSlice(request, 68) !== `0x${"00".repeat(8)}`) throw new Error("a request is no full exit");
    return dataSlice(request, 20, 68);
  });
}

/** Takes the requests out of the predeploy, as the end of a block does. */
export async function dropRequests(suite: TestSuite): Promise<void> {
  await endBlock(suite.chain.provider);
}

/** Applies a report that shows some validators exiting. */
export async function reportExiting(suite: TestSuite, exitingKeys: bigint): Promise<void> {
  const report = await makeReport(suite);
  await applyReport(suite, { ...report, exitingKeys, activeKeys: report.stakedKeys - exitingKeys });
}

/** Signatures of a quorum that validators are gone. */
export async function signGone(suite: TestSuite, pubkeys: readonly string[], refSlot: bigint): Promise<Hex> {
  const status = { pubkeysHash: pubkeysHash(`0x${pubkeys.map((key) => key.slice(2)).join("")}`), refSlot };
  return signExitStatus(suite.poolETH, status, suite.members.slice(0, 3));
}

/** Has a quorum say that positions of a batch are gone. */
export async function sayGone(suite: TestSuite, batch: TestBatch, from: number, to: number): Promise<void> {
  const positions = Array.from({ length: to - from }, (_, i) => from + i);
  const signatures = await signGone(suite, keysAt(batch, ...positions), 7n);
  const exits = await exitsOf(suite);
  await exits.reportExits([rangeOf(batch, from, to)], 7n, signatures);
}
