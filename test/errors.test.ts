import { expect } from "chai";

import { productionContracts } from "./helpers/abi.ts";
import { assertedErrors, customErrors } from "./helpers/errorCoverage.ts";

/** Errors of the ABIs that no call can reach, and why. All of them come from OpenZeppelin or guard arithmetic. */
const UNREACHABLE: Record<string, string> = {
  AddressEmptyCode: "an implementation without code fails before, when it is asked for its proxiableUUID",
  ECDSAInvalidSignatureLength: "the wrapped token takes signatures as v, r and s",
  ERC20InvalidSender: "the zero address cannot allow anybody, so ERC20InvalidApprover comes first",
  ERC4626ExceededMaxDeposit: "a transfer of more than there is fails before, in poolETH",
  ERC721InvalidSender: "ids of requests only grow, so that none is minted twice",
  InvalidAccountNonce: "OpenZeppelin's checked nonces are not used; a wrong nonce shows as a wrong signer",
  InvalidShortString: "the EIP-712 names are shorter than 32 bytes",
  NotInitializing: "no internal initializer is called outside an initializer",
  RollingSumOverflow: "the bounds of losses and of stake keep every period far below 32 bits",
  StringTooLong: "the EIP-712 names are shorter than 32 bytes",
  TotalSharesOverflow: "the cap keeps all shares far below 96 bits",
};

describe("The custom errors of the production contracts", () => {
  it("are each reached by a test", async () => {
    const asserted = assertedErrors();
    const unreached = [...customErrors(await productionContracts())]
      .filter(([name]) => !asserted.has(name) && !(name in UNREACHABLE))
      .map(([name, contracts]) => `${name} (${contracts.join(", ")})`);
    expect(unreached).to.deep.equal([]);
  });

  it("are exempt only while they exist and no test reaches them", async () => {
    const errors = customErrors(await productionContracts());
    const asserted = assertedErrors();
    expect(Object.keys(UNREACHABLE).filter((name) => !errors.has(name) || asserted.has(name))).to.deep.equal([]);
  });
});
