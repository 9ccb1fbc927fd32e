import { concat } from "ethers";

import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import type { Hex } from "../../src/units/hex.ts";
import { onNewestSnapshot } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { findSender } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import { signExits, type ExitEvidence, type SignedExits } from "./exitEvidence.ts";
import type { ClusterKeys } from "./registeredKeys.ts";
import { describeRemoval, type PoolRemoval } from "./removal.ts";

const UNSEEN =
  "no beacon node was asked: a validator that is not gone would be off duty for good, since keys that are removed as gone are never registered again";
const REMEDY = "wait until it can withdraw; to remove a key before that needs the administrator, with --unexited";

/** A removal with what members signed for it. */
export interface SignedRemoval extends Plan {
  readonly signed: SignedExits;
}

/**
 * Proposes to remove a pool's keys whose validators are gone, as members sign. Anybody may send it.
 * @throws {InputError} If a validator is not gone, or nobody knows at which slot it is.
 */
export async function planExitedRemoval(removal: PoolRemoval, evidence: ExitEvidence): Promise<SignedRemoval> {
  const { ssv, owner, opened, keys, cluster, from } = removal;
  const { clusterManager } = opened.pool;
  const pubkeys = keys.validators.map(({ pubkey }) => pubkey);
  const packed = concat(pubkeys) as Hex;
  if (evidence.beacon === undefined) requireAskedToExit(keys);
  const signed = await signExits(opened, pubkeys, evidence, REMEDY);
  const { refSlot, signatures } = signed;
  const operatorIds = [...keys.operatorIds];
  // Members sign for keys, not for the snapshot of their cluster.
  const propose = (snapshot: ClusterSnapshot) =>
    clusterManager.remove.populateTransaction(packed, operatorIds, snapshot, refSlot, signatures);
  const fields = describeRemoval(removal);
  return {
    action: `remove ${pubkeys.length} validators of operators ${operatorIds.join(", ")}, which are gone`,
    details: { ...fields, refSlot, signers: evidence.members.length },
    warnings: evidence.beacon === undefined ? [UNSEEN] : [],
    signer: await findSender(opened, from),
    ...(await onNewestSnapshot({ ssv, owner, cluster }, propose)),
    outcome: () => ({ ...fields, refSlot }),
    signed,
  };
}

/** The least that must be known of validators that are said to be gone. */
function requireAskedToExit(keys: ClusterKeys): void {
  const other = keys.validators.find(({ state }) => state !== "exit requested");
  if (other !== undefined)
    throw new InputError(
      "keys",
      other.pubkey,
      "was never asked to exit, and no beacon node was asked whether it is gone",
      "name a beacon node with --beacon-node",
    );
}
