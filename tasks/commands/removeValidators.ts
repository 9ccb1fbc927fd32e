import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { newestSnapshot } from "../../src/ssv/ownerEvents.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { ClusterOwner } from "../clusterAccount.ts";
import type { Plan } from "../transaction.ts";
import { requireFew, requireRegistered } from "./registeredKeys.ts";
import type { ExitEvidence, SignedExits } from "./exitEvidence.ts";
import { planExitedRemoval } from "./removeExited.ts";
import { planOwnRemoval, requireExited } from "./removeOwn.ts";
import { planUnexitedRemoval, UNEXITED } from "./removeUnexited.ts";

/** What is to be removed, and why that is right. */
export interface RemovalRequest extends ExitEvidence {
  readonly pubkeys: readonly Hex[];
  /** Whether validators that have not exited are meant. */
  readonly unexited: boolean;
}

/** A removal, with what members signed if they did. */
export interface RemovalPlan extends Plan {
  readonly signed?: SignedExits;
}

/**
 * Proposes to remove keys of one cluster from ssv.network: of the pool, by its committee's word or by role, or of the
 * account that sends.
 * @throws {InputError} If a key is not the account's, was removed, or is of another cluster, or its validator is not
 *   known to be gone and nobody says that it need not be.
 */
export async function planRemoval(target: ClusterOwner, request: RemovalRequest): Promise<RemovalPlan> {
  const { ssv, owner, opened } = target;
  const { pubkeys, unexited, beacon } = request;
  const state = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  const keys = requireRegistered(state, owner, pubkeys, {
    removed: "leave it out: nothing is left of it there",
    otherCluster: "remove the validators of each cluster by themselves",
  });
  requireFew(pubkeys);
  const { operatorIds } = keys;
  const removal = { ...target, keys, cluster: { operatorIds, snapshot: newestSnapshot(state, operatorIds) } };
  const noExit = "they can exit by their withdrawal address or key alone from then on, and not through ssv.network";
  if (opened === undefined)
    return planOwnRemoval(removal, unexited ? [UNEXITED, noExit] : await requireExited(removal, beacon));
  if (!unexited) return planExitedRemoval({ ...removal, opened }, request);
  return (await planUnexitedRemoval({ ...removal, opened }, [noExit])).plan;
}
