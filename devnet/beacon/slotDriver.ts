import { ForkSeq } from "@lodestar/params";
import {
  computeTimeAtSlot,
  getExpectedWithdrawals,
  getRandaoMix,
  type CachedBeaconStateElectra,
} from "@lodestar/state-transition";
import type { Logger } from "pino";

import type { AttestationPool } from "./attestationPool.ts";
import { assembleBlock, signedBlock } from "./blockProduction.ts";
import type { BeaconChain } from "./chain.ts";
import type { ChainBlock, ChainState } from "./chainState.ts";
import { attestationDuties } from "./duties.ts";
import type { ExecutionLink } from "./executionLink.ts";
import type { OperationPool } from "./operationPool.ts";
import { syncAggregate } from "./syncAggregates.ts";
import type { Proposer, SlotVotes, Validators } from "./validators.ts";

/** What the driver makes slots with. */
export interface DriverParts {
  readonly chain: BeaconChain;
  readonly execution: ExecutionLink;
  readonly validators: Validators;
  readonly attestations: AttestationPool;
  readonly operations: OperationPool;
  readonly log: Logger;
}

/** What became of a slot. */
export interface SlotOutcome {
  readonly slot: number;
  /** Whether it has a block. */
  readonly hasBlock: boolean;
}

/** Gets the tips of proposers that name nobody. */
const NOBODY = `0x${"0".repeat(40)}`;

/** Lets one slot pass after the other: its proposer proposes a block, then its committees vote on the newest one. */
export class SlotDriver {
  readonly #parts: DriverParts;
  /** Votes of the sync committee for the newest block, which only the slot after theirs takes. */
  #syncVotes: { slot: number; votes: SlotVotes["syncVotes"] } = { slot: 0, votes: [] };
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  /**
   * Lets the next slot pass. Calls wait for each other.
   * @param isMissed Whether its proposer is to miss it.
   */
  async step(isMissed = false): Promise<SlotOutcome> {
    return this.between(() => this.#step(isMissed));
  }

  /** Does something while no slot passes. */
  async between<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#running.then(work);
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #step(isMissed: boolean): Promise<SlotOutcome> {
    const { chain, execution, log } = this.#parts;
    const slot = chain.clock + 1;
    const block = isMissed ? undefined : await this.#propose(chain.aheadTo(slot));
    if (block === undefined) chain.skipTo(slot);
    // Votes are given while the execution client makes the block its head; the next slot waits for both.
    const published = block === undefined ? Promise.resolve() : execution.publish();
    const outcomes = await Promise.allSettled([this.#vote(chain.aheadTo(slot)), published]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    log.debug({ slot, hasBlock: block !== undefined }, "slot");
    return { slot, hasBlock: block !== undefined };
  }

  /** The block of a slot, in the chain; undefined if its proposer does not sign. */
  async #propose(preState: ChainState): Promise<ChainBlock | undefined> {
    const { chain, validators, execution, attestations, operations, log } = this.#parts;
    const { slot } = preState;
    const index = preState.epochCtx.getBeaconProposer(slot);
    if (preState.validators.getReadonly(index).slashed) return undefined;
    const proposer = await validators.prepare(preState, index);
    if (proposer === undefined) {
      log.warn({ slot, proposer: index }, "the proposer's operators do not sign: no block");
      return undefined;
    }
    const built = await execution.build(this.#attributes(preState, proposer));
    const included = attestations.candidates(preState);
    const unsigned = assembleBlock(chain, preState, {
      ...built,
      randaoReveal: proposer.randaoReveal,
      attestations: included,
      syncAggregate: syncAggregate(this.#syncVotes.slot === slot - 1 ? this.#syncVotes.votes : []),
      ...operations.operationsFor(preState),
    });
    const signature = await validators.propose(preState, unsigned.block);
    if (signature === undefined) {
      log.warn({ slot, proposer: index }, "the proposer's operators do not sign: no block");
      return undefined;
    }
    const block = signedBlock(chain, unsigned, signature);
    await execution.execute(built);
    chain.add(block, unsigned.postState);
    attestations.remove(included);
    return block;
  }

  async #vote(state: ChainState): Promise<void> {
    const { chain, validators, attestations, operations } = this.#parts;
    const duties = attestationDuties(state, chain.head.root);
    const { votes, syncVotes, exitRequests } = await validators.vote(state, duties);
    attestations.add(duties.data, duties.committees, votes);
    this.#syncVotes = { slot: state.slot, votes: syncVotes };
    for (const pubkey of exitRequests) {
      const index = state.epochCtx.getValidatorIndex(Buffer.from(pubkey.slice(2), "hex"));
      if (index === null || operations.hasExit(index)) continue;
      const exit = await validators.exit(state, index);
      if (exit !== undefined) operations.addExit(exit);
    }
  }

  #attributes(preState: ChainState, { feeRecipient }: Proposer) {
    const { chain } = this.#parts;
    const { slot, genesisTime, epochCtx } = preState;
    return {
      timestamp: computeTimeAtSlot(chain.config, slot, genesisTime),
      prevRandao: getRandaoMix(preState, epochCtx.epoch),
      suggestedFeeRecipient: feeRecipient ?? NOBODY,
      withdrawals: getExpectedWithdrawals(ForkSeq.electra, preState as CachedBeaconStateElectra).expectedWithdrawals,
      parentBeaconBlockRoot: chain.head.root,
    };
  }
}
