import { computeEndSlotAtEpoch, computeEpochAtSlot, computeStartSlotAtEpoch } from "@lodestar/state-transition";

import type { BeaconChain } from "../chain.ts";
import { blockType } from "../codecs.ts";
import { badRequest } from "./apiErrors.ts";
import { stateAt } from "./stateIds.ts";

/**
 * Who was seen at work in an epoch: whose attestations of it are in blocks, by the participation that the state counts,
 * and who proposed blocks.
 * @throws {ApiError} 400 unless it is the present epoch or the one before, of which alone a state counts participation.
 */
export async function isLiveIn(chain: BeaconChain, epoch: number): Promise<(index: number) => boolean> {
  const state = await stateAt(chain, chain.clock);
  const present = computeEpochAtSlot(chain.clock);
  if (state === undefined || epoch > present || epoch + 1 < present)
    throw badRequest(`Liveness of epoch ${epoch} is not known: now it is ${present}, ask for it or the one before`);
  const flags = epoch === present ? state.currentEpochParticipation : state.previousEpochParticipation;
  const blocks = chain.store.blocks(computeStartSlotAtEpoch(epoch), computeEndSlotAtEpoch(epoch));
  const proposers = new Set<number>();
  for (const { slot, ssz } of blocks)
    proposers.add(blockType(chain.config, slot).deserialize(ssz).message.proposerIndex);
  return (index) => proposers.has(index) || (index < flags.length && flags.get(index) !== 0);
}
