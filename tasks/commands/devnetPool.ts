import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { deployLocal, type SuiteOverrides } from "../../deploy/local.ts";
import { SLOTS_PER_EPOCH } from "../../devnet/chainOptions.ts";
import type { Deployment, DevnetChain } from "../../devnet/supervisor/devnetOptions.ts";
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
    const suite = await deployLocal(connection, suiteTime(settings));
    const addresses = await localAddresses(suite);
    const operators = suite.operators.map(({ id, privateKey }) => ({ id, privateKey }));
    return { pool: { ssvNetwork: addresses.ssvNetwork, addresses }, operators };
  } finally {
    await connection.close();
  }
}

/** The parameters of a suite that follow from the chain's clock. */
export function suiteTime({ genesisTime, secondsPerSlot, preset }: DevnetChain["settings"]): SuiteOverrides {
  return { genesisTime, secondsPerSlot, slotsPerFrame: EPOCHS_PER_FRAME * SLOTS_PER_EPOCH[preset] };
}
