import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";

/** What an account has in a pool, and outside of it. */
export async function poolBalance({ pool, connection }: PoolConnection, account: string): Promise<PrintableRecord> {
  const [balanceWei, shares, walletWei] = await Promise.all([
    pool.poolETH.balanceOf(account),
    pool.poolETH.sharesOf(account),
    connection.ethers.provider.getBalance(account),
  ]);
  return { account, balanceWei, shares, walletWei };
}
