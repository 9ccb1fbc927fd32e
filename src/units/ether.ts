import { FieldError } from "./errors.ts";

declare const unit: unique symbol;

/** Ether in wei (1e-18 ether), the unit of the execution layer. Never negative. */
export type Wei = bigint & { readonly [unit]: "wei" };

/** Ether in Gwei (1e-9 ether), the unit of the consensus layer; fits in 64 bits. Never negative. */
export type Gwei = bigint & { readonly [unit]: "gwei" };

/** Wei in one Gwei. */
export const WEI_PER_GWEI = 10n ** 9n;
/** Gwei in one ether. */
export const GWEI_PER_ETHER = 10n ** 9n;
/** Wei in one ether. */
export const WEI_PER_ETHER = 10n ** 18n;

const MAX_GWEI = 2n ** 64n - 1n;
const MAX_WEI = 2n ** 256n - 1n;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** An amount of ether is not one its unit can express. */
export class AmountError extends FieldError {}

/**
 * Marks a number of wei as such.
 * @throws {AmountError} If it is negative or exceeds 256 bits.
 */
export function wei(value: bigint, field = "amount"): Wei {
  if (value < 0n || value > MAX_WEI)
    throw new AmountError(field, `${value.toString()} wei`, "is out of range", "give 0 to 2^256 - 1 wei");
  return value as Wei;
}

/**
 * Marks a number of Gwei as such.
 * @throws {AmountError} If it is negative or exceeds 64 bits.
 */
export function gwei(value: bigint, field = "amount"): Gwei {
  if (value < 0n || value > MAX_GWEI)
    throw new AmountError(field, `${value.toString()} Gwei`, "is out of range", "give 0 to 2^64 - 1 Gwei");
  return value as Gwei;
}

/** Converts Gwei to wei; exact. */
export function gweiToWei(value: Gwei): Wei {
  return (value * WEI_PER_GWEI) as Wei;
}

/**
 * Converts wei to Gwei and never truncates: the consensus layer cannot see what is below one Gwei.
 * @throws {AmountError} If the amount is not a whole number of Gwei.
 */
export function weiToGwei(value: Wei, field = "amount"): Gwei {
  if (value % WEI_PER_GWEI !== 0n)
    throw new AmountError(
      field,
      `${value.toString()} wei`,
      "is not a whole number of Gwei",
      "round it to a multiple of 1000000000 wei",
    );
  return gwei(value / WEI_PER_GWEI, field);
}

/**
 * Reads a decimal amount of ether, such as `32` or `0.001`, as wei.
 * @throws {AmountError} If it is no plain decimal number or has more than 18 decimals.
 */
export function parseEther(text: string, field = "amount"): Wei {
  return wei(parseDecimal(text, 18, field), field);
}

/**
 * Reads a decimal amount of ether as Gwei.
 * @throws {AmountError} If it is no plain decimal number or has more than 9 decimals.
 */
export function parseEtherAsGwei(text: string, field = "amount"): Gwei {
  return gwei(parseDecimal(text, 9, field), field);
}

/** Writes wei as a decimal amount of ether without trailing zeros, such as `0.5`. */
export function formatEther(value: Wei): string {
  const fraction = (value % WEI_PER_ETHER).toString().padStart(18, "0").replace(/0+$/, "");
  const whole = (value / WEI_PER_ETHER).toString();
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function parseDecimal(text: string, decimals: number, field: string): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) throw new AmountError(field, text, "is not a decimal amount", "write ether as 32 or 0.001");
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > decimals)
    throw new AmountError(
      field,
      text,
      `has ${fraction.length} decimals, more than the ${decimals} of its unit`,
      `drop the digits after the ${decimals}th decimal`,
    );
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}
