import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { localDeploymentId, recordDeployment } from "../../clients/deployment.ts";
import { deployLocal } from "../../deploy/local.ts";
import { SLOTS_PER_EPOCH } from "../../devnet/chainOptions.ts";
import type { Deployment, DevnetChain } from "../../devnet/supervisor/devnetOptions.ts";
import type { DeployedPool } from "../../devnet/supervisor/folder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { localAddresses } from "./localNode.ts";

/** Epochs of a frame: about a day of long slots. */
const EPOCHS_PER_FRAME = 4;

/** Deploys a pool with its committee, and an ssv.network with four operators, to a devnet. */
export async function deployToDevnet(
  hre: HardhatRuntimeEnvironment,
  { rpcUrl: url, settings }: DevnetChain,
): Promise<Deployment> {
  const connection = await hre.network.create({ network: "local", override: { url } });
  try {
    const suite = await deployLocal(connection, {
      genesisTime: settings.genesisTime,
      secondsPerSlot: settings.secondsPerSlot,
      slotsPerFrame: EPOCHS_PER_FRAME * SLOTS_PER_EPOCH[settings.preset],
    });
    const addresses = await localAddresses(suite);
    const operators = suite.operators.map(({ id, privateKey }) => ({ id, privateKey }));
    return { pool: { ssvNetwork: addresses.ssvNetwork, addresses }, operators };
  } finally {
    await connection.close();
  }
}

/** Records where the pool of a devnet is, so that tasks find it; returns the file. */
export function recordDevnet(rpcUrl: string, { addresses }: DeployedPool): string {
  const { poolETH, ...others } = addresses;
  if (poolETH === undefined) throw new Error("the devnet's folder names no poolETH");
  return recordDeployment(localDeploymentId(rpcUrl), {
    chainId: Number(LOCAL.chainId),
    startBlock: 0,
    addresses: { poolETH, ...others },
  });
}
