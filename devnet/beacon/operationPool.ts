import { ForkSeq, MAX_ATTESTER_SLASHINGS_ELECTRA, MAX_VOLUNTARY_EXITS } from "@lodestar/params";
import { getVoluntaryExitValidity, VoluntaryExitValidity } from "@lodestar/state-transition";
import type { electra, phase0 } from "@lodestar/types";

import type { ChainState } from "./chainState.ts";

/** Exits and slashings that wait for a block. */
export class OperationPool {
  readonly #exits = new Map<number, phase0.SignedVoluntaryExit>();
  #slashings: electra.AttesterSlashing[] = [];

  addExit(exit: phase0.SignedVoluntaryExit): void {
    this.#exits.set(exit.message.validatorIndex, exit);
  }

  hasExit(validator: number): boolean {
    return this.#exits.has(validator);
  }

  addSlashing(slashing: electra.AttesterSlashing): void {
    this.#slashings.push(slashing);
  }

  /** Exits that a block on top of a state may contain. Those whose validators have left are dropped, the rest waits. */
  exitsFor(state: ChainState): phase0.SignedVoluntaryExit[] {
    const ready: phase0.SignedVoluntaryExit[] = [];
    for (const [validator, exit] of this.#exits) {
      const validity = getVoluntaryExitValidity(ForkSeq.electra, state, exit, false);
      if (validity === VoluntaryExitValidity.alreadyExited) this.#exits.delete(validator);
      if (validity === VoluntaryExitValidity.valid && ready.length < MAX_VOLUNTARY_EXITS) ready.push(exit);
    }
    return ready;
  }

  /** Slashings that a block on top of a state may contain: those of validators that are not slashed yet. */
  slashingsFor(state: ChainState): electra.AttesterSlashing[] {
    this.#slashings = this.#slashings.filter(({ attestation1 }) =>
      attestation1.attestingIndices.some((index) => !state.validators.getReadonly(index).slashed),
    );
    return this.#slashings.slice(0, MAX_ATTESTER_SLASHINGS_ELECTRA);
  }
}
