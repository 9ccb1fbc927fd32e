import { concat } from "ethers";

import type { StateId } from "../../clients/beaconNode.ts";
import { signExitStatus } from "../../clients/exitStatus.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { slotAt } from "../../src/oracle/frames.ts";
import { pubkeysHash, type MemberSigner } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Beacon } from "../beaconNode.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { requireGone, WITHDRAWABLE } from "./goneValidators.ts";

/** By whose word validators of a pool are gone. */
export interface ExitEvidence {
  /** A quorum, who sign. */
  readonly members: readonly MemberSigner[];
  /** Slot at which they look. */
  readonly refSlot: bigint | undefined;
  readonly beacon: Beacon | undefined;
}

/** What members signed: that validators are gone. */
export interface SignedExits {
  /** In the order that was signed. */
  readonly pubkeys: readonly Hex[];
  readonly refSlot: bigint;
  readonly signatures: Hex;
}

/**
 * Has members sign that validators are gone.
 * @param remedy What to do about one that is not, as an imperative.
 * @throws {InputError} If one is not, or nobody knows at which slot it is.
 */
export async function signExits(
  opened: PoolConnection,
  pubkeys: readonly Hex[],
  evidence: ExitEvidence,
  remedy: string,
): Promise<SignedExits> {
  const refSlot = await findExitSlot(opened, pubkeys, evidence, remedy);
  const status = { pubkeysHash: pubkeysHash(concat(pubkeys) as Hex), refSlot };
  return { pubkeys, refSlot, signatures: await signExitStatus(opened.pool.poolETH, status, evidence.members) };
}

/** The slot that members sign: one that is final, at which all can withdraw. */
async function findExitSlot(
  opened: PoolConnection,
  pubkeys: readonly Hex[],
  { refSlot, beacon }: ExitEvidence,
  remedy: string,
): Promise<bigint> {
  if (beacon !== undefined) {
    const { node, chain } = beacon;
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
