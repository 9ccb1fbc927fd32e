import { computeStartSlotAtEpoch } from "@lodestar/state-transition";
import type { electra } from "@lodestar/types";

import { FieldError } from "../../src/units/errors.ts";
import type { BeaconChain } from "./chain.ts";
import type { ChainState } from "./chainState.ts";
import type { Validators } from "./validators.ts";

/** A validator cannot be slashed. */
export class SlashingError extends FieldError {}

const OTHER_ROOT = new Uint8Array(32).fill(0xff);

/**
 * Has a validator vote for two heads at once, which whoever sees it can have slashed (`is_slashable_attestation_data`).
 * @throws {SlashingError} If it cannot be slashed, or too few of its operators sign.
 */
export async function doubleVote(
  chain: BeaconChain,
  validators: Validators,
  validator: number,
): Promise<electra.AttesterSlashing> {
  const state = chain.aheadTo(chain.clock);
  requireSlashable(state, validator);
  const { epoch } = state.epochCtx;
  const source = state.currentJustifiedCheckpoint.toValue();
  const target = { epoch, root: chain.head.root };
  const slot = computeStartSlotAtEpoch(epoch);
  const sign = async (beaconBlockRoot: Uint8Array) => {
    const data = { slot, index: 0, beaconBlockRoot, source, target };
    const signature = await validators.attestAnything(state, validator, data);
    if (signature === undefined)
      throw new SlashingError(
        "validator",
        String(validator),
        "is not signed for by enough operators",
        "bring them back",
      );
    const wide = { epoch: BigInt(epoch), root: target.root };
    return {
      attestingIndices: [validator],
      data: {
        slot: BigInt(slot),
        index: 0n,
        beaconBlockRoot,
        source: { epoch: BigInt(source.epoch), root: source.root },
        target: wide,
      },
      signature,
    };
  };
  return { attestation1: await sign(chain.head.root), attestation2: await sign(OTHER_ROOT) };
}

function requireSlashable({ validators, epochCtx: { epoch } }: ChainState, validator: number): void {
  const refuse = (problem: string): never => {
    throw new SlashingError("validator", String(validator), problem, "name one that is active or exiting");
  };
  if (validator >= validators.length) refuse(`is unknown: there are ${validators.length}`);
  const { slashed, activationEpoch, withdrawableEpoch } = validators.getReadonly(validator);
  if (slashed) refuse("is slashed already");
  if (activationEpoch > epoch) refuse("is not active yet");
  if (withdrawableEpoch <= epoch) refuse("has left");
}
