import { getAddress } from "ethers";

/** Where ssv.network is on a chain. */
export interface SSVDeployment {
  readonly chainId: bigint;
  /** Address of `SSVNetwork`, which answers the views, too. */
  readonly ssvNetwork: string;
  /** Block before which it has no logs. */
  readonly firstBlock: number;
}

/** What is known without a file. Source: ssvlabs/ssv `networkconfig`. */
export const BUILT_IN_DEPLOYMENTS: readonly SSVDeployment[] = [
  // mainnet
  { chainId: 1n, ssvNetwork: "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1", firstBlock: 17_507_487 },
  // hoodi
  { chainId: 560_048n, ssvNetwork: "0x58410Bef803ECd7E63B23664C586A6DB72DAf59c", firstBlock: 1_065 },
];

/**
 * Block before which ssv.network has no logs on a chain; 0 for one that is not known, such as a local one.
 * @param deployments Where to look it up. Two chains may have it at the same address.
 */
export function firstBlockOfSSV(chainId: bigint, ssvNetwork: string, deployments: readonly SSVDeployment[]): number {
  const deployment = deploymentOfChain(chainId, deployments);
  return deployment?.ssvNetwork === getAddress(ssvNetwork) ? deployment.firstBlock : 0;
}

/** The ssv.network of a chain; undefined where none is known. */
export function deploymentOfChain(chainId: bigint, deployments: readonly SSVDeployment[]): SSVDeployment | undefined {
  return deployments.find((deployment) => deployment.chainId === chainId);
}
