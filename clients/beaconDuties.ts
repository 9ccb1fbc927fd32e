import { z } from "zod";

import { headerSchema } from "./beaconHeaders.ts";
import { askBeacon, BeaconRefusal, uint } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";
import { mapConcurrently } from "./concurrency.ts";

/** Slots, inclusive. */
export interface SlotRange {
  readonly fromSlot: bigint;
  readonly toSlot: bigint;
}

/** Blocks of a validator in a range of slots. */
export interface Proposals {
  readonly blocks: bigint;
  /** Validators that they may have slashed. */
  readonly slashings: bigint;
}

/** Headers and states asked for at once. */
const MAX_READS = 16;

const verified = { execution_optimistic: z.boolean().optional() };
const Header = headerSchema({ proposer_index: uint });
const Indices = z.object({ attesting_indices: z.array(uint) });
const Block = z.object({
  ...verified,
  data: z.object({
    message: z.object({
      body: z.object({
        proposer_slashings: z.array(z.unknown()),
        attester_slashings: z.array(z.object({ attestation_1: Indices, attestation_2: Indices })),
      }),
    }),
  }),
});
const SyncCommittee = z.object({ ...verified, data: z.object({ validators: z.array(uint) }) });
const Finality = z.object({
  ...verified,
  data: z.object({ finalized: z.object({ epoch: uint }) }),
});

/**
 * Blocks that some validators proposed in a range of slots, by their indices; who has none is left out.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchProposals(
  node: BeaconNode,
  { fromSlot, toSlot }: SlotRange,
  indices: ReadonlySet<bigint>,
): Promise<Map<bigint, Proposals>> {
  const slots = Array.from({ length: Number(toSlot - fromSlot + 1n) }, (_, i) => fromSlot + BigInt(i));
  const found = new Map<bigint, Proposals>();
  await mapConcurrently(slots, MAX_READS, async (slot) => {
    const header = await orNothing(askBeacon(node.access, `/eth/v1/beacon/headers/${slot}`, Header));
    if (header === undefined) return;
    node.requireVerified(header);
    const { root, canonical, header: signed } = header.data;
    const { slot: at, proposer_index: proposer } = signed.message;
    // Some nodes answer with the block before where the slot is empty.
    if (!canonical || at !== slot || !indices.has(proposer)) return;
    const slashings = await fetchSlashings(node, root);
    const { blocks, slashings: earlier } = found.get(proposer) ?? { blocks: 0n, slashings: 0n };
    found.set(proposer, { blocks: blocks + 1n, slashings: earlier + slashings });
  });
  return found;
}

/**
 * Seats of validators in the sync committee of an epoch; nothing where the node does not know it.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchSyncSeats(
  node: BeaconNode,
  state: StateId,
  epoch: bigint,
  indices: ReadonlySet<bigint>,
): Promise<Map<bigint, bigint> | undefined> {
  const path = `/eth/v1/beacon/states/${state}/sync_committees?epoch=${epoch}`;
  const answer = await orNothing(askBeacon(node.access, path, SyncCommittee));
  if (answer === undefined) return undefined;
  node.requireVerified(answer);
  const seats = new Map<bigint, bigint>();
  for (const index of answer.data.validators) if (indices.has(index)) seats.set(index, (seats.get(index) ?? 0n) + 1n);
  return seats;
}

/**
 * The epochs that were final at the first slots of some epochs, in their order; nothing where the node has dropped a
 * state.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchFinality(
  node: BeaconNode,
  epochs: readonly bigint[],
  slotsPerEpoch: bigint,
): Promise<bigint[] | undefined> {
  const found = await mapConcurrently(epochs, MAX_READS, async (epoch) => {
    const path = `/eth/v1/beacon/states/${epoch * slotsPerEpoch}/finality_checkpoints`;
    const answer = await orNothing(askBeacon(node.access, path, Finality));
    if (answer !== undefined) node.requireVerified(answer);
    return answer?.data.finalized.epoch;
  });
  return found.every((epoch) => epoch !== undefined) ? found : undefined;
}

/** As many as the slashings of a block name; of some, that were slashed before, it slashes none. */
async function fetchSlashings(node: BeaconNode, root: string): Promise<bigint> {
  const block = await askBeacon(node.access, `/eth/v2/beacon/blocks/${root}`, Block);
  node.requireVerified(block);
  const { proposer_slashings: proposers, attester_slashings: attesters } = block.data.message.body;
  const slashed = attesters.map(({ attestation_1: one, attestation_2: other }) => {
    const both = new Set(other.attesting_indices);
    return one.attesting_indices.filter((index) => both.has(index)).length;
  });
  return BigInt(slashed.reduce((sum, count) => sum + count, proposers.length));
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof BeaconRefusal) return undefined;
    throw error;
  });
}
