import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { operatorIds, type Books } from "./world.ts";

const GAS_OF_COMPENSATION = 50_000n;

/** The pool's account at ssv.network. */
export interface SSVState {
  /** Validators in the cluster, by its newest snapshot. */
  readonly validators: bigint;
  /** Registrations that ssv.network logged for the pool. */
  readonly registrations: bigint;
  /** Registrations that the cluster manager counted. */
  readonly ownerNonce: bigint;
  /** Balance of the cluster now, as ssv.network says, wei. */
  readonly balance: bigint;
  /** What was ever paid in, wei. */
  readonly paidIn: bigint;
  /** Fees of each validator for each block since its registration, by the fees in force, wei. */
  readonly charged: bigint;
  /** What operators and network have earned, as ssv.network says, wei. */
  readonly earned: bigint;
  /** Ether that ssv.network holds, wei. */
  readonly held: bigint;
  readonly runwayBlocks: bigint;
  /** Operating reserve of the pool, wei. */
  readonly reserve: bigint;
}

/** Reads the pool's account at ssv.network. */
export async function readSSV(world: Books): Promise<SSVState> {
  const { clusterManager, ssvNetwork, ssvViews } = world.suite;
  const ids = operatorIds(world);
  const [owner, blockNumber] = await Promise.all([
    clusterManager.getAddress(),
    world.connection.ethers.provider.getBlockNumber(),
  ]);
  const added = await ssvNetwork.queryFilter(ssvNetwork.filters.ValidatorAdded(owner));
  const fees = await Promise.all([ssvViews.getNetworkFee(), ...ids.map((id) => ssvViews.getOperatorFee(id))]);
  const earnings = [ssvViews.getNetworkEarnings(), ...ids.map((id) => ssvViews.getOperatorEarnings(id))];
  return {
    validators: world.cluster.validatorCount,
    registrations: BigInt(added.length),
    ownerNonce: await clusterManager.ownerNonce(),
    balance: added.length === 0 ? 0n : await ssvViews.getBalance(owner, ids, world.cluster),
    paidIn: world.paidToSSVWei,
    charged: sum(fees) * sum(added.map((event) => BigInt(blockNumber - event.blockNumber))),
    earned: sum(await Promise.all(earnings)),
    held: await world.connection.ethers.provider.getBalance(ssvNetwork),
    runwayBlocks: added.length === 0 ? 0n : await clusterManager.runwayOf(ids, world.cluster),
    reserve: await clusterManager.reserve(),
  };
}

/** Reads the newest snapshot of the cluster, as everybody must before a call on it. */
export async function refreshCluster(world: Books): Promise<void> {
  const { clusterManager, ssvNetwork } = world.suite;
  world.cluster = await fetchClusterSnapshot(ssvNetwork, await clusterManager.getAddress(), operatorIds(world));
}

/**
 * What a keeper does every day: tops the cluster up from the operating reserve once it is short, for compensation. A
 * reserve that would not last for another time is filled by operations. Returns the wei that the cluster got.
 */
export async function keepRunway(world: Books): Promise<bigint> {
  const { clusterManager, operations, deployer: keeper } = world.suite;
  const ids = operatorIds(world);
  const { isShort, missing } = await clusterManager.clusterStatus(ids, world.cluster);
  if (!isShort) return 0n;

  if ((await clusterManager.reserve()) < 2n * missing) {
    await world.chain.nextSlot();
    const payment = await clusterManager.connect(operations).depositReserve({ value: missing });
    await world.gas.confirm("pay into the reserve", payment);
  }
  await world.chain.nextSlot();
  const paying = clusterManager.connect(keeper);
  // Gas is estimated at no price, at which there is no compensation, nor the gas of paying it.
  const gasLimit = (await paying.topUp.estimateGas(ids, world.cluster)) + GAS_OF_COMPENSATION;
  const topUp = await paying.topUp(ids, world.cluster, { gasLimit });
  const { logs } = await world.gas.confirm("top up the cluster", topUp);
  const paid = sum(
    logs
      .map((log) => clusterManager.interface.parseLog(log))
      .filter((event) => event?.name === "ClusterToppedUp")
      .map((event) => (event?.args as unknown as { ethAmount: bigint }).ethAmount),
  );
  world.paidToSSVWei += paid;
  await refreshCluster(world);
  return paid;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
