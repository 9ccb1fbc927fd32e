import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { localDeploymentId, readDeployment } from "../clients/deployment.ts";
import { connectPool, type Pool } from "../clients/pool.ts";
import { LOCAL } from "../src/consensus/network.ts";
import { parseAddress } from "./input.ts";
import { networkOf } from "./network.ts";

/** A pool on a chain, as commands take it. */
export interface PoolConnection {
  readonly connection: NetworkConnection<string>;
  readonly chainId: bigint;
  /** Whether the chain is on this machine, so that nothing on it has a value. */
  readonly isLocal: boolean;
  readonly pool: Pool;
  /** Block before which there is nothing of the pool. */
  readonly startBlock: number;
  /** For what was read of ssv.network before; nothing is kept if left out. */
  readonly cacheFolder?: string | undefined;
}

/** Folder for what tasks have read of ssv.network. */
export function ssvCache({ config }: Pick<HardhatRuntimeEnvironment, "config">): string {
  return join(config.paths.cache, "ssv");
}

/**
 * Connects to the network that the command line names.
 * @param readOnly Whether no account is needed; then none is asked for.
 */
export async function connectNetwork(hre: HardhatRuntimeEnvironment, readOnly = false): Promise<NetworkConnection> {
  const network = networkOf(hre);
  const config = hre.config.networks[network];
  if (readOnly && config?.type === "http" && Array.isArray(config.accounts))
    return hre.network.create({ network, override: { accounts: "remote" } });
  return hre.network.getOrCreate();
}

/**
 * Finds the pool of a network: the one that is named, or else the one that was recorded at its deployment.
 * @param cacheFolder Where commands keep what they read of ssv.network.
 * @throws {InputError | DeploymentError} If there is none.
 */
export async function openPool(
  connection: NetworkConnection<string>,
  address: string | undefined,
  cacheFolder?: string,
): Promise<PoolConnection> {
  const { provider } = connection.ethers;
  const named = address === undefined ? undefined : parseAddress(address, "pool");
  const { chainId } = await provider.getNetwork();
  const isLocal = chainId === LOCAL.chainId || connection.networkConfig.type === "edr-simulated";
  if (named !== undefined)
    return { connection, chainId, isLocal, pool: await connectPool(provider, named), startBlock: 0, cacheFolder };
  const { addresses, startBlock } = readDeployment(await deploymentId(connection, chainId), chainId);
  const pool = await connectPool(provider, addresses.poolETH);
  return { connection, chainId, isLocal, pool, startBlock, cacheFolder };
}

/** Under which name the deployment of a network is recorded; a fork has that of the network it comes from. */
export async function deploymentId(
  { networkName, networkConfig }: NetworkConnection<string>,
  chainId: bigint,
): Promise<string> {
  const url = networkConfig.type === "http" ? networkConfig.url : networkConfig.forking?.url;
  if (chainId === LOCAL.chainId && url !== undefined) return localDeploymentId(await url.getUrl());
  return networkName.replace(/Fork$/, "");
}
