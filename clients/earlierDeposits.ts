import { FieldError } from "../src/units/errors.ts";
import { toHex } from "../src/units/hex.ts";
import type { PoolETH } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchDeposits } from "./deposits.ts";

/** Somebody has deposited for a key before. */
export class EarlierDepositError extends FieldError {}

/**
 * Checks that nobody has deposited for these keys yet: the first deposit of a key fixes for ever whom it pays out to.
 * @param pubkeys Lower-case hexadecimal.
 * @param fromBlock Block from which to look; no deposit of the keys may be older.
 * @throws {EarlierDepositError} For the first key that has a deposit.
 */
export async function checkNoEarlierDeposit(
  poolETH: PoolETH,
  pubkeys: readonly string[],
  fromBlock: number,
): Promise<void> {
  const deposits = await fetchDeposits(chainOf(poolETH), await poolETH.DEPOSIT_CONTRACT(), fromBlock);
  const indexes = new Map(deposits.map(({ pubkey, index }) => [toHex(pubkey) as string, index]));
  for (const pubkey of pubkeys) {
    const index = indexes.get(pubkey);
    if (index !== undefined)
      throw new EarlierDepositError(
        "validator key",
        pubkey,
        `has a deposit already, number ${index} of all`,
        "discard the batch: ether staked to this key could pay out to somebody else",
      );
  }
}
