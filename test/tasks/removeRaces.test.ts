import { expect } from "chai";
import { concat } from "ethers";

import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import type { Hex } from "../../src/units/hex.ts";
import { planRemoval, type RemovalRequest } from "../../tasks/commands/removeValidators.ts";
import { openPool } from "../../tasks/connect.ts";
import { describeError } from "../../tasks/describeError.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { DAY, passTime } from "../helpers/accounts.ts";
import { deployRunning, poolCluster } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const GO_ON = "the cluster has changed meanwhile: going on with its newest snapshot …";
const [ASK, SEND] = [
  { dryRun: false, yes: false },
  { dryRun: false, yes: true },
];

describe("validators remove, while others change the cluster or a delay runs", () => {
  const suite = useSuite(async () => {
    const running = await deployRunning(3);
    const { clusterManager, operator, operators, pubkeys } = running;
    const exiting = concat(pubkeys.slice(0, 2));
    await clusterManager.connect(operator).exit(
      exiting,
      operators.map(({ id }) => id),
    );
    await passTime(running, 60n);
    return running;
  });

  const plan = async (request: Partial<RemovalRequest> = {}) => {
    const { chain, poolETH, ssvNetwork, clusterManager, members, pubkeys } = suite();
    const opened = await openPool(chain, await poolETH.getAddress());
    const owner = await clusterManager.getAddress();
    const { chainId } = await chain.ethers.provider.getNetwork();
    const ssv = { chainId, ssvNetwork, account: owner, opened, connection: chain, cacheFolder: undefined };
    return planRemoval(
      { ssv, owner, opened, from: undefined },
      {
        ...{ pubkeys: pubkeys.slice(0, 2), unexited: false, refSlot: 5n, beacon: undefined },
        ...{ members: members.slice(0, 3), ...request },
      },
    );
  };
  /** What anybody can do at any time. */
  const payIn = async (): Promise<void> => {
    const { ssvNetwork, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value: 1n });
  };
  const left = async () => {
    const owner = await suite().clusterManager.getAddress();
    return (await fetchClusterSnapshot(suite().ssvNetwork, owner, [1n, 2n, 3n, 4n])).validatorCount;
  };
  const allow = async () => carryOut(await plan({ unexited: true }), SEND, fakeTerminal());

  it("H16 goes on with the same signatures when somebody pays in before and while it asks", async () => {
    const planned = await plan();
    await payIn();
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      await payIn();
      return terminal.ask(question);
    };
    expect(await carryOut(planned, ASK, { ...terminal, ask })).to.include({ keys: 2, refSlot: 5n, validatorsLeft: 1 });
    expect(terminal.noted.filter((line) => line === GO_ON)).to.have.lengthOf(2);
    expect(await left()).to.equal(1n);
  });

  it("H16 goes on when somebody pays in before the operator removes what was allowed", async () => {
    await allow();
    const planned = await plan({ unexited: true });
    await payIn();
    const terminal = fakeTerminal();
    expect(await carryOut(planned, SEND, terminal)).to.include({ step: "remove", keys: 2 });
    expect(terminal.noted[0]).to.equal(GO_ON);
    expect(await left()).to.equal(1n);
  });

  it("says whose signatures are too few, and sends nothing", async () => {
    const { members } = suite();
    const planned = await plan({ members: members.slice(0, 2) });
    const error: unknown = await carryOut(planned, SEND, fakeTerminal()).catch((thrown: unknown) => thrown);
    expect(describeError(error, "local")).to.match(/QuorumNotReached\(.+\): name the keys of more committee members/);
    expect(await left()).to.equal(3n);
  });

  it("H19 schedules for an administrator with a delay, waits, and shows from when it may be allowed", async () => {
    const { authority, admin, clusterManager, chain } = suite();
    await authority.connect(admin).grantRole(0n, admin.address, 2n * DAY);
    const scheduled = await allow();
    const at = BigInt((await chain.ethers.provider.getBlock("latest"))?.timestamp ?? 0) + 2n * DAY;
    expect(scheduled).to.include({ step: "schedule", keys: 2, executableAt: at, expiresAt: at + 7n * DAY });
    const hash = pubkeysHash(concat(suite().pubkeys.slice(0, 2)) as Hex);
    expect(scheduled.pubkeysHash).to.equal(hash);

    const early: unknown = await plan({ unexited: true }).catch((thrown: unknown) => thrown);
    const shown = new Date(Number(at) * 1_000).toISOString();
    expect(String(early)).to.contain(
      `delay is not over yet: the call is scheduled (got ${2n * DAY} seconds): run the same command again after ${shown}`,
    );
    await passTime(suite(), 2n * DAY);
    expect(await allow()).to.include({ step: "allow", isAllowed: true });
    expect(await clusterManager.isRemovalAllowed(hash)).to.equal(true);
    expect(await allow()).to.include({ step: "remove" });
    expect([await left(), await clusterManager.isRemovalAllowed(hash)]).to.deep.equal([1n, false]);
  });

  it("H19 schedules anew what was not allowed within a week", async () => {
    const { authority, admin } = suite();
    await authority.connect(admin).grantRole(0n, admin.address, 2n * DAY);
    await allow();
    await passTime(suite(), 10n * DAY);
    expect(await allow()).to.include({ step: "schedule" });
  });
});
