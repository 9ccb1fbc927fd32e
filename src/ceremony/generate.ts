import { depositDataRoot } from "../consensus/deposit.ts";
import type { DepositTerms } from "../keys/depositData.ts";
import { formatDepositFile } from "../keys/depositFile.ts";
import type { ValidatorKeychain } from "../keys/derivation.ts";
import { formatKeysharesFile, type ListedOperator } from "../ssv/keysharesFile.ts";
import { checkOwner } from "../ssv/ownerNonce.ts";
import { toHex } from "../units/hex.ts";
import type { Ceremony, CeremonyFiles } from "./ceremony.ts";
import { signDeposits, splitKeys } from "./keyJobs.ts";

/** What a ceremony is to produce. */
export interface CeremonyRequest extends DepositTerms {
  readonly keychain: ValidatorKeychain;
  /** EIP-2334 index of the first key. */
  readonly firstKeyIndex: number;
  /** How many keys. */
  readonly count: number;
  /** By ascending id; 4, 7, 10 or 13. */
  readonly operators: readonly ListedOperator[];
  /** Account that registers at SSV. */
  readonly owner: string;
  /** Nonce of the first key: the owner's registrations so far plus all keys still waiting. */
  readonly firstNonce: bigint;
}

/** A ceremony and the files that say the same. */
export interface GeneratedCeremony {
  readonly ceremony: Ceremony;
  readonly files: CeremonyFiles;
}

/**
 * Makes a whole ceremony in one thread, for local chains, demonstrations and tests.
 * @param createdAt Time to state in the keyshares file, ISO 8601.
 * @throws {FieldError} If operators, owner, nonce, credentials or amount are unusable.
 */
export function generateCeremony(request: CeremonyRequest, createdAt: string): GeneratedCeremony {
  const { keychain, firstKeyIndex, count, operators, firstNonce, withdrawalCredentials, amount, network } = request;
  const owner = checkOwner(request.owner);
  const keys = Array.from({ length: count }, (_, i) => firstKeyIndex + i);
  const deposits = signDeposits({ kind: "deposits", keys, terms: request }, keychain);
  const keyshares = splitKeys({ kind: "keyshares", keys, operators, owner, firstNonce }, keychain);
  const ceremony: Ceremony = {
    owner,
    operatorIds: operators.map(({ id }) => id),
    operatorKeys: operators.map(({ operatorKey }) => operatorKey),
    withdrawalCredentials,
    amount,
    network,
    keys: deposits.map((deposit, i) => ({
      ownerNonce: firstNonce + BigInt(i),
      pubkey: toHex(deposit.pubkey),
      depositSignature: toHex(deposit.signature),
      depositDataRoot: toHex(depositDataRoot(deposit)),
      sharesData: keyshares[i]?.sharesData ?? "0x",
    })),
  };
  const listed = keyshares.map((keyshare) => ({ ...keyshare, operators }));
  const files = {
    deposits: formatDepositFile(deposits, network),
    keyshares: formatKeysharesFile(listed, createdAt),
  };
  return { ceremony, files };
}
