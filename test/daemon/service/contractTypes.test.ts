import { expect } from "chai";

import { ContractTypesError, requireContractTypes } from "../../../daemon/service/contractTypes.ts";

describe("The types of the contracts", () => {
  it("are asked for before anything uses them, and are there once the contracts are compiled", () => {
    requireContractTypes();
    expect(() => {
      requireContractTypes(new URL("none.ts", import.meta.url));
    }).to.throw(
      ContractTypesError,
      "typechain-types are missing, since the contracts were never compiled (got nothing): run `npx hardhat build`",
    );
  });
});
