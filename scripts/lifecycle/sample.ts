import { timeOfSlot } from "../../src/oracle/frames.ts";
import { WEI_PER_GWEI } from "../../src/units/ether.ts";
import { operatorIds, type Books } from "../demo/world.ts";
import type { LivePool } from "./livePool.ts";
import { countStates, fetchOwnValidators, sumOf, type OwnValidators } from "./ownValidators.ts";
import type { Sample } from "./record.ts";

/** The rewards of an epoch are settled when the one after it has ended. */
const VOTES_SETTLE_EPOCHS = 2n;

/** Reads where a pool is now. */
export async function takeSample(pool: LivePool, books: Pick<Books, "cluster">): Promise<Sample> {
  const { suite, devnet, beacon, clock } = pool;
  const { poolETH, withdrawalVault, rewardsVault, withdrawalQueue, clusterManager } = suite;
  const { provider } = pool.connection.ethers;
  const status = await devnet.status();
  const slot = BigInt(status.slot);
  const [own, shareRateRay, poolWei, withdrawalVaultWei, rewardsVaultWei, queueWei, runwayBlocks] = await Promise.all([
    fetchOwnValidators(beacon, "head", await withdrawalVault.getAddress()),
    poolETH.shareRateRay(),
    provider.getBalance(poolETH),
    provider.getBalance(withdrawalVault),
    provider.getBalance(rewardsVault),
    provider.getBalance(withdrawalQueue),
    books.cluster.validatorCount === 0n ? 0n : clusterManager.runwayOf(operatorIds({ suite }), books.cluster),
  ]);
  const { validatorsGwei, pendingGwei } = sumOf(own);
  return {
    slot,
    time: timeOfSlot(clock, slot),
    epoch: status.epoch,
    justifiedEpoch: status.justifiedEpoch,
    finalizedEpoch: status.finalizedEpoch,
    shareRateRay,
    places: {
      poolWei,
      pendingWei: pendingGwei * WEI_PER_GWEI,
      validatorsWei: validatorsGwei * WEI_PER_GWEI,
      withdrawalVaultWei,
      rewardsVaultWei,
      queueWei,
    },
    validators: countStates(own),
    votes: await countVotes(pool, own, BigInt(status.epoch)),
    runwayBlocks,
    operators: status.processes
      .filter(({ name }) => name.startsWith("operator "))
      .map(({ name, isOnline }) => ({ id: name.slice("operator ".length), isOnline })),
  };
}

/** Whose votes of the newest settled epoch the chain has, of those that were active in it. */
async function countVotes({ beacon }: LivePool, { validators }: OwnValidators, now: bigint): Promise<Sample["votes"]> {
  const epoch = now - VOTES_SETTLE_EPOCHS;
  const due = validators.filter(
    ({ validator, status }) =>
      validator.activation_epoch <= epoch && epoch < validator.exit_epoch && status !== "active_slashed",
  );
  const attested = await beacon.attested(
    epoch,
    due.map(({ index }) => index),
  );
  return { counted: [...attested.values()].filter(Boolean).length, due: due.length };
}
