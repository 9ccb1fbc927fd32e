import { aggregateSerializedSignatures } from "@chainsafe/blst";
import { BitArray } from "@chainsafe/ssz";
import { SYNC_COMMITTEE_SIZE } from "@lodestar/params";
import { G2_POINT_AT_INFINITY } from "@lodestar/state-transition";
import type { altair } from "@lodestar/types";

import type { SlotVotes } from "./validators.ts";

/** Puts the votes of a sync committee together; without any it is the empty one. */
export function syncAggregate(votes: SlotVotes["syncVotes"]): altair.SyncAggregate {
  const syncCommitteeBits = BitArray.fromBitLen(SYNC_COMMITTEE_SIZE);
  for (const place of votes.flatMap(({ places }) => places)) syncCommitteeBits.set(place, true);
  if (votes.length === 0) return { syncCommitteeBits, syncCommitteeSignature: G2_POINT_AT_INFINITY };
  const signature = aggregateSerializedSignatures(votes.map(({ signature }) => signature));
  return { syncCommitteeBits, syncCommitteeSignature: signature.toBytes() };
}
