import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type AddressLike, type BytesLike } from "ethers";

import type { SuiteOverrides } from "../../deploy/local.ts";
import { type AnnouncedUpgrade, type HostilePolicy, HostilePolicy__factory } from "../../typechain-types/index.ts";
import { deployQueueSuite, type QueueSuite } from "./queueSuite.ts";
import type { TestSuite } from "./suite.ts";

export const ETHER = 10n ** 18n;
export const RAY = 10n ** 27n;
export const DAY = 86_400n;
export const YEAR = 365n * DAY;

/** What backs the locked shares of a new pool. */
export const LOCKED = 1_000_000_000n;
/** What `deployPool` deposits. */
export const DEPOSIT = 10_000n * ETHER;
/** Total pooled ether, and shares, of what `deployPool` returns. */
export const POOLED = DEPOSIT + LOCKED;

/** A pool with one depositor, and the contracts that custody obeys as accounts that tests can use. */
export interface HostilePool extends QueueSuite {
  readonly alice: HardhatEthersSigner;
  readonly attacker: HardhatEthersSigner;
  readonly asAccounting: HardhatEthersSigner;
  readonly asPoolManager: HardhatEthersSigner;
  readonly asQueue: HardhatEthersSigner;
}

/** Fees of a rebase, wei. */
export interface Charge {
  readonly fee?: bigint;
  readonly costs?: bigint;
  readonly treasury?: string;
  readonly operations?: string;
}

/** Deploys a pool of 10,000 ether whose policy contracts and queue can be impersonated. */
export async function deployPool(overrides: SuiteOverrides = {}): Promise<HostilePool> {
  const suite = await deployQueueSuite(overrides);
  const { chain, queue } = suite;
  const [alice, attacker] = (await chain.ethers.getSigners()).slice(7);
  if (alice === undefined || attacker === undefined) throw new Error("the chain has too few accounts");
  await chain.networkHelpers.setBalance(alice.address, 100_000n * ETHER);
  await suite.poolETH.connect(alice).deposit(alice.address, ZeroAddress, { value: DEPOSIT });
  return {
    ...suite,
    alice,
    attacker,
    asAccounting: await impersonate(suite, suite.accounting),
    asPoolManager: await impersonate(suite, suite.poolManager),
    asQueue: await impersonate(suite, queue),
  };
}

/** The account of a contract, with ether for gas. */
export async function impersonate(suite: TestSuite, contract: AddressLike): Promise<HardhatEthersSigner> {
  const address = await suite.chain.ethers.resolveAddress(contract);
  await suite.chain.networkHelpers.impersonateAccount(address);
  await suite.chain.networkHelpers.setBalance(address, 10n * ETHER);
  return suite.chain.ethers.getSigner(address);
}

/** Remembers the state of the chain, and returns what brings it back, as often as wanted. */
export async function takeSnapshot({ chain }: TestSuite): Promise<() => Promise<void>> {
  const snapshot = await chain.networkHelpers.takeSnapshot();
  return async () => snapshot.restore();
}

/** Rebases in the name of `Accounting`. */
export async function rebase(pool: HostilePool, newPooledEther: bigint, charge: Charge = {}) {
  return pool.poolETH.connect(pool.asAccounting).rebase(newPooledEther, feesOf(pool, charge), 0n);
}

/** Charges with the receivers that the pool has, where none is named. */
export function feesOf(pool: TestSuite, charge: Charge) {
  return { treasury: pool.treasury.address, operations: pool.operations.address, fee: 0n, costs: 0n, ...charge };
}

/** Lets the next block come `seconds` after the newest one. */
export async function wait(pool: TestSuite, seconds: bigint): Promise<void> {
  const { time } = pool.chain.networkHelpers;
  await time.setNextBlockTimestamp(BigInt(await time.latest()) + seconds);
}

/** Saves up all growth and running costs that can be saved, and leaves the share rate as it is. */
export async function saveUp(pool: HostilePool): Promise<void> {
  await wait(pool, 30n * DAY);
  await rebase(pool, await pool.poolETH.totalPooledEther());
}

/** Puts hostile code behind a policy proxy: announces the upgrade as ADMIN, waits its seven days, and upgrades. */
export async function takeOver(suite: TestSuite, proxy: AnnouncedUpgrade): Promise<HostilePolicy> {
  const hostile = await suite.chain.ethers.deployContract("HostilePolicy");
  await proxy.connect(suite.admin).announceUpgrade(hostile, "0x");
  await wait(suite, 7n * DAY);
  await proxy.connect(suite.admin).upgradeToAndCall(hostile, "0x");
  return HostilePolicy__factory.connect(await proxy.getAddress(), suite.deployer);
}

/** One call of hostile code. */
export async function callOf(
  suite: TestSuite,
  target: AddressLike,
  data: BytesLike,
  value = 0n,
): Promise<HostilePolicy.CallStruct> {
  return { target: await suite.chain.ethers.resolveAddress(target), value, data };
}
