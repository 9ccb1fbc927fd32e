import { aggregateSerializedSignatures } from "@chainsafe/blst";
import { BitArray } from "@chainsafe/ssz";
import { MAX_ATTESTATIONS_ELECTRA, MAX_COMMITTEES_PER_SLOT } from "@lodestar/params";
import { computeEpochAtSlot } from "@lodestar/state-transition";
import { ssz, type electra, type phase0 } from "@lodestar/types";

import type { ChainState } from "./chainState.ts";

/** A vote of one or several validators, by their places in the committees of the slot. */
export interface Vote {
  readonly places: readonly { readonly committee: number; readonly position: number }[];
  /** The aggregate of their signatures. */
  readonly signature: Uint8Array;
}

/** Votes that no block has taken yet: one aggregate over all committees of a slot (EIP-7549). */
export class AttestationPool {
  #waiting: electra.Attestation[] = [];

  /**
   * Puts the votes of a slot together.
   * @param committees Members of each committee of the slot.
   */
  add(data: phase0.AttestationData, committees: readonly Uint32Array[], votes: readonly Vote[]): void {
    const places = votes.flatMap(({ places }) => places);
    if (places.length === 0) return;
    const present = committees.map((_, committee) => places.some((place) => place.committee === committee));
    const offsets = committees.map((_, committee) => lengthBefore(committees, present, committee));
    const bits = BitArray.fromBitLen(lengthBefore(committees, present, committees.length));
    for (const { committee, position } of places) bits.set((offsets[committee] ?? 0) + position, true);
    const committeeBits = BitArray.fromBitLen(MAX_COMMITTEES_PER_SLOT);
    present.forEach((isPresent, committee) => {
      if (isPresent) committeeBits.set(committee, true);
    });
    const signature = aggregateSerializedSignatures(votes.map((vote) => vote.signature)).toBytes();
    this.#waiting.push({ aggregationBits: bits, data, signature, committeeBits });
  }

  /** What a block on top of a state may contain; what has become too old is dropped. */
  candidates(state: ChainState): electra.Attestation[] {
    const epoch = computeEpochAtSlot(state.slot);
    this.#waiting = this.#waiting.filter(({ data }) => computeEpochAtSlot(data.slot) + 1 >= epoch);
    return this.#waiting.filter((each) => isValidIn(state, each)).slice(0, MAX_ATTESTATIONS_ELECTRA);
  }

  /** Forgets what a block contains. */
  remove(included: readonly electra.Attestation[]): void {
    this.#waiting = this.#waiting.filter((each) => !included.includes(each));
  }
}

/** A vote counts only for the justified checkpoint of its time. */
function isValidIn(state: ChainState, { data }: electra.Attestation): boolean {
  const isCurrent = data.target.epoch === computeEpochAtSlot(state.slot);
  const source = isCurrent ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint;
  return data.slot < state.slot && ssz.phase0.Checkpoint.equals(data.source, source.toValue());
}

function lengthBefore(committees: readonly Uint32Array[], present: readonly boolean[], end: number): number {
  return committees.slice(0, end).reduce((sum, { length }, i) => sum + (present[i] === true ? length : 0), 0);
}
