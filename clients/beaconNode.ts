import { z } from "zod";

import type { Hex } from "../src/units/hex.ts";
import { hexSchema } from "../src/units/json.ts";
import { askBeacon, BeaconError, BeaconRefusal, uint, type BeaconAccess } from "./beaconHttp.ts";
import { Validators, type BeaconValidator } from "./beaconValidators.ts";

/** The clock of a beacon chain, and the chain that its deposits come from. */
export interface BeaconChain {
  /** Time of slot zero, seconds. */
  readonly genesisTime: bigint;
  readonly secondsPerSlot: bigint;
  readonly slotsPerEpoch: bigint;
  /** Chain id of its execution layer. */
  readonly chainId: bigint;
  /** For which deposits are signed. */
  readonly genesisForkVersion: Hex;
}

/** A state by its slot or root, or by a name that moves on. */
export type StateId = bigint | Hex | "head" | "finalized";

/** Lodestar does not round what it computes, so that only the sign is of use. */
const reward = z
  .string()
  .regex(/^-?\d{1,20}(\.\d{1,20})?$/, "expected a decimal number")
  .transform(Number);
/** What an answer says of the blocks that it rests on. */
interface BeaconAnswer {
  readonly execution_optimistic?: boolean | undefined;
}

const Genesis = z.object({ data: z.object({ genesis_time: uint, genesis_fork_version: hexSchema(4) }) });
const Spec = z.object({
  data: z.object({
    SLOTS_PER_EPOCH: uint,
    DEPOSIT_CHAIN_ID: uint,
    SECONDS_PER_SLOT: uint.optional(),
    SLOT_DURATION_MS: uint.optional(),
  }),
});
const Syncing = z.object({
  data: z.object({ is_syncing: z.boolean().optional(), is_optimistic: z.boolean().optional() }),
});
const Finality = z.object({
  execution_optimistic: z.boolean().optional(),
  data: z.object({ finalized: z.object({ epoch: uint }) }),
});
const Liveness = z.object({ data: z.array(z.object({ index: uint, is_live: z.boolean() })) });
const Rewards = z.object({
  execution_optimistic: z.boolean().optional(),
  data: z.object({ total_rewards: z.array(z.object({ validator_index: uint, source: reward, target: reward })) }),
});

/** A key takes 102 characters of an address, and some servers take 8,192 in all. */
const KEYS_AT_ONCE = 64;

/** Asks a beacon node through its API. What it is asked of a state must be of blocks that its execution client verified. */
export class BeaconNode {
  readonly access: BeaconAccess;

  constructor(access: BeaconAccess) {
    this.access = access;
  }

  /**
   * The chain that the node follows.
   * @throws {BeaconError} If it follows blocks that its execution client has not verified, which Lodestar's answers about
   * its head do not say.
   */
  async chain(): Promise<BeaconChain> {
    const [{ data: genesis }, { data: spec }, syncing] = await Promise.all([
      askBeacon(this.access, "/eth/v1/beacon/genesis", Genesis),
      askBeacon(this.access, "/eth/v1/config/spec", Spec),
      this.syncing(),
    ]);
    this.requireVerified({ execution_optimistic: syncing?.data.is_optimistic });
    const milliseconds = spec.SLOT_DURATION_MS ?? (spec.SECONDS_PER_SLOT ?? 0n) * 1_000n;
    const secondsPerSlot = milliseconds / 1_000n;
    const { SLOTS_PER_EPOCH: slotsPerEpoch, DEPOSIT_CHAIN_ID: chainId } = spec;
    if (secondsPerSlot === 0n || slotsPerEpoch === 0n)
      throw this.refuse(`${milliseconds} ms, ${slotsPerEpoch} slots`, "has slots or epochs without a length");
    const { genesis_time: genesisTime, genesis_fork_version: genesisForkVersion } = genesis;
    return { genesisTime, secondsPerSlot, slotsPerEpoch, chainId, genesisForkVersion };
  }

  /**
   * Makes sure that the node has caught up, as far as it tells.
   * @throws {BeaconError} If it has not.
   */
  async requireSynced(): Promise<void> {
    const syncing = await this.syncing();
    this.requireVerified({ execution_optimistic: syncing?.data.is_optimistic });
    if (syncing?.data.is_syncing === true) throw this.refuse(this.access.url.host, "is still syncing");
  }

  /** The newest epoch that a state knows to be final: all before its first slot is. */
  async finalizedEpoch(state: StateId): Promise<bigint> {
    const answer = await askBeacon(this.access, `/eth/v1/beacon/states/${state}/finality_checkpoints`, Finality);
    this.requireVerified(answer);
    return answer.data.finalized.epoch;
  }

  /** Validators of a state by their public keys; those that it does not have are left out. */
  async validators(state: StateId, pubkeys: readonly Hex[]): Promise<Map<Hex, BeaconValidator>> {
    const found = new Map<Hex, BeaconValidator>();
    for (let from = 0; from < pubkeys.length; from += KEYS_AT_ONCE) {
      // Lodestar takes keys with an encoded comma between them for one key, and answers that it has none such.
      const ids = pubkeys.slice(from, from + KEYS_AT_ONCE).map((pubkey) => `id=${pubkey}`);
      const path = `/eth/v1/beacon/states/${state}/validators?${ids.join("&")}`;
      const answer = await askBeacon(this.access, path, Validators);
      this.requireVerified(answer);
      for (const { index, balance: balanceGwei, status, validator } of answer.data)
        found.set(validator.pubkey, { index, pubkey: validator.pubkey, status, balanceGwei });
    }
    return found;
  }

  /**
   * Which validators the node has seen at work in an epoch, by their indices. It need not know of any but the present
   * epoch and the one before.
   * @throws {BeaconRefusal} If it does not.
   */
  async liveness(epoch: bigint, indices: readonly bigint[]): Promise<Map<bigint, boolean>> {
    if (indices.length === 0) return new Map();
    const { data } = await askBeacon(this.access, `/eth/v1/validator/liveness/${epoch}`, Liveness, indices.map(String));
    return this.requireAll(new Map(data.map((row) => [row.index, row.is_live])), indices, "liveness");
  }

  /**
   * Which validators have an attestation of an epoch in the chain, by what they got for it: who has none pays for source
   * and for target.
   * @throws {BeaconRefusal} If the node has no state of that time.
   */
  async attested(epoch: bigint, indices: readonly bigint[]): Promise<Map<bigint, boolean>> {
    if (indices.length === 0) return new Map();
    const path = `/eth/v1/beacon/rewards/attestations/${epoch}`;
    const answer = await askBeacon(this.access, path, Rewards, indices.map(String));
    this.requireVerified(answer);
    const { total_rewards: rows } = answer.data;
    const found = new Map(rows.map((row) => [row.validator_index, row.source >= 0 || row.target >= 0]));
    return this.requireAll(found, indices, "rewards");
  }

  /** How far the node is; nothing where that is not told, as some do not to everybody. */
  private async syncing(): Promise<z.infer<typeof Syncing> | undefined> {
    return askBeacon(this.access, "/eth/v1/node/syncing", Syncing).catch((error: unknown) => {
      if (error instanceof BeaconRefusal) return undefined;
      throw error;
    });
  }

  /**
   * Makes sure that an answer is of blocks that the node's execution client verified.
   * @throws {BeaconError} If it is not.
   */
  requireVerified({ execution_optimistic: isOptimistic }: BeaconAnswer): void {
    if (isOptimistic === true)
      throw this.refuse(this.access.url.host, "answers by blocks that its execution client has not verified yet");
  }

  private requireAll<T>(found: Map<bigint, T>, indices: readonly bigint[], what: string): Map<bigint, T> {
    const missing = indices.find((index) => !found.has(index));
    if (missing !== undefined) throw this.refuse(`validator ${missing}`, `leaves out one of the validators in ${what}`);
    return found;
  }

  /** An error that says what is wrong with the node or its answers, and what to do. */
  refuse(value: string, problem: string, remedy = "wait until it is synced, or use another node"): BeaconError {
    return new BeaconError(this.access.field, value, problem, remedy);
  }
}
