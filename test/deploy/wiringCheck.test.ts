import { expect } from "chai";

import { connectPool } from "../../clients/pool.ts";
import { OWNER_FUNCTIONS, ROLES, selector } from "../../deploy/modules/Suite.ts";
import type { SuiteParameters } from "../../deploy/suiteParameters.ts";
import { checkWiring, findMiswired } from "../../deploy/wiring.ts";
import { localParameters } from "../helpers/parameters.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

describe("The wiring of a deployment", () => {
  let suite: TestSuite;
  let parameters: SuiteParameters;

  before(async () => {
    suite = await deploySuite();
    parameters = await localParameters(suite);
  });

  async function miswired(changes: Partial<SuiteParameters> = {}) {
    const pool = await connectPool(suite.chain.ethers.provider, await suite.poolETH.getAddress());
    return findMiswired(await checkWiring(pool, { ...parameters, ...changes }, suite.deployer.address));
  }

  it("is as the parameters say", async () => {
    expect(await miswired()).to.deep.equal([]);
  });

  const other = "0x00000000000000000000000000000000000000AA";
  const changes: [changed: Partial<SuiteParameters>, names: string[]][] = [
    [{ depositContract: other }, ["PoolETH.DEPOSIT_CONTRACT"]],
    [{ ssvNetwork: other }, ["ClusterManager.SSV_NETWORK"]],
    [{ admin: other }, ["ADMIN of admin"]],
    [{ adminDelaySeconds: 1 }, ["ADMIN of admin"]],
    [{ operator: other }, ["OPERATOR of operator"]],
    [{ guardian: other }, ["GUARDIAN of guardian"]],
    [{ treasury: other }, ["Accounting.policy.treasury"]],
    [{ operations: other }, ["Accounting.policy.operations"]],
    [{ members: [other] }, ["Committee.members"]],
    [{ quorum: 4 }, ["Committee.QUORUM"]],
    [{ genesisTime: 1 }, ["Accounting.GENESIS_TIME"]],
    [{ secondsPerSlot: 6 }, ["Accounting.SECONDS_PER_SLOT"]],
    [{ slotsPerFrame: 32 }, ["Accounting.SLOTS_PER_FRAME"]],
    [{ maxGrowthPerYearWad: 1n }, ["PoolETH.MAX_GROWTH_PER_YEAR_WAD"]],
    [{ capEth: 1 }, ["PoolETH.cap"]],
    [
      { feeBasisPoints: 1, costsBasisPoints: 1 },
      ["Accounting.policy.feeBasisPoints", "Accounting.policy.costsBasisPoints"],
    ],
    [
      { runwayBlocks: 1, minRunwayBlocks: 1 },
      ["ClusterManager.runway.runwayBlocks", "ClusterManager.runway.minRunwayBlocks"],
    ],
  ];
  for (const [changed, names] of changes)
    it(`shows another ${Object.keys(changed).join(" and ")}`, async () => {
      expect((await miswired(changed)).map(({ name }) => name)).to.deep.equal(names);
    });

  it("shows a role that was taken away, and a deployer who kept one", async () => {
    const authority = suite.authority.connect(suite.admin);
    await authority.revokeRole(ROLES.GUARDIAN, suite.guardian.address);
    await authority.grantRole(ROLES.ADMIN, suite.deployer.address, 0);

    expect(await miswired()).to.deep.equal([
      { name: "GUARDIAN of guardian", expected: "with a delay of 0 s", actual: "no" },
      { name: "ADMIN of deployer", expected: "no", actual: "with a delay of 0 s" },
    ]);
  });

  it("shows who signs for the owner of the clusters, when an operator does not", async () => {
    const { authority, admin, clusterManager } = suite;
    await authority.connect(admin).setTargetFunctionRole(clusterManager, OWNER_FUNCTIONS.map(selector), ROLES.GUARDIAN);

    expect(await miswired()).to.deep.include({
      name: "role of ClusterManager.isValidSignature(bytes32,bytes)",
      expected: "1",
      actual: "2",
    });
  });
});
