import { getAddress, isAddress } from "ethers";

import { FieldError } from "../units/errors.ts";
import { fromHex, toHex, type Hex } from "../units/hex.ts";

/** `0x01` sweeps all above 32 ETH to the address; `0x02` compounds up to 2,048 ETH (EIP-7251). */
export type CredentialsPrefix = "0x01" | "0x02";

/** Withdrawal credentials that are not 0x01 or 0x02, or no address to make them from. */
export class WithdrawalCredentialsError extends FieldError {}

/**
 * Withdrawal credentials that pay to an execution address: prefix, 11 zero bytes, address.
 * Source: consensus-specs, `ETH1_ADDRESS_WITHDRAWAL_PREFIX` and `COMPOUNDING_WITHDRAWAL_PREFIX`.
 * @param address 20 bytes; a mixed-case one must carry the right EIP-55 checksum.
 * @returns 32 bytes.
 * @throws {WithdrawalCredentialsError} If the address is malformed or zero.
 */
export function withdrawalCredentials(address: string, prefix: CredentialsPrefix): Hex {
  if (!isAddress(address) || BigInt(getAddress(address)) === 0n)
    throw new WithdrawalCredentialsError(
      "withdrawal address",
      address,
      "is not a usable address",
      "give the pool's withdrawal vault with its checksum",
    );
  return `${prefix}${"00".repeat(11)}${getAddress(address).slice(2).toLowerCase()}`;
}

/**
 * Takes withdrawal credentials apart.
 * @param credentials 32 bytes.
 * @returns The prefix and the EIP-55 address.
 * @throws {HexFormatError} If they are not 32 bytes.
 * @throws {WithdrawalCredentialsError} If the prefix is neither 0x01 nor 0x02 or the padding is not zero.
 */
export function parseWithdrawalCredentials(
  credentials: string,
  field = "withdrawal credentials",
): { prefix: CredentialsPrefix; address: string } {
  const bytes = fromHex(credentials, field, 32);
  const prefix = toHex(bytes.subarray(0, 1));
  if (prefix !== "0x01" && prefix !== "0x02")
    throw new WithdrawalCredentialsError(
      field,
      credentials,
      `begin with ${prefix}`,
      "use 0x01 or 0x02: nothing else pays to an execution address",
    );
  if (bytes.subarray(1, 12).some((byte) => byte !== 0))
    throw new WithdrawalCredentialsError(field, credentials, "have padding", "set bytes 1 to 11 to zero");
  return { prefix, address: getAddress(toHex(bytes.subarray(12))) };
}
