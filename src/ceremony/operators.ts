import { ZeroAddress } from "ethers";

import { KEYSHARES_FILE } from "../ssv/keysharesFile.ts";
import { operatorKeyFingerprint } from "../ssv/operatorKey.ts";
import { CeremonyError, type SharedKeys } from "./ceremony.ts";

/** An operator as ssv.network has it. */
export interface RegisteredOperator {
  readonly id: bigint;
  /** The zero address if there never was such an operator. */
  readonly owner: string;
  readonly isRemoved: boolean;
  /** Public key in SSV's encoding; undefined if no log of its registration was found. */
  readonly operatorKey: string | undefined;
}

const OTHERS = "split the keys anew for operators that are registered there";

/**
 * Checks that the operators of a ceremony exist and can decrypt their shares: that the shares were made for the keys
 * that ssv.network has for them.
 * @param registered The operators of the ceremony, in its order.
 * @param keysharesFile How messages name its file, where there are several.
 * @throws {CeremonyError} For the first operator that does not exist, was removed, or has another key.
 * @throws {OperatorKeyError} If a key cannot be read.
 */
export function checkOperators(
  ceremony: Pick<SharedKeys, "operatorIds" | "operatorKeys">,
  registered: readonly RegisteredOperator[],
  keysharesFile?: string,
): void {
  ceremony.operatorIds.forEach((id, i) => {
    const operator = registered[i];
    if (operator?.id !== id) throw new Error(`operator ${id} was not looked up`);
    checkOperator(operator, ceremony.operatorKeys[i] ?? "", keysharesFile);
  });
}

function checkOperator(
  { id, owner, isRemoved, operatorKey }: RegisteredOperator,
  listedKey: string,
  keysharesFile: string | undefined,
): void {
  const file = keysharesFile ?? KEYSHARES_FILE;
  const subject = keysharesFile === undefined ? "ceremony operator" : `operator of ${keysharesFile}`;
  const unusable = (problem: string, remedy: string): CeremonyError =>
    new CeremonyError(subject, id.toString(), problem, remedy);
  if (owner === ZeroAddress) throw unusable("does not exist at ssv.network", OTHERS);
  if (isRemoved) throw unusable("was removed from ssv.network", OTHERS);
  if (operatorKey === undefined)
    throw unusable("is registered, but the node has no log of its key", "use a node that keeps all logs");
  const registered = operatorKeyFingerprint(operatorKey, `operator ${id}'s key at ssv.network`);
  const listed = operatorKeyFingerprint(listedKey, `operator ${id}'s key in ${file}`);
  if (listed !== registered)
    throw new CeremonyError(
      `operator ${id}'s key in ${file}`,
      `SHA-256 ${listed}`,
      `differs from the one registered at ssv.network, SHA-256 ${registered}`,
      "split the keys anew for the operators as they are",
    );
}
