import { parseSecretKey, findInvalidSignatures } from "../../src/consensus/bls.ts";
import { depositSignatureSet, type DepositData } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { recoverSecret, type SecretShare } from "../../src/keys/shamir.ts";
import { parseOperatorPrivateKey } from "../../src/ssv/operatorKey.ts";
import { decryptShare } from "../../src/ssv/shareEncryption.ts";
import { parseSharesData } from "../../src/ssv/sharesData.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import type { World } from "./world.ts";

/** Verifies the BLS signatures of deposits as the beacon chain does; returns those that would never become validators. */
export function invalidDeposits(deposits: readonly DepositData[]): DepositData[] {
  const sets = deposits.map((deposit) => depositSignatureSet(deposit, LOCAL));
  return findInvalidSignatures(sets).flatMap((position) => deposits[position] ?? []);
}

/** What came out when operators put their shares of a key together. */
export interface Recovery {
  readonly operators: readonly bigint[];
  /** Public key that their shares recover. */
  readonly pubkey: Hex;
}

/**
 * Decrypts the shares of a key with each operator's RSA key, as its node would, and puts every three of the four
 * together, and every two, which are too few.
 */
export function recoverKey({ suite }: World, sharesData: Hex): Recovery[] {
  const { encryptedShares } = parseSharesData(fromHex(sharesData, "shares"), suite.operators.length);
  const shares = suite.operators.map(({ id, privateKey }, i): SecretShare => {
    const secret = decryptShare(encryptedShares[i] ?? new Uint8Array(), parseOperatorPrivateKey(privateKey));
    return { operatorId: id, secret };
  });
  return [...subsets(shares, 3), ...subsets(shares, 2)].map((subset) => ({
    operators: subset.map(({ operatorId }) => operatorId),
    pubkey: toHex(parseSecretKey(recoverSecret(subset)).toPublicKey().toBytes()),
  }));
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
