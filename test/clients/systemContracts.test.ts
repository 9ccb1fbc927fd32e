import { readFileSync } from "node:fs";

import { expect } from "chai";

import { systemContracts } from "../../clients/systemContracts.ts";
import {
  BEACON_ROOTS,
  CONSOLIDATION_REQUESTS,
  DEPOSIT_CONTRACT,
  WITHDRAWAL_REQUESTS,
} from "../../src/consensus/systemContracts.ts";

describe("systemContracts", () => {
  const vectors: unknown = JSON.parse(
    readFileSync(new URL("../vectors/system-contracts.json", import.meta.url), "utf8"),
  );

  it("gives the code that Ethereum runs at each address", () => {
    expect(systemContracts().map(({ address }) => address)).to.deep.equal([
      DEPOSIT_CONTRACT,
      WITHDRAWAL_REQUESTS,
      CONSOLIDATION_REQUESTS,
      BEACON_ROOTS,
    ]);
    for (const { code } of systemContracts()) expect(code).to.match(/^0x([0-9a-f]{2}){50,}$/);
  });

  it("is what the Solidity tests install", () => {
    const [depositContract, withdrawalRequests, consolidationRequests, beaconRoots] = systemContracts();
    expect(vectors).to.deep.equal({ depositContract, withdrawalRequests, consolidationRequests, beaconRoots });
  });
});
