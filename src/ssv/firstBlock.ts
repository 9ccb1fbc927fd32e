import { getAddress } from "ethers";

/** Deployments of ssv.network and the block before which they have no logs. Source: ssvlabs/ssv `networkconfig`. */
const FIRST_BLOCKS: Readonly<Record<string, number>> = {
  // mainnet
  "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1": 17_507_487,
  // hoodi
  "0x58410Bef803ECd7E63B23664C586A6DB72DAf59c": 1_065,
};

/** Block before which a deployment of ssv.network has no logs; 0 for one that is not known, such as a local one. */
export function firstBlockOfSSV(ssvNetwork: string): number {
  return FIRST_BLOCKS[getAddress(ssvNetwork)] ?? 0;
}
