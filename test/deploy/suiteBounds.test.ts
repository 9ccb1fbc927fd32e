import { expect } from "chai";
import { toBeHex } from "ethers";

import { checkParameters } from "../../deploy/deploySuite.ts";
import { selector } from "../../deploy/modules/Suite.ts";
import { BOUNDS, findBreach } from "../../deploy/suiteBounds.ts";
import { ParameterError, requireWithinBounds, type SuiteParameters } from "../../deploy/suiteParameters.ts";
import { localParameters } from "../helpers/parameters.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

type Changes = Partial<SuiteParameters>;
const members = (count: number) => Array.from({ length: count }, (_, index) => toBeHex(index + 1, 20));
const committee = (count: number, quorum: number): Changes => ({ members: members(count), quorum });
const runway = (runwayBlocks: number, minRunwayBlocks: number): Changes => ({ runwayBlocks, minRunwayBlocks });

/** At the bounds, where contracts and parameters take a value. */
const TAKEN: readonly Changes[] = [
  committee(BOUNDS.minMembers, 2),
  committee(BOUNDS.maxMembers, 17),
  committee(BOUNDS.maxMembers, BOUNDS.maxMembers),
  committee(5, 3),
  { secondsPerSlot: 1, slotsPerFrame: 1 },
  { capEth: BOUNDS.maxCapEth },
  { adminDelaySeconds: BOUNDS.maxAdminDelaySeconds },
  { feeBasisPoints: BOUNDS.maxFeeBasisPoints },
  { costsBasisPoints: BOUNDS.maxCostsBasisPoints },
  { maxGainBasisPoints: BOUNDS.maxGainBasisPoints },
  { maxLossBasisPoints: BOUNDS.maxLossBasisPoints },
  runway(2, 1),
  runway(BOUNDS.maxRunwayBlocks, BOUNDS.maxRunwayBlocks - 1),
];

/** One beyond the bounds, with what is said of it and the error of the contract. */
const REFUSED: readonly [changes: Changes, line: string, error: string][] = [
  [committee(2, 2), "members would be refused (got 2 members): name 3 to 32 members", "MemberCountOutOfRange"],
  [committee(33, 17), "members would be refused (got 33 members): name 3 to 32 members", "MemberCountOutOfRange"],
  [
    committee(5, 6),
    "quorum would be refused (got 6): give 3 to 5, more than half of the 5 members",
    "QuorumOutOfRange",
  ],
  [
    committee(4, 2),
    "quorum would be refused (got 2): give 3 to 4, more than half of the 4 members",
    "QuorumOutOfRange",
  ],
  [
    { members: ["01", "02", "02"].map((end) => `0x${end.padStart(40, "0")}`), quorum: 2 },
    "members[2] would be refused (got 0x0000000000000000000000000000000000000002): name each member once",
    "MembersNotAscending",
  ],
  [{ secondsPerSlot: 0 }, "secondsPerSlot would be refused (got 0): give 1 or more", "PolicyOutOfRange"],
  [{ slotsPerFrame: 0 }, "slotsPerFrame would be refused (got 0): give 1 or more", "PolicyOutOfRange"],
  [{ capEth: 16_777_216 }, "capEth would be refused (got 16777216): give 0 to 16777215", "out-of-bounds"],
  [
    { adminDelaySeconds: 4_294_967_296 },
    "adminDelaySeconds would be refused (got 4294967296): give 0 to 4294967295",
    "out-of-bounds",
  ],
  [{ feeBasisPoints: 2_001 }, "feeBasisPoints would be refused (got 2001): give 0 to 2000", "PolicyOutOfRange"],
  [{ costsBasisPoints: 21 }, "costsBasisPoints would be refused (got 21): give 0 to 20", "PolicyOutOfRange"],
  [
    { maxGainBasisPoints: 10_001 },
    "maxGainBasisPoints would be refused (got 10001): give 0 to 10000",
    "PolicyOutOfRange",
  ],
  [{ maxLossBasisPoints: 501 }, "maxLossBasisPoints would be refused (got 501): give 0 to 500", "PolicyOutOfRange"],
  [runway(5_256_001, 1), "runwayBlocks would be refused (got 5256001): give 2 to 5256000", "RunwayOutOfRange"],
  [runway(9, 0), "minRunwayBlocks would be refused (got 0): give 1 or more", "RunwayOutOfRange"],
  [
    runway(9, 9),
    "minRunwayBlocks would be refused (got 9): give less than runwayBlocks, which is 9",
    "RunwayOutOfRange",
  ],
];

describe("The bounds of a deployment's parameters", () => {
  let suite: TestSuite;
  let parameters: SuiteParameters;

  before(async () => {
    suite = await deploySuite();
    parameters = await localParameters(suite);
  });

  for (const changes of TAKEN)
    it(`are what the contracts take: ${describeChanges(changes)}`, async () => {
      const changed = { ...parameters, ...changes };
      expect(findBreach(changed)).to.equal(undefined);
      expect(await askContracts(suite, changed)).to.equal("taken");
    });

  for (const [changes, line, error] of REFUSED)
    it(`leave out what the contracts refuse: ${describeChanges(changes)}`, async () => {
      const changed = { ...parameters, ...changes };
      expect(() => {
        requireWithinBounds(changed, "hoodi.json: Suite");
      }).to.throw(ParameterError, new RegExp(`^${escape(`hoodi.json: Suite.${line}`)}$`));
      expect(await askContracts(suite, changed)).to.contain(error);
    });

  it("limit the growth as the pool does", async () => {
    const growthOf = (maxGrowthPerYearWad: bigint) =>
      deploySuite({ maxGrowthPerYearWad }).then(
        ({ poolETH }) => poolETH.MAX_GROWTH_PER_YEAR_WAD(),
        (error: unknown) => String(error),
      );
    const refusal = "give 1n to 100000000000000000000n, where 1000000000000000000n doubles the pool in a year";
    const signature = selector("GrowthLimitOutOfRange(uint256,uint256)");
    for (const growth of [0n, BOUNDS.maxGrowthPerYearWad + 1n]) {
      expect(findBreach({ ...parameters, maxGrowthPerYearWad: growth })).to.deep.equal({
        name: "maxGrowthPerYearWad",
        value: `${growth}n`,
        remedy: refusal,
      });
      expect(await growthOf(growth)).to.contain(signature);
    }
    for (const growth of [1n, BOUNDS.maxGrowthPerYearWad]) {
      expect(findBreach({ ...parameters, maxGrowthPerYearWad: growth })).to.equal(undefined);
      expect(await growthOf(growth)).to.equal(growth);
    }
  });

  it("are looked at before anything is sent", async () => {
    const refusal = await checkParameters(suite.chain, { ...parameters, quorum: 6 }).catch(String);
    expect(refusal).to.contain("Suite.quorum would be refused (got 6): give 3 to 5");
  });

  it("leave out a contract that is not ssv.network", async () => {
    const others = [parameters.depositContract, parameters.withdrawalRequests, await suite.authority.getAddress()];
    for (const ssvNetwork of [...others, await suite.poolETH.getAddress()]) {
      const refusal = await checkParameters(suite.chain, { ...parameters, ssvNetwork }).catch(String);
      expect(refusal).to.contain(`Suite.ssvNetwork is not ssv.network (got ${ssvNetwork}): check address and network`);
    }
  });
});

/** Offers parameters to the contracts that check them. Returns why one refuses. */
async function askContracts(suite: TestSuite, parameters: SuiteParameters): Promise<string> {
  const { accounting, admin, authority, chain, clusterManager, poolETH } = suite;
  const { capEth, quorum, secondsPerSlot, slotsPerFrame, runwayBlocks, minRunwayBlocks } = parameters;
  const committeeFactory = await chain.ethers.getContractFactory("Committee");
  const accountingFactory = await chain.ethers.getContractFactory("Accounting");
  const clock = [parameters.genesisTime, secondsPerSlot, slotsPerFrame] as const;
  const peers = [authority, poolETH, poolETH, poolETH] as const;
  try {
    await committeeFactory.deploy(poolETH, parameters.members, quorum);
    await accountingFactory.deploy(...peers, ...clock);
    await accounting.connect(admin).setPolicy.staticCall(parameters);
    await clusterManager.connect(admin).setRunway.staticCall(runwayBlocks, minRunwayBlocks);
    await poolETH.connect(admin).setCap.staticCall(capEth);
    await authority.connect(admin).grantRole.staticCall(1n, admin.address, parameters.adminDelaySeconds);
    return "taken";
  } catch (error) {
    return String(error);
  }
}

function describeChanges({ members: named, ...others }: Changes): string {
  const text = Object.entries(others).map(([name, value]) => `${name} ${String(value)}`);
  return [...(named === undefined ? [] : [`${named.length} members`]), ...text].join(", ");
}

function escape(text: string): string {
  return text.replace(/[.()[\]]/g, "\\$&");
}
