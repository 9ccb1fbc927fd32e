import { days, decimal, ether, percent } from "./figures.ts";
import type { Narrator } from "./narrator.ts";
import type { PoolState } from "./poolState.ts";

/** A Gwei of shares: holders of less are left out. */
const LEAST_SHARES = 1_000_000_000n;

/** Who holds what, and where the ether is. */
export function showPool(narrator: Narrator, state: PoolState): void {
  const rows = state.holdings
    .filter(({ shares }) => shares >= LEAST_SHARES)
    .map(({ name, balance, shares }) => [
      name,
      ether(balance, 9),
      ether(shares, 9),
      percent(shares, state.totalShares),
    ]);
  rows.push(["All", ether(state.totalPooledEther, 9), ether(state.totalShares, 9), "100.0000 %"]);
  narrator.table(["holder", "balance, poolETH", "shares", "part of the pool"], rows, [25, 25, 20]);
  narrator.facts([
    ["Share rate", `${decimal(state.shareRateRay, 27, 12)} ETH`, "Staked so far", `${ether(state.totalStaked, 6)} ETH`],
    ["Buffered", `${ether(state.bufferedEther, 6)} ETH`, "CL balance", `${ether(state.reportedClBalance, 6)} ETH`],
    [
      "In the vaults",
      `${ether(state.withdrawalVaultEther + state.rewardsVaultEther, 6)} ETH`,
      "SSV runway",
      `${days(state.ssv.runwayBlocks)} days`,
    ],
    [
      "SSV cluster",
      `${ether(state.ssv.balance, 6)} ETH, ${state.ssv.validators.toString()} keys`,
      "SSV reserve",
      `${ether(state.ssv.reserve, 6)} ETH`,
    ],
  ]);
}
