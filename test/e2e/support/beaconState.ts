import type { Hex } from "../../../src/units/hex.ts";
import type { TestPool } from "./livePool.ts";

/** A validator as a state has it. */
export interface RealValidator {
  readonly index: number;
  readonly pubkey: Hex;
  readonly credentials: Hex;
  readonly balanceGwei: bigint;
  readonly isSlashed: boolean;
  readonly activationEpoch: bigint;
  readonly exitEpoch: bigint;
  readonly withdrawableEpoch: bigint;
  /** Whether an attestation of the epoch before is in the chain. */
  readonly hasAttested: boolean;
}

/** A whole beacon state, as far as ether goes. */
export interface RealState {
  readonly slot: bigint;
  /** Slot of the newest block in it. */
  readonly blockSlot: bigint;
  readonly blockNumber: number;
  /** Requests of partial withdrawals and of consolidations that wait. */
  readonly waitingRequests: number;
  readonly validators: readonly RealValidator[];
  readonly pendingDeposits: readonly { readonly pubkey: Hex; readonly credentials: Hex; readonly amountGwei: bigint }[];
}

interface StateJson {
  slot: string;
  latest_block_header: { slot: string };
  latest_execution_payload_header: { block_number: string };
  balances: string[];
  previous_epoch_participation: string[];
  pending_consolidations: unknown[];
  pending_partial_withdrawals: unknown[];
  validators: Record<string, string | boolean>[];
  pending_deposits: Record<"pubkey" | "withdrawal_credentials" | "amount", string>[];
}

/** Reads a whole state, by another route than the pool's own programs, which ask for some of its validators. */
export async function readState({ live }: TestPool, id: bigint | "head"): Promise<RealState> {
  const headers = { accept: "application/json" };
  const response = await fetch(`${live.devnet.beaconUrl}/eth/v2/debug/beacon/states/${id}`, { headers });
  if (!response.ok) throw new Error(`state ${id}: ${response.status}`);
  const { data } = (await response.json()) as { data: StateJson };
  return {
    slot: BigInt(data.slot),
    blockSlot: BigInt(data.latest_block_header.slot),
    blockNumber: Number(data.latest_execution_payload_header.block_number),
    waitingRequests: data.pending_partial_withdrawals.length + data.pending_consolidations.length,
    validators: data.validators.map((validator, index) => ({
      index,
      pubkey: validator.pubkey as Hex,
      credentials: validator.withdrawal_credentials as Hex,
      balanceGwei: BigInt(data.balances[index] ?? 0),
      isSlashed: validator.slashed === true,
      activationEpoch: BigInt(validator.activation_epoch ?? 0),
      exitEpoch: BigInt(validator.exit_epoch ?? 0),
      withdrawableEpoch: BigInt(validator.withdrawable_epoch ?? 0),
      hasAttested: Number(data.previous_epoch_participation[index] ?? 0) !== 0,
    })),
    pendingDeposits: data.pending_deposits.map((entry) => ({
      pubkey: entry.pubkey as Hex,
      credentials: entry.withdrawal_credentials as Hex,
      amountGwei: BigInt(entry.amount),
    })),
  };
}

/** A validator of the newest state; nothing if it has none of the key. */
export async function findValidator(pool: TestPool, pubkey: Hex | undefined): Promise<RealValidator | undefined> {
  const { validators } = await readState(pool, "head");
  return validators.find((validator) => validator.pubkey === pubkey);
}

/** Validators of the newest state, in the order of their public keys here, which must all have one. */
export async function validatorsOf(pool: TestPool, pubkeys: readonly Hex[]): Promise<RealValidator[]> {
  const { validators } = await readState(pool, "head");
  return pubkeys.map((pubkey) => {
    const found = validators.find((validator) => validator.pubkey === pubkey);
    if (found === undefined) throw new Error(`no validator has the key ${pubkey}`);
    return found;
  });
}

/** Lets time pass until all validators of some keys have duties. */
export async function untilActive(pool: TestPool, pubkeys: readonly Hex[]): Promise<void> {
  await pool.until(async () => {
    const { slot, validators } = await readState(pool, "head");
    const { slotsPerEpoch } = await pool.live.devnet.status();
    const isActive = (pubkey: Hex) =>
      validators.some((each) => each.pubkey === pubkey && each.activationEpoch <= slot / BigInt(slotsPerEpoch));
    return pubkeys.every(isActive);
  });
}
