import { blockAtTime } from "../../clients/blocks.ts";
import { connectPool } from "../../clients/pool.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { FAR_FUTURE_EPOCH, type PendingDeposit, type StateValidator } from "../../src/oracle/beaconState.ts";
import { timeOfSlot } from "../../src/oracle/frames.ts";
import { activate, makeCeremony, registerCeremony } from "./activation.ts";
import type { BeaconServer } from "./beaconServer.ts";
import { nextRefSlot } from "./report.ts";
import { serveState, type ServedState } from "./servedState.ts";
import { deploySuite, type TestSuite } from "./suite.ts";

/** Stake of a key. */
const STAKE_GWEI = 32_000_000_000n;

/** A pool that has staked to four keys in two transactions when a frame ended, and to a fifth one after it. */
export interface ObservedSuite extends TestSuite {
  readonly ceremony: Ceremony;
  readonly refSlot: bigint;
}

/** Deploys such a pool. */
export async function deployObserved(): Promise<ObservedSuite> {
  const suite = await deploySuite();
  const { chain, deployer, poolETH } = suite;
  await poolETH.deposit(deployer.address, chain.ethers.ZeroAddress, { value: 200n * 10n ** 18n });
  const ceremony = await makeCeremony(suite, 5);
  const batchId = await registerCeremony(suite, ceremony);
  await activate(suite, ceremony, batchId, 0, 3);
  await activate(suite, ceremony, batchId, 3, 4);
  const refSlot = await nextRefSlot(suite);
  await activate(suite, ceremony, batchId, 4, 5);
  return { ...suite, ceremony, refSlot };
}

/** The pool as a client sees it. */
export async function connectObserved({ chain, poolETH }: TestSuite) {
  return { pool: await connectPool(chain.ethers.provider, await poolETH.getAddress()), startBlock: 0 };
}

/** An active validator of the ceremony's key at a position, changed as wanted. */
export function validatorAt(
  { keys, withdrawalCredentials }: Ceremony,
  position: number,
  changes: Partial<StateValidator> = {},
): StateValidator {
  return {
    index: 100n + BigInt(position),
    pubkey: keys[position]?.pubkey ?? "0x",
    withdrawalCredentials,
    balanceGwei: STAKE_GWEI,
    effectiveBalanceGwei: STAKE_GWEI,
    isSlashed: false,
    exitEpoch: FAR_FUTURE_EPOCH,
    withdrawableEpoch: FAR_FUTURE_EPOCH,
    ...changes,
  };
}

/** The pool's deposit for the ceremony's key at a position, while it waits. */
export function pendingAt({ keys, withdrawalCredentials }: Ceremony, position: number): PendingDeposit {
  const { pubkey = "0x", depositSignature: signature = "0x" } = keys[position] ?? {};
  return { pubkey, withdrawalCredentials, amountGwei: STAKE_GWEI, signature, slot: 1n };
}

/** Has a server answer for the beacon chain of a suite at a reference slot. */
export async function serveSuite(
  server: BeaconServer,
  { accounting, chain }: TestSuite,
  slot: bigint,
  state: Partial<ServedState>,
) {
  const clock = await fetchSlotClock(accounting);
  const { provider } = chain.ethers;
  const number = await blockAtTime(provider, timeOfSlot(clock, slot));
  const hash = (await provider.getBlock(number))?.hash ?? "0x";
  return serveState(server, { slot, clock, executionBlock: { number, hash }, ...state });
}
