import type { Provider } from "ethers";

import type { VaultFlow } from "../src/oracle/vaultFlows.ts";
import type { Hex } from "../src/units/hex.ts";
import { RewardsVault__factory, type PoolETH } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import type { BlockIncome } from "./payouts.ts";

/** A vault, and what it has at a block, wei. */
export type VaultBalance = Pick<VaultFlow, "vault" | "address"> & { readonly balanceWei: bigint };

/** Reads what both vaults of a pool have at a block. */
export async function fetchVaultBalances(poolETH: PoolETH, block: number): Promise<VaultBalance[]> {
  const chain = chainOf(poolETH);
  const [withdrawal, rewards] = await Promise.all([poolETH.WITHDRAWAL_VAULT(), poolETH.REWARDS_VAULT()]);
  const read = async (vault: VaultFlow["vault"], address: string): Promise<VaultBalance> => {
    return { vault, address: address.toLowerCase() as Hex, balanceWei: await chain.getBalance(address, block) };
  };
  return Promise.all([read("withdrawal", withdrawal), read("rewards", rewards)]);
}

/** What went through both vaults between two blocks, whose balances are known. */
export async function fetchVaultFlows(
  chain: Provider,
  before: readonly VaultBalance[],
  after: readonly VaultBalance[],
  { payouts, feeBlocks }: BlockIncome,
  blocks: { readonly fromBlock: number; readonly toBlock: number },
): Promise<VaultFlow[]> {
  return Promise.all(
    after.map(async ({ vault, address, balanceWei }) => {
      const swept = payouts.filter((payout) => payout.address === address);
      return {
        ...{ vault, address, balanceAfterWei: balanceWei },
        balanceBeforeWei: before.find((each) => each.vault === vault)?.balanceWei ?? 0n,
        collectedWei: await fetchCollected(chain, address, blocks),
        sweptGwei: swept.reduce((sum, { amountGwei }) => sum + amountGwei, 0n),
        feeBlocks: feeBlocks.get(address) ?? 0,
      };
    }),
  );
}

/** Wei that the pool took out of a vault in some blocks, by the vault's log. */
async function fetchCollected(
  chain: Provider,
  address: string,
  { fromBlock, toBlock }: { readonly fromBlock: number; readonly toBlock: number },
): Promise<bigint> {
  if (fromBlock > toBlock) return 0n;
  const vault = RewardsVault__factory.connect(address, chain);
  const topics = vault.interface.encodeFilterTopics("Collected", []);
  const logs = await fetchLogs(chain, { address, topics }, fromBlock, toBlock);
  return logs.reduce((sum, { data, topics: found }) => {
    const [amount] = vault.interface.decodeEventLog("Collected", data, found) as unknown as [bigint];
    return sum + amount;
  }, 0n);
}
