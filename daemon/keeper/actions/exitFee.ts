import { fetchRequestFee } from "../../../clients/exitRequests.ts";
import { usualFeeCap } from "../../../clients/overdueExits.ts";
import type { KeeperRound } from "../keeperRound.ts";

const WEI_PER_GWEI = 1e9;

/**
 * The most to pay for a request of an exit, wei: the fee rises while others request. What is left comes back.
 * @returns Undefined if it costs more now than `maxFeeGwei`.
 */
export async function exitFeeCap({ pool }: KeeperRound, maxFeeGwei: number): Promise<bigint | undefined> {
  const fee = await fetchRequestFee(pool);
  const limit = BigInt(Math.round(maxFeeGwei * WEI_PER_GWEI));
  if (fee > limit) return undefined;
  const usual = usualFeeCap(fee);
  return usual < limit ? usual : limit;
}
