import { fetchDeposits } from "../../clients/deposits.ts";
import { readQueue, type QueueAccount } from "./queueAccount.ts";
import { readSSV, type SSVState } from "./ssvAccount.ts";
import type { World } from "./world.ts";

/** What somebody holds. */
export interface Holding {
  readonly name: string;
  readonly balance: bigint;
  readonly shares: bigint;
}

/** The pool at one block, all amounts wei. */
export interface PoolState {
  readonly day: number;
  readonly totalPooledEther: bigint;
  readonly totalShares: bigint;
  readonly shareRateRay: bigint;
  readonly bufferedEther: bigint;
  readonly deferredRewards: bigint;
  readonly totalStaked: bigint;
  readonly reportedStaked: bigint;
  readonly reportedClBalance: bigint;
  readonly totalCollected: bigint;
  /** Ether in PoolETH. */
  readonly poolEther: bigint;
  readonly withdrawalVaultEther: bigint;
  readonly rewardsVaultEther: bigint;
  /** Deposits that the deposit contract logged, and their sum. */
  readonly deposits: bigint;
  readonly depositedToBeacon: bigint;
  /** What is really there, from the model: all that was paid in, and all that was earned since, less what was paid out. */
  readonly trueTotal: bigint;
  readonly holdings: readonly Holding[];
  readonly ssv: SSVState;
  readonly queue: QueueAccount;
  /** Share rates since the run on the pool began. */
  readonly ratesOfRun: readonly bigint[];
}

/** The account that holds the shares locked at deployment. */
const DEAD = "0x000000000000000000000000000000000000dEaD";

/** Reads everything that the tables show and the checks compare. */
export async function readPool(world: World): Promise<PoolState> {
  const { accounting, poolETH, rewardsVault, withdrawalVault } = world.suite;
  const { provider } = world.connection.ethers;
  const last = await accounting.lastReport();
  const deposits = await fetchDeposits(provider, await poolETH.DEPOSIT_CONTRACT(), 0);
  const queue = await readQueue(world);
  return {
    day: world.model.day,
    totalPooledEther: await poolETH.totalPooledEther(),
    totalShares: await poolETH.totalShares(),
    shareRateRay: await poolETH.shareRateRay(),
    bufferedEther: await accounting.bufferedEther(),
    deferredRewards: last.deferredRewards,
    totalStaked: await poolETH.totalStaked(),
    reportedStaked: last.stakedGwei * 1_000_000_000n,
    reportedClBalance: last.clBalanceGwei * 1_000_000_000n,
    totalCollected: await poolETH.totalCollected(),
    poolEther: await provider.getBalance(poolETH),
    withdrawalVaultEther: await provider.getBalance(withdrawalVault),
    rewardsVaultEther: await provider.getBalance(rewardsVault),
    deposits: BigInt(deposits.length),
    depositedToBeacon: deposits.reduce((sum, { amount }) => sum + amount * 1_000_000_000n, 0n),
    trueTotal: world.depositedWei + world.model.earnedWei - world.redeemedWei - queue.ether - queue.claimed,
    holdings: await readHoldings(world),
    ssv: await readSSV(world),
    queue,
    ratesOfRun: [...world.ratesOfRun],
  };
}

async function readHoldings({ stakers, suite }: World): Promise<Holding[]> {
  const { operations, poolETH, treasury, withdrawalQueue, wrappedPoolETH } = suite;
  const holders: [string, string][] = [
    ...stakers.map(({ name, signer }): [string, string] => [name, signer.address]),
    ["Treasury", treasury.address],
    ["Operations", operations.address],
    ["Withdrawal queue", await withdrawalQueue.getAddress()],
    ["Wrapped poolETH", await wrappedPoolETH.getAddress()],
    ["Locked for ever", DEAD],
  ];
  return Promise.all(
    holders.map(async ([name, address]) => ({
      name,
      balance: await poolETH.balanceOf(address),
      shares: await poolETH.sharesOf(address),
    })),
  );
}
