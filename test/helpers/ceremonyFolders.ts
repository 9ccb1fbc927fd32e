import { batchFiles, writeBatch } from "../../clients/ceremonyFolder.ts";
import { fetchOperatorKeys } from "../../clients/operators.ts";
import type { Pool } from "../../clients/pool.ts";
import { generateCeremony, type GeneratedCeremony } from "../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { Hex } from "../../src/units/hex.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
export const MNEMONIC = "test test test test test test test test test test test junk";

/** What the batches of a test have. */
export interface BatchRequest {
  readonly counts: readonly number[];
  readonly firstNonce: bigint;
  /** In the keychain; by default as the nonce. */
  readonly firstKeyIndex?: number;
}

/** Makes batches for a pool's first four operators and writes them to a folder, as a ceremony of several does. */
export async function writeBatches(
  pool: Pick<Pool, "poolETH" | "clusterManager" | "ssvNetwork">,
  folder: string,
  { counts, firstNonce, firstKeyIndex = Number(firstNonce) }: BatchRequest,
): Promise<GeneratedCeremony[]> {
  const operators = (await fetchOperatorKeys(pool.ssvNetwork)).slice(0, 4);
  const owner = await pool.clusterManager.getAddress();
  const withdrawalCredentials = (await pool.poolETH.withdrawalCredentials(false)) as Hex;
  let offset = 0;
  return counts.map((count) => {
    const generated = generateCeremony(
      {
        keychain: ValidatorKeychain.fromMnemonic(MNEMONIC),
        firstKeyIndex: firstKeyIndex + offset,
        count,
        operators,
        owner,
        firstNonce: firstNonce + BigInt(offset),
        withdrawalCredentials,
        amount: MIN_ACTIVATION_GWEI,
        network: LOCAL,
      },
      "2026-01-01T00:00:00.000Z",
    );
    writeBatch(folder, firstNonce + BigInt(offset), count, batchFiles(generated.files));
    offset += count;
    return generated;
  });
}
