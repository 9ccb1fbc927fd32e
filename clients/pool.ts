import { getAddress, type ContractRunner } from "ethers";

import {
  AccessManager__factory,
  Accounting__factory,
  ClusterManager__factory,
  Committee__factory,
  PoolETH__factory,
  PoolManager__factory,
  RewardsVault__factory,
  WithdrawalQueue__factory,
  WithdrawalVault__factory,
  ISSVNetwork__factory,
} from "../typechain-types/index.ts";
import { DeploymentError } from "./deployment.ts";
import { isRefusal } from "./refusals.ts";

export type Pool = Awaited<ReturnType<typeof connectPool>>;

/**
 * All contracts of a pool, found through the getters of its token.
 * @param runner Provider or signer.
 * @param address Of `PoolETH`.
 * @throws {DeploymentError} If there is no pool at the address.
 */
export async function connectPool(runner: ContractRunner, address: string) {
  const provider = runner.provider;
  if (provider == null) throw new Error("the runner has no chain: give a provider, or a signer with one");
  if ((await provider.getCode(address)) === "0x")
    throw new DeploymentError(
      "pool",
      address,
      "has no code on this chain",
      "check address and network; a local node that was restarted forgets everything",
    );
  const poolETH = PoolETH__factory.connect(getAddress(address), runner);
  try {
    return await connectPeers(poolETH, runner);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new DeploymentError("pool", address, "is not a PoolETH", "give the address of the token of a pool");
  }
}

async function connectPeers(poolETH: ReturnType<typeof PoolETH__factory.connect>, runner: ContractRunner) {
  const [authority, committee, poolManager, accounting, withdrawalVault, rewardsVault, queue] = await Promise.all([
    poolETH.AUTHORITY(),
    poolETH.committee(),
    poolETH.POOL_MANAGER(),
    poolETH.ACCOUNTING(),
    poolETH.WITHDRAWAL_VAULT(),
    poolETH.REWARDS_VAULT(),
    poolETH.WITHDRAWAL_QUEUE(),
  ]);
  const manager = PoolManager__factory.connect(poolManager, runner);
  const clusterManager = ClusterManager__factory.connect(await manager.CLUSTER_MANAGER(), runner);
  return {
    poolETH,
    poolManager: manager,
    clusterManager,
    accounting: Accounting__factory.connect(accounting, runner),
    committee: Committee__factory.connect(committee, runner),
    authority: AccessManager__factory.connect(authority, runner),
    withdrawalVault: WithdrawalVault__factory.connect(withdrawalVault, runner),
    rewardsVault: RewardsVault__factory.connect(rewardsVault, runner),
    withdrawalQueue: WithdrawalQueue__factory.connect(queue, runner),
    ssvNetwork: ISSVNetwork__factory.connect(await clusterManager.SSV_NETWORK(), runner),
  };
}
