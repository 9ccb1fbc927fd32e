import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type BytesLike, type ContractTransactionResponse, hexlify, toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { deploySimulator } from "../../scripts/conformance/deploy.ts";
import type { ISSVNetwork, ISSVNetworkViews } from "../../typechain-types/index.ts";
import type { ClusterStruct } from "../../typechain-types/contracts/interfaces/external/ISSVNetwork.ts";

export const OPERATOR_FEE = 1_000_000_000n;
export const NETWORK_FEE = 2_000_000_000n;
export const THRESHOLD_BLOCKS = 300n;
export const MINIMUM_COLLATERAL = 2_000_000_000_000n;
export const OPERATOR_IDS = [1n, 2n, 3n, 4n];
/** Four operators and the network, per validator of 32 ETH. */
export const BURN_RATE = 4n * OPERATOR_FEE + NETWORK_FEE;
export const EMPTY_CLUSTER: ClusterStruct = {
  validatorCount: 0,
  networkFeeIndex: 0,
  index: 0,
  active: true,
  balance: 0,
};

const PARAMETERS = {
  liquidationThresholdPeriod: THRESHOLD_BLOCKS,
  minimumLiquidationCollateral: MINIMUM_COLLATERAL,
  validatorsPerOperatorLimit: 20n,
  declareOperatorFeePeriod: 1_000n,
  executeOperatorFeePeriod: 1_000n,
  operatorFeeIncreaseLimit: 1_000n,
  networkFee: NETWORK_FEE,
  maximumOperatorFee: 5_000_000_000n,
  minimumOperatorEthFee: 10_000_000n,
};

export interface SSV {
  ethers: HardhatEthers;
  network: ISSVNetwork;
  views: ISSVNetworkViews;
  dao: HardhatEthersSigner;
  operatorOwner: HardhatEthersSigner;
  owner: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
  oracles: HardhatEthersSigner[];
}

/** A simulated network with five public operators of one owner. */
export async function deploySSV({ ethers }: NetworkConnection): Promise<SSV> {
  const signers = await ethers.getSigners();
  const [dao, operatorOwner, owner, stranger, ...rest] = signers;
  if (dao === undefined || operatorOwner === undefined || owner === undefined || stranger === undefined)
    throw new Error("too few accounts");

  const oracles = rest.slice(0, 4);
  const addresses = oracles.map(({ address }) => address);
  const deployed = await deploySimulator(ethers, PARAMETERS, dao.address, addresses);
  const network = await ethers.getContractAt("ISSVNetwork", deployed.network);
  const views = await ethers.getContractAt("ISSVNetworkViews", deployed.views);
  for (let i = 1; i <= 5; i++)
    await network.connect(operatorOwner).registerOperator(toBeHex(i, 32), OPERATOR_FEE, false);
  return { ethers, network, views, dao, operatorOwner, owner, stranger, oracles };
}

export function publicKeys(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => toBeHex(first + i + 1, 48));
}

export function shares(count: number): BytesLike[] {
  return Array.from({ length: count }, () => hexlify(new Uint8Array(1_312).fill(7)));
}

/** Registers validators of the owner and returns the cluster's new state. */
export async function register(
  ssv: SSV,
  cluster: ClusterStruct,
  keys: string[],
  value: bigint,
  operatorIds = OPERATOR_IDS,
): Promise<ClusterStruct> {
  const network = ssv.network.connect(ssv.owner);
  return await clusterAfter(
    ssv,
    network.bulkRegisterValidator(keys, operatorIds, shares(keys.length), cluster, { value }),
  );
}

/** The state of the cluster in the last of the transaction's events that has one. */
export async function clusterAfter(ssv: SSV, sent: Promise<ContractTransactionResponse>): Promise<ClusterStruct> {
  const receipt = await (await sent).wait();
  for (const log of receipt?.logs.toReversed() ?? []) {
    const cluster: unknown = ssv.network.interface.parseLog(log)?.args.toObject().cluster;
    if (cluster !== undefined) return (cluster as { toObject(): ClusterStruct }).toObject();
  }
  throw new Error("no event with a cluster");
}
