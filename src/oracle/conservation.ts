import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { limitsOfKey, type Duties, type Frame } from "./keyLimits.ts";
import { isLost, type ObservedKey } from "./validatorKeys.ts";

/** What went to a key and came from it between two states, and what its validator had to do. All amounts Gwei. */
export interface KeyFlows extends Duties {
  /** Deposited for it by others than the pool. */
  readonly depositedGwei: bigint;
  /** Paid out to the withdrawal vault. */
  readonly sweptGwei: bigint;
  /** Most that came by consolidations of others' validators into its own. */
  readonly consolidatedGwei: bigint;
}

/** All that the conservation of the pool's stake between two reference states rests on. */
export interface StakeFlows extends Frame {
  /** Keys of both states, in which those staked to later count for nothing. */
  readonly before: readonly ObservedKey[];
  readonly after: readonly ObservedKey[];
  /** By public key; nothing happened to a key that is left out. */
  readonly flows: ReadonlyMap<Hex, KeyFlows>;
}

/** What became of a key's ether between two states, Gwei. */
export interface KeyChange {
  readonly pubkey: Hex;
  /** In its validator and waiting. */
  readonly beforeGwei: bigint;
  readonly afterGwei: bigint;
  readonly stakedGwei: bigint;
  readonly depositedGwei: bigint;
  readonly sweptGwei: bigint;
  /** Stake that turned out to be lost. */
  readonly newlyLostGwei: bigint;
  /** What is left to explain by rewards and penalties, and consolidations: if positive, a gain. */
  readonly earnedGwei: bigint;
  /** Between which values that may lie. */
  readonly leastGwei: bigint;
  readonly mostGwei: bigint;
  /** What neither flows nor duties explain: zero, or the stake is not conserved. */
  readonly residueGwei: bigint;
}

/** Sums of all keys, Gwei. */
export type StakeChange = Omit<KeyChange, "pubkey">;

/** A key's ether is not where it must be. */
export class ConservationError extends FieldError {
  /** Gwei; negative for what is missing. */
  readonly residueGwei: bigint;

  constructor(key: KeyChange) {
    const { pubkey, residueGwei, beforeGwei, afterGwei } = key;
    const amount = residueGwei < 0n ? `${-residueGwei} Gwei less` : `${residueGwei} Gwei more`;
    super(
      "key",
      pubkey,
      `has ${amount} than its deposits, withdrawals and duties explain: ${afterGwei} Gwei after ${beforeGwei}`,
      residueGwei < 0n
        ? "look for a withdrawal that the execution node left out, a slashing, and late finality; ask other nodes"
        : "look for a deposit that the execution node left out, and for a consolidation into it; ask other nodes",
    );
    this.residueGwei = residueGwei;
  }
}

const NO_FLOWS = { depositedGwei: 0n, sweptGwei: 0n, consolidatedGwei: 0n };
const NOTHING: KeyFlows = { ...NO_FLOWS, proposals: 0n, slashings: 0n, syncSlots: 0n };

/**
 * What became of each key's ether between two reference states R1 and R2, of which this holds, key by key:
 * `CL+PD(R2) = CL+PD(R1) + staked(R1,R2] - swept(R1,R2] + deposited by others + rewards - penalties - newly lost`.
 * @throws {ConservationFlowError} If a key of the first state is missing in the second one.
 */
export function changesOfKeys(state: StakeFlows): KeyChange[] {
  const earlier = new Map(state.before.map((key) => [key.pubkey, key]));
  const later = new Set(state.after.map(({ pubkey }) => pubkey));
  const missing = state.before.find(({ pubkey }) => !later.has(pubkey));
  if (missing !== undefined)
    throw new ConservationFlowError(
      "key",
      missing.pubkey,
      "was staked to at the reference slot before, and is unknown now",
      "use an execution node that keeps all logs, and check startBlock",
    );
  return state.after.map((key) => changeOf(earlier.get(key.pubkey), key, state));
}

/** What is compared does not belong together. */
export class ConservationFlowError extends FieldError {}

/**
 * Sums of the changes of all keys.
 * @throws {ConservationError} Naming the key with the largest residue, if any has one.
 */
export function requireConserved(changes: readonly KeyChange[]): StakeChange {
  const [worst] = changes
    .filter(({ residueGwei }) => residueGwei !== 0n)
    .sort((a, b) => (size(a.residueGwei) < size(b.residueGwei) ? 1 : -1));
  if (worst !== undefined) throw new ConservationError(worst);
  return sumOfChanges(changes);
}

/** Sums of the changes of all keys, conserved or not. */
export function sumOfChanges(changes: readonly KeyChange[]): StakeChange {
  const sum = (name: keyof StakeChange) => changes.reduce((total, change) => total + change[name], 0n);
  return {
    beforeGwei: sum("beforeGwei"),
    afterGwei: sum("afterGwei"),
    stakedGwei: sum("stakedGwei"),
    depositedGwei: sum("depositedGwei"),
    sweptGwei: sum("sweptGwei"),
    newlyLostGwei: sum("newlyLostGwei"),
    earnedGwei: sum("earnedGwei"),
    leastGwei: sum("leastGwei"),
    mostGwei: sum("mostGwei"),
    residueGwei: sum("residueGwei"),
  };
}

function changeOf(before: ObservedKey | undefined, after: ObservedKey, state: StakeFlows): KeyChange {
  const { pubkey } = after;
  const { depositedGwei, sweptGwei, consolidatedGwei, ...duties } = state.flows.get(pubkey) ?? NOTHING;
  const [beforeGwei, afterGwei] = [ownedOf(before), ownedOf(after)];
  const stakedGwei = stakedOf(after) - stakedOf(before);
  // Credentials of a validator do not change hands, so only what had no validator of the pool's can be lost.
  const isLoss = isLost(after.state) && ownValidator(before) === undefined;
  const newlyLostGwei = isLoss ? beforeGwei + stakedGwei : 0n;
  // Before there is a validator, what others deposit is burned if it has no valid signature.
  const counts = ownValidator(before) !== undefined;
  const certain = counts ? depositedGwei : 0n;
  const possible = isLoss ? 0n : depositedGwei + consolidatedGwei;

  const kept = beforeGwei + stakedGwei - newlyLostGwei;
  const change = {
    before: ownValidator(before),
    after: ownValidator(after),
    mostGwei: kept + depositedGwei + consolidatedGwei,
  };
  const { maxRewardsGwei, maxPenaltiesGwei } = limitsOfKey(change, duties, state);
  const beyond = afterGwei - (kept + certain - sweptGwei);
  const leastGwei = -maxPenaltiesGwei;
  const mostGwei = maxRewardsGwei + possible - certain;
  const residueGwei = residueOf(beyond, leastGwei, mostGwei);
  return {
    ...{ pubkey, beforeGwei, afterGwei, stakedGwei, depositedGwei: certain, sweptGwei, newlyLostGwei },
    ...{ earnedGwei: beyond, leastGwei, mostGwei, residueGwei },
  };
}

function residueOf(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return value - least;
  return value > most ? value - most : 0n;
}

/** What counts for a report of a key. */
function ownedOf(key: ObservedKey | undefined): bigint {
  return key === undefined ? 0n : key.balanceGwei + key.pendingGwei;
}

function stakedOf(key: ObservedKey | undefined): bigint {
  return key === undefined || key.state === "stakedLater" ? 0n : key.stakedGwei;
}

function ownValidator(key: ObservedKey | undefined) {
  return key === undefined || isLost(key.state) || key.state === "stakedLater" ? undefined : key.validator;
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}
