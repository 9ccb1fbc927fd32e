import { concat } from "ethers";

import type { StateId } from "../../clients/beaconNode.ts";
import { signExitStatus } from "../../clients/exitStatus.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { slotAt } from "../../src/oracle/frames.ts";
import { pubkeysHash, type MemberSigner } from "../../src/oracle/messages.ts";
import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Beacon } from "../beaconNode.ts";
import { onNewestSnapshot } from "../clusterAccount.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { findSender } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import { requireGone, WITHDRAWABLE } from "./goneValidators.ts";
import type { ClusterKeys } from "./registeredKeys.ts";
import { describeRemoval, type PoolRemoval } from "./removal.ts";

/** By whose word validators of a pool are gone. */
export interface ExitEvidence {
  /** A quorum, who sign. */
  readonly members: readonly MemberSigner[];
  /** Slot at which they look. */
  readonly refSlot: bigint | undefined;
  readonly beacon: Beacon | undefined;
}

/**
 * Proposes to remove a pool's keys whose validators are gone, as members sign. Anybody may send it.
 * @throws {InputError} If a validator is not gone, or nobody knows at which slot it is.
 */
export async function planExitedRemoval(removal: PoolRemoval, evidence: ExitEvidence): Promise<Plan> {
  const { ssv, owner, opened, keys, cluster, from } = removal;
  const { poolETH, clusterManager } = opened.pool;
  const pubkeys = keys.validators.map(({ pubkey }) => pubkey);
  const packed = concat(pubkeys) as Hex;
  const refSlot = await findExitSlot(opened, keys, evidence);
  const status = { pubkeysHash: pubkeysHash(packed), refSlot };
  const signatures = await signExitStatus(poolETH, status, evidence.members);
  const operatorIds = [...keys.operatorIds];
  // Members sign for keys, not for the snapshot of their cluster.
  const propose = (snapshot: ClusterSnapshot) =>
    clusterManager.remove.populateTransaction(packed, operatorIds, snapshot, refSlot, signatures);
  const fields = describeRemoval(removal);
  const unseen =
    "no beacon node was asked: a validator that is not gone would be off duty for good, since keys that are removed as gone are never registered again";
  return {
    action: `remove ${pubkeys.length} validators of operators ${operatorIds.join(", ")}, which are gone`,
    details: { ...fields, refSlot, signers: evidence.members.length },
    warnings: evidence.beacon === undefined ? [unseen] : [],
    signer: await findSender(opened, from),
    ...(await onNewestSnapshot({ ssv, owner, cluster }, propose)),
    outcome: () => ({ ...fields, refSlot }),
  };
}

/** The slot that members sign: one that is final, at which all can withdraw. */
async function findExitSlot(
  opened: PoolConnection,
  keys: ClusterKeys,
  { refSlot, beacon }: ExitEvidence,
): Promise<bigint> {
  if (beacon !== undefined) {
    const { node, chain } = beacon;
    const pubkeys = keys.validators.map(({ pubkey }) => pubkey);
    const remedy = "wait until it can withdraw; to remove a key before that needs the administrator, with --unexited";
    const requireAt = (state: StateId) => requireGone(beacon, state, pubkeys, WITHDRAWABLE, remedy);
    // Which is there on nodes that keep no earlier states. Whoever is gone stays so in a slot that is final later.
    if (refSlot === undefined) await requireAt("finalized");
    const newest = (await node.finalizedEpoch("head")) * chain.slotsPerEpoch;
    if (refSlot === undefined) return newest;
    if (refSlot > newest)
      throw new InputError("refSlot", `${refSlot}`, "is not final yet", `give ${newest} at the most, or leave it out`);
    await requireAt(refSlot);
    return refSlot;
  }
  requireAskedToExit(keys);
  const now = BigInt((await opened.connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const slot = slotAt(await fetchSlotClock(opened.pool.accounting), now);
  if (refSlot !== undefined && refSlot > slot)
    throw new InputError("refSlot", `${refSlot}`, "is in the future", `give ${slot} at the most`);
  if (refSlot !== undefined) return refSlot;
  if (!opened.isLocal)
    throw new InputError(
      "refSlot",
      "nothing",
      "is shown by the beacon chain only",
      "name a beacon node with --beacon-node, or the final slot at which members saw that the validators are gone",
    );
  return slot;
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
