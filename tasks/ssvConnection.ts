import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { hasRecord } from "../clients/deployment.ts";
import { isRefusal } from "../clients/refusals.ts";
import { ssvNetworkOfChain } from "../src/ssv/deployments.ts";
import { ISSVNetwork__factory, ISSVNetworkViews__factory, type ISSVNetwork } from "../typechain-types/index.ts";
import type { ReadArguments } from "./arguments.ts";
import { connectNetwork, deploymentId, openPool, type PoolConnection } from "./connect.ts";
import { InputError, parseAddress } from "./input.ts";

/** What every task that looks at ssv.network is given. */
export interface SSVArguments extends ReadArguments {
  readonly ssvNetwork: string | undefined;
  readonly account: string | undefined;
}

/** ssv.network on a chain, as commands take it. */
export interface SSVConnection {
  readonly chainId: bigint;
  readonly ssvNetwork: ISSVNetwork;
  /** Who registers validators there: a pool's ClusterManager, if nobody else is named. */
  readonly account: string | undefined;
  /** The pool whose ssv.network it is, where one was found. */
  readonly opened: PoolConnection | undefined;
  /** For what was read of ssv.network before. */
  readonly cacheFolder: string | undefined;
}

/**
 * Finds ssv.network: the one that is named, or that of the pool, or else the one that is known for the chain.
 * @throws {InputError | DeploymentError} If there is none.
 */
export async function openSSV(hre: HardhatRuntimeEnvironment, args: SSVArguments): Promise<SSVConnection> {
  const named = args.ssvNetwork === undefined ? undefined : parseAddress(args.ssvNetwork, "ssvNetwork");
  const account = args.account === undefined ? undefined : parseAddress(args.account, "account");
  if (named !== undefined && args.pool !== undefined)
    throw new InputError("ssvNetwork", named, "is given beside a pool, which has its own", "name one of the two");
  const cacheFolder = join(hre.config.paths.cache, "ssv");
  const connection = await connectNetwork(hre, true);
  const { provider } = connection.ethers;
  const { chainId } = await provider.getNetwork();
  const known = hasRecord(await deploymentId(connection, chainId)) ? undefined : ssvNetworkOfChain(chainId);
  const address = named ?? (args.pool === undefined ? known : undefined);
  if (address !== undefined) {
    await checkAnswers(ISSVNetworkViews__factory.connect(address, provider).getValidatorsPerOperatorLimit(), address);
    return {
      chainId,
      ssvNetwork: ISSVNetwork__factory.connect(address, provider),
      account,
      opened: undefined,
      cacheFolder,
    };
  }
  const opened = await openPool(connection, args.pool);
  const { ssvNetwork, clusterManager } = opened.pool;
  return { chainId, ssvNetwork, account: account ?? (await clusterManager.getAddress()), opened, cacheFolder };
}

async function checkAnswers(question: Promise<bigint>, address: string): Promise<void> {
  try {
    await question;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new InputError("ssvNetwork", address, "is no ssv.network of version 2", "check address and network");
  }
}
