import { parseWithdrawalCredentials } from "../consensus/withdrawalCredentials.ts";
import { checkOwner } from "../ssv/ownerNonce.ts";
import { sameOperators } from "../ssv/committee.ts";
import type { Hex } from "../units/hex.ts";
import { CeremonyError, type Ceremony, type SharedKeys } from "./ceremony.ts";

/** What the pool on chain demands of a ceremony; what is left out is not compared. */
export interface CeremonyExpectations {
  /** The pool's cluster manager. */
  readonly owner?: string;
  /** Credentials of the pool's withdrawal vault, 32 bytes. */
  readonly withdrawalCredentials?: Hex;
  /** Operators of the cluster, ascending. */
  readonly operatorIds?: readonly bigint[];
  /** Registrations so far plus all keys still waiting. */
  readonly firstNonce?: bigint;
}

/** What to do about deposits of keys that nobody has, as operators made them together. */
export function runDkgAgain(expected: Hex): string {
  return `run ssv-dkg again with --withdrawAddress ${parseWithdrawalCredentials(expected).address}`;
}

/**
 * Compares a ceremony with what the pool demands, before it is registered.
 * @param name How messages name the ceremony.
 * @param depositAgain What to do about deposits with other credentials than those expected.
 * @throws {CeremonyError} For the first difference.
 * @throws {OwnerNonceError} If the expected owner is no address.
 */
export function checkExpectations(
  ceremony: Ceremony,
  expected: CeremonyExpectations,
  name = "ceremony",
  depositAgain: (expected: Hex) => string = () => "sign the deposits again",
): void {
  const { withdrawalCredentials, ...ofKeyshares } = expected;
  if (withdrawalCredentials !== undefined && withdrawalCredentials.toLowerCase() !== ceremony.withdrawalCredentials)
    throw new CeremonyError(
      `${name} withdrawal credentials`,
      ceremony.withdrawalCredentials,
      `are not the pool's, ${withdrawalCredentials}`,
      `${depositAgain(withdrawalCredentials)}: with these the ether would not come back to the pool`,
    );
  checkSharedKeys(ceremony, ofKeyshares, name);
}

/**
 * Compares key shares alone with what the pool demands.
 * @param name How messages name them.
 * @throws {CeremonyError | OwnerNonceError} As `checkExpectations` does.
 */
export function checkSharedKeys(
  shared: SharedKeys,
  { owner, operatorIds, firstNonce }: Omit<CeremonyExpectations, "withdrawalCredentials">,
  name = "ceremony",
): void {
  if (owner !== undefined) {
    const manager = checkOwner(owner, "expected owner");
    if (manager !== shared.owner)
      throw new CeremonyError(
        `${name} owner`,
        shared.owner,
        `is not the account that registers, ${manager}`,
        "generate the key shares again for that account: a pool's is its cluster manager",
      );
  }
  if (operatorIds !== undefined && !sameOperators(operatorIds, shared.operatorIds))
    throw new CeremonyError(
      `${name} operators`,
      shared.operatorIds.join(", "),
      `are not those of the cluster, ${operatorIds.join(", ")}`,
      "generate the key shares again for the cluster's operators",
    );
  const nonce = shared.keys[0]?.ownerNonce;
  if (firstNonce !== undefined && nonce !== firstNonce)
    throw new CeremonyError(
      `${name} owner nonce`,
      String(nonce),
      `does not begin at ${firstNonce}`,
      "make key shares for the pool's next nonces with `keys resplit`",
    );
}
