import type { LifecycleAccount } from "../../scripts/lifecycle/account.ts";
import type { ConsensusSums, LifecycleRecord, ReportEntry, Sample } from "../../scripts/lifecycle/record.ts";

const ETHER = 10n ** 18n;
const DAY = 86_400n;

/** A sample of day `day`, with what differs from an ordinary one. */
export function sampleOf(day: bigint, different: Partial<Sample> = {}): Sample {
  return {
    slot: day * 36n,
    time: 1_800_000_000n + day * DAY,
    epoch: Number((day * 36n) / 8n),
    justifiedEpoch: 8,
    finalizedEpoch: 7,
    shareRateRay: 10n ** 27n + day * 10n ** 23n,
    places: {
      poolWei: 5n * ETHER,
      pendingWei: 64n * ETHER,
      validatorsWei: 448n * ETHER,
      withdrawalVaultWei: ETHER,
      rewardsVaultWei: ETHER / 2n,
      queueWei: 0n,
    },
    validators: { deposited: 2, pending: 1, active: 11, exiting: 1, slashed: 1, "paid out": 0 },
    votes: { counted: 10, due: 11 },
    runwayBlocks: 720n,
    operators: [
      { id: "1", isOnline: true },
      { id: "2", isOnline: false },
    ],
    ...different,
  };
}

const SUMS: ConsensusSums = {
  validatorsGwei: 31_000_000_000n,
  pendingGwei: 0n,
  activeKeys: 0n,
  exitingKeys: 1n,
  exitedKeys: 0n,
  slashedKeys: 1n,
};

/** A report of a pool with one validator, which was slashed. */
export function reportOf(different: Partial<ReportEntry> = {}): ReportEntry {
  return {
    refSlot: 31n,
    slot: 55n,
    signers: 4,
    blockNumber: 31,
    stakedWei: 32n * ETHER,
    rewardsWei: -ETHER,
    beforeWei: 40n * ETHER,
    afterWei: 39n * ETHER,
    feesWei: 0n,
    said: SUMS,
    read: SUMS,
    ...different,
  };
}

/** A record of two samples a week apart. */
export const RECORD: LifecycleRecord = {
  samples: [sampleOf(1n), sampleOf(8n)],
  reports: [reportOf()],
  events: [{ slot: 40n, time: 1_800_000_000n + 2n * DAY, what: "operator <1> offline" }],
  gas: [{ label: "report", transactions: 2n, gas: 300_000n }],
};

/** A pool with one staker who has left, in which all checks hold. */
export const ACCOUNT: LifecycleAccount = {
  reports: [reportOf()],
  course: {
    one: { votes: { counted: 9, due: 9 }, rewardsWei: [1n] },
    two: { votes: { counted: 0, due: 9 }, rewardsWei: [-5n] },
  },
  frames: 2n,
  lateFrames: 1n,
  totalPooledEther: 33n * ETHER,
  deferredRewards: 0n,
  bufferedEther: 2n * ETHER,
  totalStaked: 32n * ETHER,
  reportedStaked: 32n * ETHER,
  reportedClBalance: 31n * ETHER,
  poolEther: 2n * ETHER,
  vaultEther: ETHER,
  collected: 0n,
  deposited: 40n * ETHER,
  deposits: 1n,
  depositedToBeacon: 32n * ETHER,
  paidByChain: ETHER,
  paidByChainReported: 0n,
  stakerShares: 5n,
  remainingShares: 33n,
  totalShares: 38n,
  stakers: 1n,
  ssv: {
    validators: 1n,
    registrations: 1n,
    ownerNonce: 1n,
    balance: 70n,
    paidIn: 100n,
    charged: 30n,
    earned: 30n,
    held: 100n,
    runwayBlocks: 720n,
    reserve: ETHER,
  },
  queue: {
    requests: 1n,
    finalized: 1n,
    waitingShares: 0n,
    lockedShares: 0n,
    ether: 0n,
    claimed: 6n * ETHER,
    burnedWorth: 6n * ETHER,
    payouts: [{ name: "Ada", received: 6n * ETHER, expected: 6n * ETHER }],
  },
};
