import type { Provider } from "ethers";

import type { Proposals } from "../../clients/beaconDuties.ts";
import type { Consolidation } from "../../clients/consolidations.ts";
import { findDeposits } from "../../clients/deposits.ts";
import type { Payout } from "../../clients/payouts.ts";
import { StakeLogError } from "../../clients/stakes.ts";
import type { KeyFlows } from "../../src/oracle/conservation.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";

/** What moved the balances of keys between two states, as far as it is known. */
export interface KnownFlows {
  readonly keys: readonly ObservedKey[];
  /** Gwei that others than the pool deposited, by public key. */
  readonly gifts: ReadonlyMap<Hex, bigint>;
  /** To the withdrawal vault. */
  readonly payouts: readonly Payout[];
  /** By index of the validator. */
  readonly proposals: ReadonlyMap<bigint, Proposals>;
  readonly syncSlots: ReadonlyMap<bigint, bigint>;
  /** That waited in the first state or after it, and do no more in the second one. */
  readonly consolidations: readonly Consolidation[];
}

/** Puts together what went to each key and came from it. */
export function flowsOf({
  keys,
  gifts,
  payouts,
  proposals,
  syncSlots,
  consolidations,
}: KnownFlows): Map<Hex, KeyFlows> {
  const swept = new Map<bigint, bigint>();
  for (const { validatorIndex, amountGwei } of payouts)
    swept.set(validatorIndex, (swept.get(validatorIndex) ?? 0n) + amountGwei);
  const consolidated = (index: bigint | undefined) =>
    consolidations.reduce((sum, { target, mostGwei }) => sum + (target === index ? mostGwei : 0n), 0n);
  return new Map(
    keys.map(({ pubkey, validator }) => {
      const { blocks = 0n, slashings = 0n } = (validator && proposals.get(validator.index)) ?? {};
      return [
        pubkey,
        {
          depositedGwei: gifts.get(pubkey) ?? 0n,
          sweptGwei: (validator && swept.get(validator.index)) ?? 0n,
          consolidatedGwei: consolidated(validator?.index),
          syncSlots: (validator && syncSlots.get(validator.index)) ?? 0n,
          ...{ proposals: blocks, slashings },
        },
      ];
    }),
  );
}

/** Which blocks to look at for deposits, and how many deposits there were by the last one. */
export interface GiftBlocks {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/**
 * What others than the pool deposited for its keys in some blocks, Gwei: all deposits for them, less the pool's.
 * @param staked Gwei that the pool deposited for each key in these blocks.
 * @throws {StakeLogError} If the deposit contract's logs lack one of the pool's.
 */
export async function fetchGifts(
  chain: Provider,
  depositContract: string,
  staked: ReadonlyMap<Hex, bigint>,
  blocks: GiftBlocks,
): Promise<Map<Hex, bigint>> {
  const gifts = new Map<Hex, bigint>([...staked].map(([pubkey, gwei]) => [pubkey, -gwei]));
  for (const { pubkey, amount } of await findDeposits(chain, depositContract, new Set(staked.keys()), blocks)) {
    const key = toHex(pubkey);
    gifts.set(key, (gifts.get(key) ?? 0n) + amount);
  }
  const [lacking] = [...gifts].find(([, gwei]) => gwei < 0n) ?? [];
  if (lacking === undefined) return gifts;
  throw new StakeLogError(
    "deposit contract",
    lacking,
    "has less logged for a key than the pool staked to it",
    "wait until the execution node has caught up, or use one that keeps all logs",
  );
}
