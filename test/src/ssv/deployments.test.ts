import { expect } from "chai";

import { BUILT_IN_DEPLOYMENTS, deploymentOfChain, firstBlockOfSSV } from "../../../src/ssv/deployments.ts";

const MAINNET_SSV = "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1";
const HOODI_SSV = "0x58410Bef803ECd7E63B23664C586A6DB72DAf59c";

describe("deployments of ssv.network", () => {
  const firstBlock = (chainId: bigint, address: string) => firstBlockOfSSV(chainId, address, BUILT_IN_DEPLOYMENTS);

  it("begin in the blocks that are built in, in whatever case the address is written", () => {
    expect(firstBlock(1n, MAINNET_SSV.toLowerCase())).to.equal(17_507_487);
    expect(firstBlock(560_048n, HOODI_SSV)).to.equal(1_065);
  });

  it("begin with the chain where another contract, or the same address on another chain, is meant", () => {
    expect(firstBlock(1n, HOODI_SSV)).to.equal(0);
    expect(firstBlock(31_337n, MAINNET_SSV)).to.equal(0);
    const shadow = { chainId: 7n, ssvNetwork: MAINNET_SSV, firstBlock: 12 };
    expect(firstBlockOfSSV(7n, MAINNET_SSV, [...BUILT_IN_DEPLOYMENTS, shadow])).to.equal(12);
  });

  it("are known by their chain id", () => {
    expect(deploymentOfChain(1n, BUILT_IN_DEPLOYMENTS)?.ssvNetwork).to.equal(MAINNET_SSV);
    expect(deploymentOfChain(560_048n, BUILT_IN_DEPLOYMENTS)?.ssvNetwork).to.equal(HOODI_SSV);
    expect(deploymentOfChain(31_337n, BUILT_IN_DEPLOYMENTS)).to.equal(undefined);
  });
});
