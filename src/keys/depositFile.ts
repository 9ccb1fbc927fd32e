import { z } from "zod";

import { parsePublicKey, parseSignature } from "../consensus/bls.ts";
import { depositDataRoot, depositMessageRoot, findInvalidDeposits, type DepositData } from "../consensus/deposit.ts";
import type { Network } from "../consensus/network.ts";
import { FieldError } from "../units/errors.ts";
import { gwei } from "../units/ether.ts";
import { fromHex, toBareHex, toHex } from "../units/hex.ts";
import { hexSchema, parseJson } from "../units/json.ts";

/** Name of the file in messages. */
export const DEPOSIT_FILE = "deposit_data.json";

/** An entry of a deposit file contradicts itself, its signature or the network. */
export class DepositFileError extends FieldError {}

const Entry = z.object({
  pubkey: hexSchema(48),
  withdrawal_credentials: hexSchema(32),
  amount: z.int().positive(),
  signature: hexSchema(96),
  deposit_message_root: hexSchema(32),
  deposit_data_root: hexSchema(32),
  fork_version: hexSchema(4),
  network_name: z.string().optional(),
  deposit_cli_version: z.string().optional(),
});
const Entries = z.array(Entry).min(1);

/**
 * Reads a deposit file as the deposit-cli, its successors and ssv-dkg write it, and verifies it: both roots are
 * recomputed, the fork version is the network's, no key appears twice, every signature is valid.
 * @param text Content of the file.
 * @returns The deposits in the order of the file.
 * @throws {FileFormatError} If it has another shape.
 * @throws {DepositFileError | BlsFormatError} Naming the first entry that is wrong.
 */
export function parseDepositFile(text: string, network: Network, file = DEPOSIT_FILE): DepositData[] {
  const entries = parseJson(text, Entries, file);
  const seen = new Map<string, number>();
  const deposits = entries.map((entry, i) => {
    const at = (name: string): string => `${file}[${i}].${name}`;
    const earlier = seen.get(entry.pubkey);
    if (earlier !== undefined)
      throw new DepositFileError(at("pubkey"), entry.pubkey, `repeats entry ${earlier}`, "remove one of the two");
    seen.set(entry.pubkey, i);
    if (entry.fork_version !== network.genesisForkVersion.toLowerCase())
      throw new DepositFileError(
        at("fork_version"),
        entry.fork_version,
        `is not that of ${network.name}, ${network.genesisForkVersion}`,
        `generate the deposits again for ${network.name}`,
      );
    const deposit: DepositData = {
      pubkey: fromHex(entry.pubkey, at("pubkey"), 48),
      withdrawalCredentials: fromHex(entry.withdrawal_credentials, at("withdrawal_credentials"), 32),
      amount: gwei(BigInt(entry.amount), at("amount")),
      signature: fromHex(entry.signature, at("signature"), 96),
    };
    checkRoot(at("deposit_message_root"), entry.deposit_message_root, depositMessageRoot(deposit));
    checkRoot(at("deposit_data_root"), entry.deposit_data_root, depositDataRoot(deposit));
    return deposit;
  });
  const [invalid] = findInvalidDeposits(deposits, network);
  const deposit = invalid === undefined ? undefined : deposits[invalid];
  if (deposit !== undefined) throw notSigned(deposit, `${file}[${invalid}]`);
  return deposits;
}

/**
 * Writes deposits in the deposit-cli's format.
 * @param cliVersion Version of the format to claim; launchpads refuse old ones.
 */
export function formatDepositFile(deposits: readonly DepositData[], network: Network, cliVersion = "2.8.0"): string {
  const entries = deposits.map((deposit) => ({
    pubkey: toBareHex(deposit.pubkey),
    withdrawal_credentials: toBareHex(deposit.withdrawalCredentials),
    amount: Number(deposit.amount),
    signature: toBareHex(deposit.signature),
    deposit_message_root: toBareHex(depositMessageRoot(deposit)),
    deposit_data_root: toBareHex(depositDataRoot(deposit)),
    fork_version: network.genesisForkVersion.slice(2),
    network_name: network.name,
    deposit_cli_version: cliVersion,
  }));
  return JSON.stringify(entries, null, 2);
}

/** Points that are none have their own error. */
function notSigned({ pubkey, signature }: DepositData, at: string): DepositFileError {
  parsePublicKey(pubkey, `${at}.pubkey`);
  parseSignature(signature, `${at}.signature`);
  return new DepositFileError(
    `${at}.signature`,
    toHex(signature),
    "is not this key's signature over these credentials, amount and network",
    "sign the deposit again: on chain it would burn the ether",
  );
}

function checkRoot(field: string, stated: string, computed: Uint8Array): void {
  if (stated !== toHex(computed))
    throw new DepositFileError(
      field,
      stated,
      `does not follow from the entry, whose root is ${toHex(computed)}`,
      "do not use the file: a field was changed after signing",
    );
}
