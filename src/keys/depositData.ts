import type { SecretKey } from "@chainsafe/bls/blst-native";

import { checkDepositAmount, depositSigningRoot, type DepositData } from "../consensus/deposit.ts";
import type { Network } from "../consensus/network.ts";
import type { Gwei } from "../units/ether.ts";
import { fromHex, type Hex } from "../units/hex.ts";

/** What a deposit pays, and where to. */
export interface DepositTerms {
  /** 0x01 or 0x02 credentials, 32 bytes. */
  readonly withdrawalCredentials: Hex;
  /** 32 ETH, or up to 2,048 ETH with 0x02 credentials. */
  readonly amount: Gwei;
  readonly network: Network;
}

/**
 * Signs the deposit of one validator.
 * @throws {HexFormatError} If the credentials are not 32 bytes.
 * @throws {WithdrawalCredentialsError} If they are neither 0x01 nor 0x02.
 * @throws {DepositError} If the amount does not fit the credentials.
 */
export function signDeposit(
  secretKey: SecretKey,
  { withdrawalCredentials, amount, network }: DepositTerms,
): DepositData {
  const message = {
    pubkey: secretKey.toPublicKey().toBytes(),
    withdrawalCredentials: fromHex(withdrawalCredentials, "withdrawal credentials", 32),
    amount,
  };
  checkDepositAmount(message);
  return { ...message, signature: secretKey.sign(depositSigningRoot(message, network)).toBytes() };
}
