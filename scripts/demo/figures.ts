const BLOCKS_PER_DAY = 7_200n;

/** Wei as ether with so many decimals, cut off. */
export function ether(wei: bigint, decimals: number): string {
  return decimal(wei, 18, decimals);
}

/** Blocks as days with one decimal. */
export function days(blocks: bigint): string {
  return decimal((blocks * 10n) / BLOCKS_PER_DAY, 1, 1);
}

/** A part as percent, rounded to four decimals. */
export function percent(part: bigint, whole: bigint): string {
  return `${decimal((part * 2_000_000n + whole) / (2n * whole), 4, 4)} %`;
}

/** A whole number of units as a decimal number. */
export function decimal(value: bigint, unitDecimals: number, decimals: number): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(unitDecimals + 1, "0");
  const whole = BigInt(magnitude.slice(0, -unitDecimals)).toLocaleString("en");
  return `${value < 0n ? "-" : ""}${whole}.${magnitude.slice(-unitDecimals).slice(0, decimals)}`;
}
