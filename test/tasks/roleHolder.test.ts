import { expect } from "chai";

import { connectPool } from "../../clients/pool.ts";
import { ROLES, selector } from "../../deploy/modules/Suite.ts";
import { findRoleHolder } from "../../tasks/signers.ts";
import { HOUR, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";

const NEW_ROLE = 7n;

describe("findRoleHolder", () => {
  const suite = useSuite(deploySuite);

  const find = async (method: string, from?: string) => {
    const { chain, poolETH } = suite();
    const pool = await connectPool(chain.ethers.provider, await poolETH.getAddress());
    const opened = { connection: chain, chainId: 31_337n, isLocal: true, pool, startBlock: 0 };
    return (await findRoleHolder(opened, pool.poolManager, method, from)).address;
  };
  const failure = async (method: string, from?: string) =>
    find(method, from).then(
      () => "nothing",
      (error: unknown) => (error as Error).message,
    );

  it("finds the first account of the network that has the role", async () => {
    expect(await find("registerBatch")).to.equal(suite().operator.address);
    expect(await find("discardBatch")).to.equal(suite().operator.address);
  });

  it("finds whom the contract lets register, whatever the access manager says of the function", async () => {
    const { authority, admin, operator, poolManager } = suite();
    const [newcomer] = await strangers(suite());
    const functions = ["registerBatch(bytes32,uint32,uint64[],string)", "discardBatch(uint256)"].map(selector);
    await authority.connect(admin).setTargetFunctionRole(poolManager, functions, NEW_ROLE);
    await authority.connect(admin).grantRole(NEW_ROLE, newcomer, 0);
    expect(await find("registerBatch")).to.equal(operator.address);
    expect(await find("registerBatch", newcomer.address)).to.equal(newcomer.address);
    expect(await find("discardBatch")).to.equal(newcomer.address);

    await authority.connect(admin).setTargetClosed(poolManager, true);
    expect(await find("registerBatch", operator.address)).to.equal(operator.address);
    expect(await failure("discardBatch", newcomer.address)).to.equal(
      `from has no role that allows discardBatch (got ${newcomer.address}): send from an account with the role, which the pool's admin can grant`,
    );
  });

  it("says that nobody has the role, without naming everybody", async () => {
    const { authority, admin, operator, chain } = suite();
    await authority.connect(admin).revokeRole(ROLES.OPERATOR, operator);
    const { length } = await chain.ethers.getSigners();
    expect(await failure("registerBatch")).to.equal(
      `from has no role that allows registerBatch (got none of ${length} accounts): send from an account with the role, which the pool's admin can grant`,
    );
  });

  it("names the delay of one who has to wait", async () => {
    const { authority, admin } = suite();
    const [waiting] = await strangers(suite());
    await authority.connect(admin).grantRole(ROLES.OPERATOR, waiting, HOUR);
    await passTime(suite(), HOUR);
    for (const method of ["registerBatch", "discardBatch"])
      expect(await failure(method, waiting.address)).to.equal(
        `from may call ${method} only after a delay of 3600 seconds (got ${waiting.address}): schedule the call at the access manager at ${await authority.getAddress()}, and execute it there`,
      );
  });
});
