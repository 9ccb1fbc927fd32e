import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { hasRecord } from "../clients/deployment.ts";
import { ssvNetworkOfChain } from "../clients/networks.ts";
import { isRefusal } from "../clients/refusals.ts";
import { ISSVNetwork__factory, ISSVNetworkViews__factory, type ISSVNetwork } from "../typechain-types/index.ts";
import type { ReadArguments } from "./arguments.ts";
import { connectNetwork, deploymentId, openPool, ssvCache, type PoolConnection } from "./connect.ts";
import { InputError, parseAddress } from "./input.ts";
import { findSender } from "./signers.ts";

/** What `--account` says instead of an address, for the account that sends. */
export const OWN_ACCOUNT = "eoa";

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
  readonly connection: NetworkConnection<string>;
  /** For what was read of ssv.network before. */
  readonly cacheFolder: string | undefined;
}

/**
 * Finds ssv.network: the one that is named, or that of the pool, or else the one that is known for the chain.
 * @param readOnly Whether nothing will be sent, so that no account is needed unless it is asked for its own clusters.
 * @throws {InputError | DeploymentError} If there is none.
 */
export async function openSSV(
  hre: HardhatRuntimeEnvironment,
  args: SSVArguments & { readonly from?: string | undefined },
  readOnly = true,
): Promise<SSVConnection> {
  const named = args.ssvNetwork === undefined ? undefined : parseAddress(args.ssvNetwork, "ssvNetwork");
  const isOwn = args.account === OWN_ACCOUNT;
  const other = args.account === undefined || isOwn ? undefined : parseAddress(args.account, "account");
  if (named !== undefined && args.pool !== undefined)
    throw new InputError("ssvNetwork", named, "is given beside a pool, which has its own", "name one of the two");
  const cacheFolder = ssvCache(hre);
  const connection = await connectNetwork(hre, readOnly && !isOwn);
  const account = isOwn ? (await findSender({ connection }, args.from)).address : other;
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
      connection,
      cacheFolder,
    };
  }
  const opened = await openPool(connection, args.pool, cacheFolder);
  const { ssvNetwork, clusterManager } = opened.pool;
  return {
    chainId,
    ssvNetwork,
    account: account ?? (await clusterManager.getAddress()),
    opened,
    connection,
    cacheFolder,
  };
}

/** The pool whose cluster manager an account is; undefined if it is none. */
export async function poolOf(
  { opened }: Pick<SSVConnection, "opened">,
  account: string,
): Promise<PoolConnection | undefined> {
  return account === (await opened?.pool.clusterManager.getAddress()) ? opened : undefined;
}

async function checkAnswers(question: Promise<bigint>, address: string): Promise<void> {
  try {
    await question;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new InputError("ssvNetwork", address, "is no ssv.network of version 2", "check address and network");
  }
}
