import { checkOwner } from "../ssv/ownerNonce.ts";
import { sameOperators } from "../ssv/committee.ts";
import type { Hex } from "../units/hex.ts";
import { CeremonyError, type Ceremony } from "./ceremony.ts";

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

/**
 * Compares a ceremony with what the pool demands, before it is registered.
 * @throws {CeremonyError} For the first difference.
 * @throws {OwnerNonceError} If the expected owner is no address.
 */
export function checkExpectations(ceremony: Ceremony, expected: CeremonyExpectations): void {
  const { owner, withdrawalCredentials, operatorIds, firstNonce } = expected;
  if (owner !== undefined) {
    const manager = checkOwner(owner, "expected owner");
    if (manager !== ceremony.owner)
      throw new CeremonyError(
        "ceremony owner",
        ceremony.owner,
        `is not the pool's cluster manager, ${manager}`,
        "generate the key shares again for the cluster manager",
      );
  }
  if (withdrawalCredentials !== undefined && withdrawalCredentials.toLowerCase() !== ceremony.withdrawalCredentials)
    throw new CeremonyError(
      "ceremony withdrawal credentials",
      ceremony.withdrawalCredentials,
      `are not the pool's, ${withdrawalCredentials}`,
      "sign the deposits again: with these the ether would not come back to the pool",
    );
  if (operatorIds !== undefined && !sameOperators(operatorIds, ceremony.operatorIds))
    throw new CeremonyError(
      "ceremony operators",
      ceremony.operatorIds.join(", "),
      `are not those of the cluster, ${operatorIds.join(", ")}`,
      "generate the key shares again for the cluster's operators",
    );
  const nonce = ceremony.keys[0]?.ownerNonce;
  if (firstNonce !== undefined && nonce !== firstNonce)
    throw new CeremonyError(
      "ceremony owner nonce",
      String(nonce),
      `does not begin at ${firstNonce}`,
      "make key shares for the pool's next nonces with `keys resplit`",
    );
}
