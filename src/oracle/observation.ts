import { checkCounters, type LastReport } from "../pool/reportChecks.ts";
import type { Report } from "./messages.ts";
import {
  isLost,
  isWithdrawable,
  KEY_STATES,
  ObservationError,
  type KeyState,
  type ObservedKey,
} from "./validatorKeys.ts";

/** The figures of a report that the beacon state shows. */
export type ConsensusFigures = Pick<
  Report,
  | "validatorsGwei"
  | "pendingGwei"
  | "stakedKeys"
  | "activeKeys"
  | "exitingKeys"
  | "exitedKeys"
  | "slashedKeys"
  | "lostKeys"
>;

/** Keys in one state, and what is the pool's of them. */
export interface KeyCount {
  readonly state: KeyState;
  readonly keys: number;
  readonly validatorsGwei: bigint;
  readonly pendingGwei: bigint;
}

/**
 * Keys of which some were paid out before and got ether again, which anybody can give them: they stay exited, as the
 * report before counted them. Which of them they were is not known, so those that could withdraw first are taken.
 * @param exitedBefore Keys that the last report counted as exited.
 * @param epoch Of the reference slot.
 */
export function keepExited(keys: readonly ObservedKey[], exitedBefore: bigint, epoch: bigint): ObservedKey[] {
  const missing = Number(exitedBefore) - keys.filter(({ state }) => state === "exited").length;
  if (missing <= 0) return [...keys];
  const again = keys
    .flatMap(({ state, pubkey, validator }) =>
      state === "exiting" && validator !== undefined && isWithdrawable(validator, epoch)
        ? [{ pubkey, since: validator.withdrawableEpoch, index: validator.index }]
        : [],
    )
    .sort((a, b) => Number(a.since - b.since) || Number(a.index - b.index))
    .slice(0, missing);
  const exited = new Set(again.map(({ pubkey }) => pubkey));
  return keys.map((key) => (exited.has(key.pubkey) ? { ...key, state: "exited" } : key));
}

/** The figures of a report that follow from what has become of each key. */
export function consensusFigures(keys: readonly ObservedKey[]): ConsensusFigures {
  const reported = keys.filter(({ state }) => state !== "stakedLater");
  const count = (...states: readonly KeyState[]) =>
    BigInt(reported.filter(({ state }) => states.includes(state)).length);
  const isSlashed = ({ state, validator }: ObservedKey) => validator?.isSlashed === true && !isLost(state);
  return {
    ...sumOf(reported),
    stakedKeys: BigInt(reported.length),
    activeKeys: count("active", "pending"),
    exitingKeys: count("exiting"),
    exitedKeys: count("exited"),
    slashedKeys: BigInt(reported.filter(isSlashed).length),
    lostKeys: BigInt(reported.filter(({ state }) => isLost(state)).length),
  };
}

/** How many keys are in each state that occurs, and what is the pool's of them. */
export function countByState(keys: readonly ObservedKey[]): KeyCount[] {
  return KEY_STATES.map((state) => {
    const group = keys.filter((key) => key.state === state);
    const { validatorsGwei, pendingGwei } = sumOf(group);
    return { state, keys: group.length, validatorsGwei, pendingGwei };
  }).filter(({ keys }) => keys > 0);
}

/**
 * Checks that a report can follow the last one, as far as the contract would see: what only grows has not shrunk, and
 * each key is counted once.
 * @throws {ObservationError} Naming the first figure that cannot.
 */
export function checkFollows(report: Report, last: LastReport): void {
  const outcome = checkCounters(report, last, report.stakedWei, report.vaultsReceivedWei);
  if (outcome.ok) return;
  const [field = "report", value = 0n, minimum = 0n, maximum = 0n] = outcome.refusal.args;
  throw new ObservationError(
    String(field),
    value.toString(),
    `cannot follow the last report, which allows ${minimum} to ${maximum}`,
    "ask another beacon node, and find out what the last report rested on",
  );
}

function sumOf(keys: readonly ObservedKey[]): Pick<ConsensusFigures, "validatorsGwei" | "pendingGwei"> {
  return {
    validatorsGwei: keys.reduce((sum, { balanceGwei }) => sum + balanceGwei, 0n),
    pendingGwei: keys.reduce((sum, { pendingGwei }) => sum + pendingGwei, 0n),
  };
}
