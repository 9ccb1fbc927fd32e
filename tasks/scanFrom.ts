import type { ScannedBlocks } from "../clients/logs.ts";
import type { PoolConnection } from "./connect.ts";
import { parseCount, requireOption } from "./input.ts";

/**
 * The block from which to look for earlier uses of keys; on a local chain the first one, if none is given.
 * @throws {InputError} If it is no number.
 */
export function parseScanFrom(text: string | undefined, { isLocal }: Pick<PoolConnection, "isLocal">) {
  if (text === undefined) return isLocal ? 0 : undefined;
  return parseCount(text, "scanFrom", 0, Number.MAX_SAFE_INTEGER);
}

/**
 * The same where it cannot be left out on a public network.
 * @throws {InputError} If it is missing or no number.
 */
export function requireScanFrom(text: string | undefined, opened: Pick<PoolConnection, "isLocal">): number {
  const block = parseScanFrom(text, opened);
  if (block !== undefined) return block;
  return Number(requireOption(text, "scanFrom", "name a block before the ceremony took place"));
}

/** Where was looked, for people. */
export function describeBlocks(scanned: ScannedBlocks | undefined): string {
  return scanned === undefined ? "not looked for" : `in blocks ${scanned.fromBlock} to ${scanned.toBlock}`;
}
