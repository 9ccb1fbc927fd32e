import type { World } from "../world.ts";

/** Tells what stands on the chain, and books what its deployment cost. */
export async function found(world: World): Promise<void> {
  const { connection, gas, narrator, suite } = world;
  const blocks = await connection.ethers.provider.getBlockNumber();
  for (let number = 1; number <= blocks; number++) {
    const block = await connection.ethers.provider.getBlock(number);
    if (block !== null && block.gasUsed > 0n) gas.book("deployment", block);
  }

  narrator.heading("1. A pool on a chain of its own");
  narrator.say(
    "The chain has Ethereum's deposit contract with its real code, a simulated ssv.network with four operators that " +
      "hold RSA keys, and the pool. Three of the committee's five members make a quorum. Nobody has deposited yet.",
  );
  const rows = [
    ["PoolETH", await suite.poolETH.getAddress(), "token, ledger, buffered ether"],
    ["PoolManager", await suite.poolManager.getAddress(), "keys and their activation"],
    ["Accounting", await suite.accounting.getAddress(), "reports and fees"],
    ["ClusterManager", await suite.clusterManager.getAddress(), "account at ssv.network"],
    ["Committee", await suite.committee.getAddress(), "3 of 5 members"],
    ["WithdrawalVault", await suite.withdrawalVault.getAddress(), "what validators pay out"],
    ["RewardsVault", await suite.rewardsVault.getAddress(), "tips and MEV"],
    ["Deposit contract", await suite.poolETH.DEPOSIT_CONTRACT(), "stake of all Ethereum"],
  ];
  narrator.table(["contract", "address", "what it is for"], rows, [46, 31], "left");
  narrator.gas(gas.entries());
}
