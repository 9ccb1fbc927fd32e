import type { Provider } from "ethers";

import {
  BUILT_IN_NETWORKS,
  networkByChainId as findByChainId,
  networkByName as findByName,
  type Network,
} from "../src/consensus/network.ts";
import {
  BUILT_IN_DEPLOYMENTS,
  deploymentOfChain,
  firstBlockOfSSV as findFirstBlock,
  type SSVDeployment,
} from "../src/ssv/deployments.ts";
import { NetworkFileError, parseNetworkFile, type DescribedNetwork } from "../src/ssv/networkFile.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { readText } from "./files.ts";

/** Environment variable that names the file of a network which is not built in. */
const VARIABLE = "NETWORK_FILE";

/** What was read, by path: a file that changes while a task runs would contradict itself. */
const read = new Map<string, DescribedNetwork>();

/**
 * The network that its operator describes in a file; undefined if the environment names none.
 * @throws {FileError} If it cannot be read.
 * @throws {FileFormatError | NetworkFileError} If it cannot be used.
 */
export function describedNetwork(): DescribedNetwork | undefined {
  const path = process.env[VARIABLE];
  // An empty variable, as copied from .env.example, names none.
  if (path === undefined || path === "") return undefined;
  const described = read.get(path) ?? parseNetworkFile(readText(path, VARIABLE), `${VARIABLE} ${path}`);
  read.set(path, described);
  return described;
}

/**
 * The network with this chain id.
 * @throws {NetworkError} If there is none.
 */
export function networkByChainId(chainId: bigint): Network {
  return findByChainId(chainId, knownNetworks());
}

/**
 * The network the deposit-cli calls by this name.
 * @throws {NetworkError} If there is none.
 */
export function networkByName(name: string): Network {
  return findByName(name, knownNetworks());
}

/** Address of the ssv.network of a chain; undefined where none is known. */
export function ssvNetworkOfChain(chainId: bigint): string | undefined {
  return deploymentOfChain(chainId, knownDeployments())?.ssvNetwork;
}

/** First blocks that nodes have borne out, so that each is looked at once. */
const checked = new Set<string>();

/**
 * Block before which an ssv.network has no logs; 0 for one that is not known, such as a local one.
 * @throws {NetworkFileError} If the description of the network names one that hides logs, as far as the node can tell.
 */
export async function firstBlockOfSSV(ssvNetwork: ISSVNetwork): Promise<number> {
  const chain = chainOf(ssvNetwork);
  const { chainId } = await chain.getNetwork();
  const address = await ssvNetwork.getAddress();
  const firstBlock = findFirstBlock(chainId, address, knownDeployments());
  const key = `${chainId}-${address}-${firstBlock}`;
  // What is built in is known to be right.
  const isDescribed = firstBlock !== findFirstBlock(chainId, address, BUILT_IN_DEPLOYMENTS);
  if (isDescribed && !checked.has(key)) await checkFirstBlock(chain, address, firstBlock);
  checked.add(key);
  return firstBlock;
}

async function checkFirstBlock(chain: Provider, ssvNetwork: string, firstBlock: number): Promise<void> {
  const refuse = (problem: string): never => {
    const field = `${VARIABLE} ${process.env[VARIABLE] ?? ""}: ssvFirstBlock`;
    throw new NetworkFileError(
      field,
      firstBlock.toString(),
      problem,
      "give the block in which SSVNetwork was deployed, or an earlier one",
    );
  };
  const head = await chain.getBlockNumber();
  if (firstBlock > head) refuse(`is beyond the newest block, ${head}`);
  // Not all nodes keep the state of old blocks.
  const code = await chain.getCode(ssvNetwork, firstBlock - 1).catch(() => "0x");
  if (code !== "0x")
    refuse("is later than the deployment of SSVNetwork, so that its earlier logs would be passed over");
}

function knownNetworks(): Network[] {
  const described = describedNetwork();
  return described === undefined ? [...BUILT_IN_NETWORKS] : [...BUILT_IN_NETWORKS, described.network];
}

function knownDeployments(): SSVDeployment[] {
  const described = describedNetwork();
  return described === undefined ? [...BUILT_IN_DEPLOYMENTS] : [...BUILT_IN_DEPLOYMENTS, described.deployment];
}
