import type { ScannedBlocks } from "../clients/logs.ts";
import type { PoolConnection } from "./connect.ts";
import { InputError, parseCount } from "./input.ts";

/**
 * The block from which to look for earlier uses of keys, if one is given.
 * @throws {InputError} If it is no number.
 */
export function parseScanFrom(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseCount(text, "scanFrom", 0, Number.MAX_SAFE_INTEGER);
}

/** The same, or on a local chain the first block. */
export function scanFromOrFirst(block: number | undefined, isLocal: boolean): number | undefined {
  return block ?? (isLocal ? 0 : undefined);
}

/**
 * The same where it cannot be left out on a public network.
 * @throws {InputError} If it is missing.
 */
export function requireScanFrom(block: number | undefined, { isLocal }: Pick<PoolConnection, "isLocal">): number {
  const from = scanFromOrFirst(block, isLocal);
  if (from !== undefined) return from;
  throw new InputError("scanFrom", "nothing", "is missing", "name a block before the ceremony took place");
}

/** Where was looked, for people. */
export function describeBlocks(scanned: ScannedBlocks | undefined): string {
  return scanned === undefined ? "not looked for" : `in blocks ${scanned.fromBlock} to ${scanned.toBlock}`;
}
