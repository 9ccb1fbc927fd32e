import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { BigNumberish } from "ethers";

const MODULES = [
  "SSVOperatorsModule",
  "SSVWhitelistModule",
  "SSVValidatorsModule",
  "SSVClustersModule",
  "SSVDAOModule",
  "SSVViewsModule",
];

export interface SimulatorParameters {
  liquidationThresholdPeriod: BigNumberish;
  minimumLiquidationCollateral: BigNumberish;
  validatorsPerOperatorLimit: BigNumberish;
  declareOperatorFeePeriod: BigNumberish;
  executeOperatorFeePeriod: BigNumberish;
  operatorFeeIncreaseLimit: BigNumberish;
  networkFee: BigNumberish;
  maximumOperatorFee: BigNumberish;
  minimumOperatorEthFee: BigNumberish;
}

/** Deploys the simulated SSV network and its views; the network fee runs from the block that `network` is deployed in. */
export async function deploySimulator(
  ethers: HardhatEthers,
  parameters: SimulatorParameters,
  owner: string,
  oracles: string[],
): Promise<{ network: string; views: string }> {
  const router = await (await ethers.deployContract("SSVNetworkRouter")).getAddress();
  const modules: string[] = [];
  for (const name of MODULES) modules.push(await (await ethers.deployContract(name)).getAddress());

  const network = await ethers.deployContract("SSVNetworkSimulator", [router, modules, parameters, owner, oracles]);
  const views = await ethers.deployContract("SSVNetworkViewsSimulator", [await network.getAddress()]);
  return { network: await network.getAddress(), views: await views.getAddress() };
}
