import { SYNC_COMMITTEE_SIZE } from "@lodestar/params";
import { computeEpochAtSlot, computeStartSlotAtEpoch, getBlockRootAtSlot } from "@lodestar/state-transition";
import type { phase0 } from "@lodestar/types";

import type { ChainState } from "./chainState.ts";

/** A validator's place in the committees of a slot. */
export interface AttesterPlace {
  readonly validator: number;
  readonly committee: number;
  readonly position: number;
}

/** What is to be attested in a slot, and by whom. */
export interface AttestationDuties {
  readonly data: phase0.AttestationData;
  readonly committees: readonly Uint32Array[];
  readonly attesters: readonly AttesterPlace[];
}

/**
 * Who attests in the slot of a state, and to what.
 * @param headRoot Root of the newest block.
 */
export function attestationDuties(state: ChainState, headRoot: Uint8Array): AttestationDuties {
  const { slot, epochCtx } = state;
  const epoch = computeEpochAtSlot(slot);
  const committees = Array.from({ length: epochCtx.getCommitteeCountPerSlot(epoch) }, (_, i) =>
    epochCtx.getBeaconCommittee(slot, i),
  );
  const start = computeStartSlotAtEpoch(epoch);
  const targetRoot = start === slot ? headRoot : getBlockRootAtSlot(state, start);
  const attesters = committees.flatMap((members, committee) =>
    [...members].map((validator, position) => ({ validator, committee, position })),
  );
  const source = state.currentJustifiedCheckpoint.toValue();
  // Since EIP-7549 the committee stands beside the data, which is the same for all.
  const data = { slot, index: 0, beaconBlockRoot: headRoot, source, target: { epoch, root: targetRoot } };
  return { data, committees, attesters };
}

/** The sync committee that votes in the slot of a state for the block after it, place by place. */
export function syncCommitteeOf(state: ChainState): readonly number[] {
  const { validatorIndices } = state.epochCtx.getIndexedSyncCommittee(state.slot);
  return Array.from({ length: SYNC_COMMITTEE_SIZE }, (_, i) => validatorIndices[i] ?? 0);
}
