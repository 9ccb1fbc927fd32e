import { ForkSeq, MAX_ATTESTER_SLASHINGS_ELECTRA, MAX_VOLUNTARY_EXITS } from "@lodestar/params";
import {
  getAttesterSlashableIndices,
  getVoluntaryExitValidity,
  isSlashableValidator,
  VoluntaryExitValidity,
} from "@lodestar/state-transition";
import type { electra, phase0 } from "@lodestar/types";

import type { ChainState } from "./chainState.ts";

/** An operation would change nothing, or there is no room for it. */
export class OperationError extends Error {}

/** Operations that go into one block. */
export interface BlockOperations {
  readonly attesterSlashings: electra.AttesterSlashing[];
  readonly voluntaryExits: phase0.SignedVoluntaryExit[];
}

const MAX_SLASHINGS = 256;

/** Exits and slashings that wait for a block. */
export class OperationPool {
  readonly #exits = new Map<number, phase0.SignedVoluntaryExit>();
  #slashings: electra.AttesterSlashing[] = [];

  get exits(): phase0.SignedVoluntaryExit[] {
    return [...this.#exits.values()];
  }

  get slashings(): electra.AttesterSlashing[] {
    return [...this.#slashings];
  }

  addExit(exit: phase0.SignedVoluntaryExit): void {
    this.#exits.set(exit.message.validatorIndex, exit);
  }

  hasExit(validator: number): boolean {
    return this.#exits.has(validator);
  }

  /**
   * Adds a slashing whose signatures were verified.
   * @throws {OperationError} If it slashes nobody whom those that wait do not, or if too many wait.
   */
  addSlashing(slashing: electra.AttesterSlashing, state: ChainState): void {
    const slashed = new Set(this.#slashings.flatMap((each) => slashableIn(state, each)));
    if (slashableIn(state, slashing).every((index) => slashed.has(index)))
      throw new OperationError("Invalid attester slashing: it slashes nobody who is not slashed already, or will be");
    if (this.#slashings.length >= MAX_SLASHINGS)
      throw new OperationError(`${MAX_SLASHINGS} attester slashings wait for a block: try again later`);
    this.#slashings.push(slashing);
  }

  /** Operations that a block on top of a state may contain. Those that have become void are dropped, the rest waits. */
  operationsFor(state: ChainState): BlockOperations {
    this.#slashings = this.#slashings.filter((slashing) => slashableIn(state, slashing).length > 0);
    const slashed = new Set<number>();
    const attesterSlashings: electra.AttesterSlashing[] = [];
    for (const slashing of this.#slashings) {
      const indices = slashableIn(state, slashing);
      // Each has to slash somebody whom those before it do not.
      if (attesterSlashings.length >= MAX_ATTESTER_SLASHINGS_ELECTRA || indices.every((index) => slashed.has(index)))
        continue;
      attesterSlashings.push(slashing);
      for (const index of indices) slashed.add(index);
    }
    return { attesterSlashings, voluntaryExits: this.#exitsFor(state, slashed) };
  }

  /** Who is slashed in a block exits by that, so that an exit after it would be invalid. */
  #exitsFor(state: ChainState, slashed: ReadonlySet<number>): phase0.SignedVoluntaryExit[] {
    const ready: phase0.SignedVoluntaryExit[] = [];
    for (const [validator, exit] of this.#exits) {
      const validity = getVoluntaryExitValidity(ForkSeq.electra, state, exit, false);
      if (validity === VoluntaryExitValidity.alreadyExited) this.#exits.delete(validator);
      if (validity !== VoluntaryExitValidity.valid || slashed.has(validator)) continue;
      if (ready.length < MAX_VOLUNTARY_EXITS) ready.push(exit);
    }
    return ready;
  }
}

function slashableIn(state: ChainState, slashing: electra.AttesterSlashing): number[] {
  return getAttesterSlashableIndices(slashing).filter(
    (index) =>
      index < state.validators.length &&
      isSlashableValidator(state.validators.getReadonly(index), state.epochCtx.epoch),
  );
}
