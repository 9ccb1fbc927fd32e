import type { Hex } from "../units/hex.ts";
import type { StateValidator } from "./beaconState.ts";
import type { ObservedKey } from "./validatorKeys.ts";

/** A key that two states or nodes show in two ways. */
export interface KeyDifference {
  readonly pubkey: Hex;
  /** The field in which they differ, with what each of them has. */
  readonly first: string;
  readonly second: string;
}

const OF_KEY = ["pubkey", "stakedGwei", "balanceGwei", "pendingGwei"] as const satisfies (keyof ObservedKey)[];
const OF_VALIDATOR = [
  ...(["index", "withdrawalCredentials", "balanceGwei", "effectiveBalanceGwei"] as const),
  ...(["isSlashed", "exitEpoch", "withdrawableEpoch"] as const),
] satisfies (keyof StateValidator)[];

/**
 * The first of some keys that is not shown alike, with its validator; nothing where all are. Their `state` follows from the
 * rest, and from what the report before counted as exited.
 * @param ones In the order of the stakes, as the others.
 */
export function differenceOfKeys(
  ones: readonly ObservedKey[],
  others: readonly ObservedKey[],
): KeyDifference | undefined {
  for (let i = 0; i < Math.max(ones.length, others.length); i++) {
    const [one, other] = [ones[i], others[i]];
    const field =
      OF_KEY.find((name) => one?.[name] !== other?.[name]) ??
      OF_VALIDATOR.find((name) => one?.validator?.[name] !== other?.validator?.[name]);
    const pubkey = (one ?? other)?.pubkey;
    if (field !== undefined && pubkey !== undefined)
      return { pubkey, first: shown(one, field), second: shown(other, field) };
  }
  return undefined;
}

function shown(key: ObservedKey | undefined, field: string): string {
  if (key === undefined) return "no such key";
  const { validator, ...own } = key;
  const found: Readonly<Record<string, string | bigint | boolean>> = { ...own, ...validator };
  return `${field} ${String(found[field] ?? "of no validator")}`;
}
