import type { BeaconConfig } from "@lodestar/config";
import { DOMAIN_BEACON_ATTESTER, DOMAIN_BEACON_PROPOSER, DOMAIN_RANDAO, DOMAIN_SYNC_COMMITTEE } from "@lodestar/params";
import { computeEpochAtSlot, computeSigningRoot } from "@lodestar/state-transition";
import { ssz, type electra, type phase0 } from "@lodestar/types";

import { toHex, type Hex } from "../../src/units/hex.ts";
import type { Duty, ExecutionBlock, SigningContext } from "../committee/duties.ts";
import type { Vote } from "./attestationPool.ts";
import type { ChainState } from "./chainState.ts";
import { syncCommitteeOf, type AttestationDuties } from "./duties.ts";
import type { ForeignValidators } from "./foreignValidators.ts";
import type { KeyHolders } from "./operators.ts";

/** What the validators of a slot have to say. */
export interface SlotVotes {
  readonly votes: readonly Vote[];
  /** Votes of the sync committee: for each a validator's signature and its places, or the aggregate of many. */
  readonly syncVotes: readonly { readonly places: readonly number[]; readonly signature: Uint8Array }[];
  readonly exitRequests: readonly Hex[];
}

/** Who proposes a block. */
export interface Proposer {
  readonly randaoReveal: Uint8Array;
  /** Undefined if the proposer leaves it open. */
  readonly feeRecipient: string | undefined;
}

/** All validators: the foreign ones sign here, the others by their operators. */
export class Validators {
  readonly #config: BeaconConfig;
  readonly #foreign: ForeignValidators;
  readonly #shared: KeyHolders;
  readonly #visibleBlock: () => ExecutionBlock;

  /** @param visibleBlock The execution block up to which operators can follow the events of ssv.network. */
  constructor(
    config: BeaconConfig,
    foreign: ForeignValidators,
    shared: KeyHolders,
    visibleBlock: () => ExecutionBlock,
  ) {
    this.#visibleBlock = visibleBlock;
    this.#config = config;
    this.#foreign = foreign;
    this.#shared = shared;
  }

  /** Attestations and sync committee messages of the slot of a state. */
  async vote(state: ChainState, { data, attesters }: AttestationDuties): Promise<SlotVotes> {
    const root = data.beaconBlockRoot;
    const committee = syncCommitteeOf(state).map((validator, place) => ({ validator, place }));
    const placesOf = new Map<number, number[]>();
    for (const { validator, place } of committee) placesOf.set(validator, [...(placesOf.get(validator) ?? []), place]);
    const [ownAttesters, otherAttesters] = this.#partition(attesters, ({ validator }) => validator);
    const [ownMembers, otherMembers] = this.#partition([...placesOf], ([validator]) => validator);
    const pubkeyOf = (validator: number) => pubkeyAt(state, validator);

    const attestations = otherAttesters.map(({ validator }): Duty => ({
      type: "attestation",
      pubkey: pubkeyOf(validator),
      data: toWire(data),
    }));
    const messages = otherMembers.map(([validator]): Duty => ({
      type: "syncCommittee",
      pubkey: pubkeyOf(validator),
      slot: BigInt(state.slot),
      beaconBlockRoot: toHex(root),
    }));
    const pending = this.#shared.sign(this.#context(state), [...attestations, ...messages]);

    const votes: Vote[] = [];
    const syncVotes: { places: readonly number[]; signature: Uint8Array }[] = [];
    if (ownAttesters.length > 0) {
      const signingRoot = computeSigningRoot(
        ssz.phase0.AttestationData,
        data,
        this.#config.getDomain(state.slot, DOMAIN_BEACON_ATTESTER, data.slot),
      );
      const signature = this.#foreign.signTogether(
        ownAttesters.map(({ validator }) => validator),
        signingRoot,
      );
      votes.push({ places: ownAttesters, signature });
    }
    if (ownMembers.length > 0) {
      const domain = this.#config.getDomain(state.slot, DOMAIN_SYNC_COMMITTEE, state.slot);
      const signature = this.#foreign.signTogether(
        ownMembers.flatMap(([validator, places]) => places.map(() => validator)),
        computeSigningRoot(ssz.Root, root, domain),
      );
      syncVotes.push({ places: ownMembers.flatMap(([, places]) => places), signature });
    }

    const { signatures, exitRequests } = await pending;
    otherAttesters.forEach((place, i) => {
      const signature = signatures[i];
      if (signature !== undefined) votes.push({ places: [place], signature });
    });
    otherMembers.forEach(([, places], i) => {
      const signature = signatures[otherAttesters.length + i];
      if (signature !== undefined) for (const place of places) syncVotes.push({ places: [place], signature });
    });
    return { votes, syncVotes, exitRequests };
  }

  /** The proposer's part of the randomness, and who gets its tips; undefined if it does not sign. */
  async prepare(state: ChainState, proposer: number): Promise<Proposer | undefined> {
    const epoch = computeEpochAtSlot(state.slot);
    if (this.#isForeign(proposer)) {
      const domain = this.#config.getDomain(state.slot, DOMAIN_RANDAO);
      const root = computeSigningRoot(ssz.Epoch, epoch, domain);
      return { randaoReveal: this.#foreign.sign(proposer, root), feeRecipient: undefined };
    }
    const pubkey = pubkeyAt(state, proposer);
    const duty: Duty = { type: "randao", pubkey, epoch: BigInt(epoch) };
    const { signatures, feeRecipients } = await this.#shared.sign(this.#context(state), [duty]);
    const [randaoReveal] = signatures;
    return randaoReveal === undefined ? undefined : { randaoReveal, feeRecipient: feeRecipients.get(pubkey) };
  }

  /** The proposer's signature of a block; undefined if it does not sign. */
  async propose(state: ChainState, block: electra.BeaconBlock): Promise<Uint8Array | undefined> {
    const { slot, proposerIndex, parentRoot, stateRoot } = block;
    if (this.#isForeign(proposerIndex)) {
      const domain = this.#config.getDomain(slot, DOMAIN_BEACON_PROPOSER);
      const root = computeSigningRoot(this.#config.getForkTypes(slot).BeaconBlock, block, domain);
      return this.#foreign.sign(proposerIndex, root);
    }
    const bodyRoot = this.#config.getForkTypes(slot).BeaconBlockBody.hashTreeRoot(block.body);
    const header = {
      slot: BigInt(slot),
      proposerIndex: BigInt(proposerIndex),
      parentRoot: toHex(parentRoot),
      stateRoot: toHex(stateRoot),
      bodyRoot: toHex(bodyRoot),
    };
    const duty: Duty = { type: "proposal", pubkey: pubkeyAt(state, proposerIndex), header };
    const { signatures } = await this.#shared.sign(this.#context(state), [duty]);
    return signatures[0];
  }

  /** A voluntary exit, if the validator's operators sign it. */
  async exit(state: ChainState, validator: number): Promise<phase0.SignedVoluntaryExit | undefined> {
    const message = { epoch: computeEpochAtSlot(state.slot), validatorIndex: validator };
    const duty: Duty = {
      type: "voluntaryExit",
      pubkey: pubkeyAt(state, validator),
      epoch: BigInt(message.epoch),
      validatorIndex: BigInt(validator),
    };
    const { signatures } = await this.#shared.sign(this.#context(state), [duty]);
    const [signature] = signatures;
    return signature === undefined ? undefined : { message, signature };
  }

  /** Signs attestation data for a validator, whatever it signed before; undefined if its operators do not. */
  async attestAnything(
    state: ChainState,
    validator: number,
    data: phase0.AttestationData,
  ): Promise<Uint8Array | undefined> {
    if (this.#isForeign(validator)) {
      const domain = this.#config.getDomain(state.slot, DOMAIN_BEACON_ATTESTER, data.slot);
      return this.#foreign.sign(validator, computeSigningRoot(ssz.phase0.AttestationData, data, domain));
    }
    const duty: Duty = { type: "attestation", pubkey: pubkeyAt(state, validator), data: toWire(data) };
    const { signatures } = await this.#shared.sign(this.#context(state), [duty], true);
    return signatures[0];
  }

  /** Genesis puts the foreign ones first. */
  #isForeign(validator: number): boolean {
    return validator < this.#foreign.pubkeys.length;
  }

  #partition<T>(items: readonly T[], validatorOf: (item: T) => number): [foreign: T[], shared: T[]] {
    const [foreign, shared]: [T[], T[]] = [[], []];
    for (const item of items) (this.#isForeign(validatorOf(item)) ? foreign : shared).push(item);
    return [foreign, shared];
  }

  #context(state: ChainState): SigningContext {
    return {
      forkVersion: toHex(this.#config.getForkVersion(state.slot)),
      exitForkVersion: toHex(this.#config.CAPELLA_FORK_VERSION),
      genesisValidatorsRoot: toHex(this.#config.genesisValidatorsRoot),
      executionBlock: this.#visibleBlock(),
    };
  }
}

/** Public key of a validator. */
export function pubkeyAt(state: ChainState, validator: number): Hex {
  return toHex(state.validators.getReadonly(validator).pubkey);
}

function toWire({ slot, index, beaconBlockRoot, source, target }: phase0.AttestationData) {
  const checkpoint = ({ epoch, root }: phase0.Checkpoint) => ({ epoch: BigInt(epoch), root: toHex(root) });
  return {
    slot: BigInt(slot),
    index: BigInt(index),
    beaconBlockRoot: toHex(beaconBlockRoot),
    source: checkpoint(source),
    target: checkpoint(target),
  };
}
