import type { Log } from "ethers";

import type { StakeDeposit } from "../src/oracle/beaconState.ts";
import { FieldError } from "../src/units/errors.ts";
import { WEI_PER_GWEI } from "../src/units/ether.ts";
import { toHex } from "../src/units/hex.ts";
import type { PoolETH } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { DEPOSIT_TOPICS, readDeposit } from "./deposits.ts";
import { fetchLogs, type ScannedBlocks } from "./logs.ts";

/** A node does not give all logs of what a pool staked. */
export class StakeLogError extends FieldError {}

/** Blocks whose deposits are read at once. */
const MAX_READS = 8;

/** What `PoolETH` says before it deposits. */
interface StakedLog {
  readonly log: Log;
  readonly keys: number;
  readonly ethAmount: bigint;
}

/**
 * All deposits that a pool ever made, in their order, by its own log: `PoolETH` announces how many deposits follow at
 * once, so those are the pool's and no others, and no key can be missing where the sum is right.
 * @throws {StakeLogError} If the node's logs lack one.
 */
export async function fetchStakes(poolETH: PoolETH, { fromBlock, toBlock }: ScannedBlocks): Promise<StakeDeposit[]> {
  const chain = chainOf(poolETH);
  const [address, depositContract] = await Promise.all([poolETH.getAddress(), poolETH.DEPOSIT_CONTRACT()]);
  const topics = poolETH.interface.encodeFilterTopics("Staked", []);
  const logs = await fetchLogs(chain, { address, topics }, fromBlock, toBlock);
  const announced = logs.map((log): StakedLog => {
    // By position: a list of arguments has a function of the name `keys`.
    const [keys, ethAmount] = [...poolETH.interface.decodeEventLog("Staked", log.data, log.topics)] as [bigint, bigint];
    return { log, keys: Number(keys), ethAmount };
  });
  const blocks = [...new Set(announced.map(({ log }) => log.blockNumber))];
  const filter = { address: depositContract, topics: DEPOSIT_TOPICS };
  const deposits = new Map(
    await mapConcurrently(blocks, MAX_READS, async (block) => {
      return [block, await fetchLogs(chain, filter, block, block)] as const;
    }),
  );
  return announced.flatMap((stake) => findDeposits(stake, deposits.get(stake.log.blockNumber) ?? []));
}

/**
 * Makes sure that no deposit of a pool is missing.
 * @param totalStaked Ether ever sent to the deposit contract, as the pool counts it in the last block, wei.
 * @throws {StakeLogError} If the deposits come to another sum.
 */
export function requireAllStakes(stakes: readonly StakeDeposit[], totalStaked: bigint): void {
  const sum = stakes.reduce((total, { amountGwei }) => total + amountGwei * WEI_PER_GWEI, 0n);
  if (sum !== totalStaked) throw lacking(`${sum} of ${totalStaked} wei`);
}

function findDeposits({ log, keys, ethAmount }: StakedLog, deposits: readonly Log[]): StakeDeposit[] {
  const { blockNumber, blockHash, transactionHash, index } = log;
  const own = deposits
    .filter((deposit) => deposit.blockHash === blockHash && deposit.transactionHash === transactionHash)
    .filter((deposit) => deposit.index > index && deposit.index <= index + keys)
    .map((deposit) => {
      const { pubkey, withdrawalCredentials, amount, signature } = readDeposit(deposit);
      return {
        ...{ pubkey: toHex(pubkey), signature: toHex(signature), blockNumber, amountGwei: amount },
        withdrawalCredentials: toHex(withdrawalCredentials),
      };
    });
  const sum = own.reduce((total, { amountGwei }) => total + amountGwei * WEI_PER_GWEI, 0n);
  if (own.length !== keys || sum !== ethAmount)
    throw lacking(`${own.length} of ${keys} deposits in transaction ${transactionHash}`);
  return own;
}

function lacking(value: string): StakeLogError {
  return new StakeLogError(
    "stakes",
    value,
    "are not all that the pool has staked",
    "wait until the execution node has caught up, or use one that keeps all logs",
  );
}
