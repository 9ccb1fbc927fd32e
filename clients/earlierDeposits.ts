import { FieldError } from "../src/units/errors.ts";
import { toHex } from "../src/units/hex.ts";
import type { PoolETH } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchDeposits } from "./deposits.ts";

/** Where earlier deposits were looked for, inclusive. */
export interface ScannedBlocks {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** Somebody has deposited for a key before, or it cannot be told. */
export class EarlierDepositError extends FieldError {}

/**
 * Checks that nobody has deposited for these keys yet: the first deposit of a key fixes for ever whom it pays out to.
 * @param pubkeys Lower-case hexadecimal.
 * @param fromBlock Block from which to look; no deposit of the keys may be older.
 * @throws {EarlierDepositError} For the first key that has a deposit, or if `fromBlock` is after the newest block.
 */
export async function checkNoEarlierDeposit(
  poolETH: PoolETH,
  pubkeys: readonly string[],
  fromBlock: number,
): Promise<ScannedBlocks> {
  const chain = chainOf(poolETH);
  const toBlock = await chain.getBlockNumber();
  if (fromBlock > toBlock)
    throw new EarlierDepositError(
      "scanFrom",
      String(fromBlock),
      `is after the newest block, ${toBlock}`,
      "name a block before the ceremony took place",
    );
  const deposits = await fetchDeposits(chain, await poolETH.DEPOSIT_CONTRACT(), fromBlock, toBlock);
  const indexes = new Map(deposits.map(({ pubkey, index }) => [toHex(pubkey) as string, index]));
  for (const pubkey of pubkeys) {
    const index = indexes.get(pubkey);
    if (index !== undefined)
      throw new EarlierDepositError(
        "validator key",
        pubkey,
        `has a deposit already, number ${index} of all`,
        "drop the batch with `validators discard`: ether staked to this key could pay out to somebody else",
      );
  }
  return { fromBlock, toBlock };
}
