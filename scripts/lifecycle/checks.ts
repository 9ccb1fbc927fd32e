import { WEI_PER_ETHER, WEI_PER_GWEI } from "../../src/units/ether.ts";
import type { Check } from "../demo/checks.ts";
import type { LifecycleAccount } from "./account.ts";
import type { ConsensusSums, ReportEntry } from "./record.ts";

const STAKE = 32n * WEI_PER_ETHER;
/** Shares that the queue leaves with whoever asks: it takes whole units of so many. */
const SHARE_UNIT = 1_000_000_000n;

/** What must hold to the wei when everybody has left. Each reads like a sentence: actual, relation, expected. */
export function checksOf(account: LifecycleAccount): Check[] {
  const { reports, course, queue, ssv } = account;
  const check = (statement: string, actual: bigint, relation: Check["relation"], expected: bigint): Check => ({
    ...{ statement, actual, relation, expected },
  });
  const last = reports.at(-1);
  const rewards = sum(reports.map(({ rewardsWei }) => rewardsWei));
  const clBalance = ((last?.read.validatorsGwei ?? 0n) + (last?.read.pendingGwei ?? 0n)) * WEI_PER_GWEI;
  const fields = ["validatorsGwei", "pendingGwei", "activeKeys", "exitingKeys", "exitedKeys", "slashedKeys"] as const;
  return [
    check("reports = frames that were final in time", BigInt(reports.length), "=", account.frames - account.lateFrames),
    ...fields.map((field) =>
      check(`reports whose ${NAMES[field]} differ from the beacon state = 0`, differing(reports, field), "=", 0n),
    ),
    check(
      "rewards of all reports = balances + withdrawals + tips - stake, from blocks and the beacon state",
      rewards,
      "=",
      clBalance + account.paidByChainReported - (last?.stakedWei ?? 0n),
    ),
    check(
      "vaults and what was collected = withdrawals + tips of all blocks",
      account.vaultEther + account.collected,
      "=",
      account.paidByChain,
    ),
    check(
      "pool, vaults, queue, claims and stake = deposits + withdrawals + tips",
      account.poolEther + account.vaultEther + queue.ether + queue.claimed + account.totalStaked,
      "=",
      account.deposited + account.paidByChain,
    ),
    check(
      "total pooled ether + deferred rewards = deposits + rewards - payouts",
      account.totalPooledEther + account.deferredRewards,
      "=",
      account.deposited + rewards - queue.ether - queue.claimed,
    ),
    check(
      "total pooled ether + deferred rewards = buffered + unreported stake + CL balance",
      account.totalPooledEther + account.deferredRewards,
      "=",
      account.bufferedEther + account.totalStaked - account.reportedStaked + account.reportedClBalance,
    ),
    check(
      "ether in PoolETH and the vaults >= buffered ether",
      account.poolEther + account.vaultEther,
      ">=",
      account.bufferedEther,
    ),
    check(
      "deposits in the deposit contract x 32 ETH = total staked",
      account.deposits * STAKE,
      "=",
      account.totalStaked,
    ),
    check("ether logged by the deposit contract = total staked", account.depositedToBeacon, "=", account.totalStaked),
    check("deposits in the deposit contract = registrations at ssv.network", account.deposits, "=", ssv.registrations),
    check(
      "balance of the cluster = paid in - fee of each validator and block",
      ssv.balance,
      "=",
      ssv.paidIn - ssv.charged,
    ),
    check("earnings of operators and network = fees charged", ssv.earned, "=", ssv.charged),
    check("ether in ssv.network = cluster balance + earnings", ssv.held, "=", ssv.balance + ssv.earned),
    check(
      "votes with one operator offline = votes that were due",
      BigInt(course.one.votes.counted),
      "=",
      BigInt(course.one.votes.due),
    ),
    check("votes with two operators offline = 0", BigInt(course.two.votes.counted), "=", 0n),
    check("reports of a time with two operators offline > 0", BigInt(course.two.rewardsWei.length), ">", 0n),
    check("rewards in it, at most, <= 0", greatest(course.two.rewardsWei), "<=", 0n),
    check("validators that were slashed = 1", last?.said.slashedKeys ?? 0n, "=", 1n),
    check("requests that were paid = requests", queue.finalized, "=", queue.requests),
    check("claims = stakers", BigInt(queue.payouts.length), "=", account.stakers),
    check("shares that wait = 0", queue.waitingShares + queue.lockedShares, "=", 0n),
    check(
      "claimed + ether in the queue = worth of burned shares at the rates of the reports",
      queue.claimed + queue.ether,
      "=",
      queue.burnedWorth,
    ),
    check("ether in the queue when all have claimed <= 1 wei for each claim", queue.ether, "<=", account.stakers),
    ...queue.payouts.map(({ name, received, expected }) =>
      check(`${name} received what the queue promised`, received, "=", expected),
    ),
    check("shares of all stakers < a unit of the queue each", account.stakerShares, "<=", account.stakers * SHARE_UNIT),
    check(
      "shares left = treasury, operations, the lock and stakers' dust",
      account.totalShares,
      "=",
      account.remainingShares + account.stakerShares,
    ),
  ];
}

const NAMES: Readonly<Record<keyof ConsensusSums, string>> = {
  validatorsGwei: "balances",
  pendingGwei: "pending deposits",
  activeKeys: "active keys",
  exitingKeys: "exiting keys",
  exitedKeys: "exited keys",
  slashedKeys: "slashed keys",
};

function differing(reports: readonly ReportEntry[], field: keyof ConsensusSums): bigint {
  return BigInt(reports.filter(({ said, read }) => said[field] !== read[field]).length);
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function greatest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most), values[0] ?? 0n);
}
