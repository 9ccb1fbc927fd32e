import { JsonRpcProvider, ZeroAddress } from "ethers";
import { expect } from "chai";

import { fetchOperatorKeys, fetchRegisteredOperators } from "../../clients/operators.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { sayInactive, watchedProvider } from "../helpers/provider.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

describe("operators at ssv.network", () => {
  let suite: TestSuite;

  before(async () => {
    suite = await deploySuite();
  });

  it("reads the registered keys, of all operators or of some", async () => {
    const all = suite.operators.map(({ id, publicKey }) => ({ id, operatorKey: publicKey }));

    expect(await fetchOperatorKeys(suite.ssvNetwork)).to.deep.equal(all);
    expect(await fetchOperatorKeys(suite.ssvNetwork, [2n, 4n])).to.deep.equal([all[1], all[3]]);
  });

  it("asks nothing for no operators, because nodes would answer with all", async () => {
    const nobody = new JsonRpcProvider("http://127.0.0.1:9", 31_337, { staticNetwork: true });

    expect(await fetchOperatorKeys(suite.ssvNetwork.connect(nobody), [])).to.deep.equal([]);
    nobody.destroy();
  });

  it("tells operators that are registered, removed and unknown apart", async () => {
    const { operators, ssvNetwork } = suite;
    const owner = (await suite.chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
    if (owner === undefined) throw new Error("the operators' account is missing");
    await ssvNetwork.connect(owner).removeOperator(3n);

    const [, second, third] = operators.map(({ publicKey }) => publicKey);
    expect(await fetchRegisteredOperators(ssvNetwork, [2n, 3n, 9n])).to.deep.equal([
      { id: 2n, owner: owner.address, isRemoved: false, operatorKey: second },
      { id: 3n, owner: owner.address, isRemoved: true, operatorKey: third },
      { id: 9n, owner: ZeroAddress, isRemoved: false, operatorKey: undefined },
    ]);
  });

  it("takes an operator that has served no cluster that pays in ether for registered", async () => {
    const { ssvNetwork, operators } = suite;
    const { runner } = ssvNetwork;
    if (runner?.provider == null) throw new Error("the suite has no chain");
    const chain = watchedProvider(runner.provider, { changeAnswer: sayInactive(2n) });

    const [operator] = await fetchRegisteredOperators(ssvNetwork.connect(chain), [2n]);
    expect(operator).to.deep.include({ id: 2n, isRemoved: false, operatorKey: operators[1]?.publicKey });
  });
});
