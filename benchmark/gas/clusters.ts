import { packed, poolCluster, signExitStatus } from "../../test/helpers/clusters.ts";
import { deployWithHolders, ETHER, gasOf, registerAndActivate, type BenchmarkSuite, type Figures } from "./suite.ts";

const VALIDATORS = 22;
const LEAVING = 10;
const REF_SLOT = 7_199n;
const RESERVE = 10n * ETHER;

/**
 * What it costs to keep a cluster of four operators running, and to let validators go: exits of 10 of 22, their removal
 * with three signatures, a top-up once the cluster is short, and a reactivation after somebody liquidated it.
 */
export async function measureClusters(): Promise<Figures> {
  const suite = await deployWithHolders();
  await suite.clusterManager.depositReserve({ value: RESERVE });
  await registerAndActivate(suite, VALIDATORS, suite.members.slice(0, 3));
  const figures = {
    ...(await measureFunds(suite)),
    ...(await measureExits(suite)),
    "cluster.topUp": await measureTopUp(suite),
    "cluster.reactivate": await measureReactivation(suite),
  };
  await suite.chain.close();
  return figures;
}

async function measureFunds(suite: BenchmarkSuite): Promise<Figures> {
  const manager = suite.clusterManager.connect(suite.operator);
  const { operatorIds, cluster } = await poolCluster(suite);
  const fund = await gasOf(manager.fund(operatorIds, cluster, ETHER));
  // A network that has paid before takes and gives its lock for less, and public ones have paid.
  await manager.withdraw(operatorIds, (await poolCluster(suite)).cluster, 1n);
  const { cluster: funded } = await poolCluster(suite);
  const withdraw = await gasOf(manager.withdraw(operatorIds, funded, ETHER / 2n));
  return { "cluster.fund": fund, "cluster.withdraw": withdraw };
}

async function measureExits(suite: BenchmarkSuite): Promise<Figures> {
  const { clusterManager, ssvNetwork, operator, newcomer } = suite;
  const { owner, operatorIds, cluster } = await poolCluster(suite);
  const added = await ssvNetwork.queryFilter(ssvNetwork.filters.ValidatorAdded(owner));
  const leaving = added.slice(0, LEAVING).map(({ args }) => args.publicKey);
  const keys = packed(leaving);
  const signatures = await signExitStatus(suite, leaving, REF_SLOT);
  const exit = await gasOf(clusterManager.connect(operator).exit(keys, operatorIds));
  const remove = clusterManager.connect(newcomer).remove(keys, operatorIds, cluster, REF_SLOT, signatures);
  return { "validators.exit.n10": exit, "validators.remove.n10": await gasOf(remove) };
}

async function measureTopUp(suite: BenchmarkSuite): Promise<number> {
  const { clusterManager, newcomer, chain } = suite;
  const { operatorIds, cluster } = await poolCluster(suite);
  const [left, { minRunwayBlocks }] = await Promise.all([
    clusterManager.runwayOf(operatorIds, cluster),
    clusterManager.runway(),
  ]);
  await chain.networkHelpers.mine(left - minRunwayBlocks);
  return gasOf(clusterManager.connect(newcomer).topUp(operatorIds, cluster));
}

async function measureReactivation(suite: BenchmarkSuite): Promise<number> {
  const { clusterManager, ssvNetwork, operator, newcomer, chain } = suite;
  const { owner, operatorIds, cluster } = await poolCluster(suite);
  await chain.networkHelpers.mine((await clusterManager.runwayOf(operatorIds, cluster)) + 1n);
  await ssvNetwork.connect(newcomer).liquidate(owner, operatorIds, cluster);
  const { cluster: liquidated } = await poolCluster(suite);
  return gasOf(clusterManager.connect(operator).reactivate(operatorIds, liquidated));
}
