import { getAddress } from "ethers";

interface SSVDeployment {
  readonly chainId: bigint;
  /** Address of `SSVNetwork`, which answers the views, too. */
  readonly ssvNetwork: string;
  /** Block before which it has no logs. Source: ssvlabs/ssv `networkconfig`. */
  readonly firstBlock: number;
}

const DEPLOYMENTS: readonly SSVDeployment[] = [
  // mainnet
  { chainId: 1n, ssvNetwork: "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1", firstBlock: 17_507_487 },
  // hoodi
  { chainId: 560_048n, ssvNetwork: "0x58410Bef803ECd7E63B23664C586A6DB72DAf59c", firstBlock: 1_065 },
];

/** Block before which a deployment of ssv.network has no logs; 0 for one that is not known, such as a local one. */
export function firstBlockOfSSV(ssvNetwork: string): number {
  const address = getAddress(ssvNetwork);
  return DEPLOYMENTS.find((deployment) => deployment.ssvNetwork === address)?.firstBlock ?? 0;
}

/** Address of the ssv.network of a public chain; undefined for other chains. */
export function ssvNetworkOfChain(chainId: bigint): string | undefined {
  return DEPLOYMENTS.find((deployment) => deployment.chainId === chainId)?.ssvNetwork;
}
