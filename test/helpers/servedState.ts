import { getValidatorStatus, ssz, type fulu as fuluTypes, type phase0 } from "@lodestar/types";

import { FAR_FUTURE_EPOCH, type PendingDeposit, type StateValidator } from "../../src/oracle/beaconState.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import { recorded, replayedFinality } from "./beaconAnswers.ts";
import type { BeaconAnswer, BeaconQuestion, BeaconServer } from "./beaconServer.ts";

/** A beacon chain of one state, whose execution layer is another chain. */
export interface ServedState {
  /** Slot of the state. */
  readonly slot: bigint;
  /** Slot of its newest block; empty ones follow if it is earlier. */
  readonly blockSlot?: bigint;
  readonly validators?: readonly StateValidator[];
  readonly pendingDeposits?: readonly PendingDeposit[];
  readonly executionBlock: { readonly number: number; readonly hash: string };
  readonly clock: { readonly genesisTime: bigint; readonly secondsPerSlot: bigint };
  readonly chainId?: bigint;
  readonly genesisForkVersion?: Hex;
  readonly finalizedEpoch?: bigint;
}

/** Slots of an epoch of the preset that the types have. */
export const SLOTS_PER_EPOCH = 32n;
/** A root that no block or state has. */
const NOBODY = new Uint8Array(32);
/** Of the chain that is recorded. */
const GENESIS_VALIDATORS_ROOT = fromHex(
  (recorded("genesis").data as { genesis_validators_root: string }).genesis_validators_root,
  "genesis_validators_root",
  32,
);

const { fulu, electra, phase0: phase0Types } = ssz;
/** With which a node sends a whole state. */
export const SSZ_HEADERS = { "content-type": "application/octet-stream", "eth-consensus-version": "fulu" };
/** Hashed once: its many roots of earlier slots take a while. */
const EMPTY = fulu.BeaconState.defaultViewDU();
EMPTY.hashTreeRoot();

/**
 * Has a server answer for a chain with one Fulu state, all in the types of the consensus specification.
 * @returns Roots of the state and its block.
 */
export function serveState(server: BeaconServer, state: ServedState): { stateRoot: Hex; blockRoot: Hex } {
  const { slot, blockSlot = slot, pendingDeposits = [], validators = [], clock } = state;
  const { chainId = 31_337n, genesisForkVersion = "0x00000000" } = state;
  const block = fulu.SignedBeaconBlock.defaultValue();
  block.message.slot = Number(blockSlot);
  block.message.body.executionPayload.blockNumber = state.executionBlock.number;
  block.message.body.executionPayload.blockHash = fromHex(state.executionBlock.hash, "hash", 32);
  const atBlock = stateOf(state, blockSlot, block);
  block.message.stateRoot = atBlock.hashTreeRoot();
  const view = blockSlot === slot ? atBlock : stateOf(state, slot, block);
  const stateRoot = toHex(view.hashTreeRoot());
  const blockRoot = fulu.BeaconBlock.hashTreeRoot(block.message);

  const spec = recorded("spec").data as object;
  const times = { SECONDS_PER_SLOT: `${clock.secondsPerSlot}`, SLOTS_PER_EPOCH: `${SLOTS_PER_EPOCH}` };
  const genesis = { genesis_time: `${clock.genesisTime}`, genesis_fork_version: genesisForkVersion };
  const finalized = state.finalizedEpoch ?? slot / SLOTS_PER_EPOCH + 1n;
  const verified = { execution_optimistic: false, finalized: true };
  const answer = (path: string, found: (question: BeaconQuestion) => unknown) => {
    server.answers.set(path, (question): BeaconAnswer => {
      const data = found(question);
      if (data === undefined) return { status: 404, json: { code: 404, message: "not found" } };
      return { json: { ...verified, version: "fulu", data } };
    });
  };
  answer("/eth/v1/beacon/genesis", () => ({ ...(recorded("genesis").data as object), ...genesis }));
  answer("/eth/v1/config/spec", () => ({ ...spec, ...times, DEPOSIT_CHAIN_ID: `${chainId}` }));
  server.answers.set("/finality_checkpoints", replayedFinality(finalized));
  answer("/eth/v1/beacon/headers/", ({ path }) => {
    const asked = path.split("/").at(-1);
    if (asked === `${blockSlot}`) return headerOf(blockSlot, blockRoot, NOBODY);
    return asked === `${slot + 1n}` ? headerOf(slot + 1n, NOBODY, blockRoot) : undefined;
  });
  answer("/eth/v2/beacon/blocks/", ({ path }) =>
    path.endsWith(toHex(blockRoot)) ? fulu.SignedBeaconBlock.toJson(block) : undefined,
  );
  const isAsked = (path: string) => path.includes(`/states/${slot}/`) || path.includes(`/states/${stateRoot}/`);
  answer("/root", ({ path }) => (isAsked(path) ? { root: stateRoot } : undefined));
  answer("/validators", ({ path, body, query }) => {
    const ids = body === undefined ? query.getAll("id") : (body as { ids: string[] }).ids;
    // Without ids, the node tells of all.
    const wanted = validators.filter(({ pubkey }) => ids.length === 0 || ids.includes(pubkey));
    return isAsked(path) ? wanted.map((validator) => rowOf(validator, slot)) : undefined;
  });
  answer("/pending_deposits", ({ path }) =>
    isAsked(path) ? electra.PendingDeposits.toJson(pendingDeposits.map(entryOf)) : undefined,
  );
  server.answers.set("/eth/v2/debug/beacon/states/", ({ path }) =>
    path.endsWith(`/${slot}`) || path.endsWith(stateRoot)
      ? { bytes: view.serialize(), headers: SSZ_HEADERS }
      : { status: 404, json: { code: 404, message: "not found" } },
  );
  return { stateRoot, blockRoot: toHex(blockRoot) };
}

/** The state of a slot in which nothing else happens than its newest block, whose state root it has in later slots. */
function stateOf(
  { validators = [], pendingDeposits = [] }: ServedState,
  slot: bigint,
  { message: { body, ...header } }: fuluTypes.SignedBeaconBlock,
) {
  const state = EMPTY.clone();
  state.slot = Number(slot);
  state.genesisValidatorsRoot = GENESIS_VALIDATORS_ROOT;
  const bodyRoot = fulu.BeaconBlockBody.hashTreeRoot(body);
  state.latestBlockHeader = phase0Types.BeaconBlockHeader.toViewDU({ ...header, bodyRoot });
  for (const validator of validators) {
    state.validators.push(phase0Types.Validator.toViewDU(recordOf(validator)));
    state.balances.push(Number(validator.balanceGwei));
  }
  for (const entry of pendingDeposits) state.pendingDeposits.push(electra.PendingDeposit.toViewDU(entryOf(entry)));
  state.commit();
  return state;
}

function headerOf(slot: bigint, root: Uint8Array, parentRoot: Uint8Array): unknown {
  const header = phase0Types.SignedBeaconBlockHeader.defaultValue();
  header.message.slot = Number(slot);
  header.message.parentRoot = parentRoot;
  return { root: toHex(root), canonical: true, header: phase0Types.SignedBeaconBlockHeader.toJson(header) };
}

function rowOf(validator: StateValidator, slot: bigint): unknown {
  const record = recordOf(validator);
  const status = getValidatorStatus(record, Number(slot / SLOTS_PER_EPOCH));
  const row = { index: `${validator.index}`, balance: `${validator.balanceGwei}`, status };
  return { ...row, validator: phase0Types.Validator.toJson(record) };
}

function recordOf({ pubkey, withdrawalCredentials, ...validator }: StateValidator): phase0.Validator {
  return {
    pubkey: fromHex(pubkey, "pubkey", 48),
    withdrawalCredentials: fromHex(withdrawalCredentials, "credentials", 32),
    effectiveBalance: Number(validator.effectiveBalanceGwei),
    slashed: validator.isSlashed,
    activationEligibilityEpoch: 0,
    activationEpoch: 0,
    exitEpoch: epochOf(validator.exitEpoch),
    withdrawableEpoch: epochOf(validator.withdrawableEpoch),
  };
}

function entryOf({ pubkey, withdrawalCredentials, amountGwei, signature, slot }: PendingDeposit) {
  return {
    pubkey: fromHex(pubkey, "pubkey", 48),
    withdrawalCredentials: fromHex(withdrawalCredentials, "credentials", 32),
    amount: Number(amountGwei),
    signature: fromHex(signature, "signature", 96),
    slot: Number(slot),
  };
}

function epochOf(epoch: bigint): number {
  return epoch === FAR_FUTURE_EPOCH ? Infinity : Number(epoch);
}
