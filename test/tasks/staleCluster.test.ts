import { expect } from "chai";

import { fetchBatches } from "../../clients/batches.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { planActivation } from "../../tasks/commands/activate.ts";
import { openPool } from "../../tasks/connect.ts";
import { describeError } from "../../tasks/describeError.ts";
import { carryOut, type Plan } from "../../tasks/transaction.ts";
import { activate } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER, newBatch } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const IDS = [1n, 2n, 3n, 4n];
const GO_ON = "the cluster has changed meanwhile: going on with its newest snapshot …";
const [ASK, SEND] = [
  { dryRun: false, yes: false },
  { dryRun: false, yes: true },
];

describe("tasks on a cluster that others change meanwhile", () => {
  const suite = useSuite(async () => {
    const funded = await deployFunded(100n);
    const { ceremony, batchId } = await newBatch(funded, 3);
    await activate(funded, ceremony, batchId, 0, 1);
    return { ...funded, ceremony };
  });

  /** To stake to two more keys of the cluster that is there. */
  async function plan(): Promise<Plan> {
    const { ceremony, chain, deployer, members, poolETH } = suite();
    return planActivation(await openPool(chain, await poolETH.getAddress()), {
      sender: deployer,
      members: members.slice(0, 3),
      ceremony,
      batches: await fetchBatches(suite(), 0),
      maxCount: 2,
      scanFrom: 0,
    });
  }

  const snapshot = async () => fetchClusterSnapshot(suite().ssvNetwork, await suite().clusterManager.getAddress(), IDS);

  /** What anybody can do at any time. */
  async function payIn(overrides: { gasPrice?: bigint; gasLimit?: bigint } = {}) {
    const { clusterManager, ssvNetwork, staker } = suite();
    const owner = await clusterManager.getAddress();
    return ssvNetwork.connect(staker).deposit(owner, IDS, await snapshot(), { value: 1n, ...overrides });
  }

  it("H16 go on when somebody pays in before the simulation", async () => {
    const planned = await plan();
    await payIn();
    const terminal = fakeTerminal();
    const result = await carryOut(planned, SEND, terminal);

    expect(result).to.include({ keys: 2, stakedWei: 64n * ETHER });
    expect(terminal.noted[0]).to.equal(GO_ON);
    expect((await snapshot()).validatorCount).to.equal(3n);
  });

  it("H16 go on when somebody pays in while they ask", async () => {
    const planned = await plan();
    const terminal = fakeTerminal("yes");
    const ask = async (question: string) => {
      await payIn();
      return terminal.ask(question);
    };
    const result = await carryOut(planned, ASK, { ...terminal, ask });

    expect(result).to.include({ keys: 2 });
    expect(terminal.asked).to.have.lengthOf(1);
    expect(terminal.noted.filter((line) => line === GO_ON)).to.have.lengthOf(1);
  });

  it("H16 send again when somebody's payment is mined before their transaction", async () => {
    const { chain } = suite();
    const planned = await plan();
    const terminal = fakeTerminal();
    await chain.provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      // Once the transaction is known to the node, a dearer one comes in and a block is made of both.
      const note = (text: string) => {
        terminal.note(text);
        if (text.startsWith("sent as")) void overtake().catch(() => undefined);
      };
      const sent: string[] = [];
      const overtake = async () => {
        if (sent.push("") === 1) await payIn({ gasPrice: 10n ** 12n, gasLimit: 500_000n });
        await chain.provider.request({ method: "evm_mine" });
      };
      const result = await carryOut(planned, SEND, { ...terminal, note });

      expect(result).to.include({ keys: 2 });
      expect(terminal.noted.filter((line) => line.startsWith("sent as"))).to.have.lengthOf(2);
      const hash = terminal.noted.find((line) => line.startsWith("sent as"))?.slice(8, 74) ?? "";
      expect(
        terminal.noted
          .filter((line) => /was mined in block \d+ and failed$/.test(line))
          .map((line) => line.slice(0, 66)),
      ).to.deep.equal([hash]);
      expect(terminal.noted.filter((line) => line === GO_ON)).to.have.lengthOf(1);
    } finally {
      await chain.provider.request({ method: "evm_setAutomine", params: [true] });
    }
    expect((await snapshot()).validatorCount).to.equal(3n);
  });

  it("H16 give up after five snapshots, with nothing sent", async () => {
    const planned = await plan();
    await payIn();
    let renewals = 0;
    const renew = () => {
      renewals++;
      return Promise.resolve(planned.transaction);
    };
    const nonce = await suite().deployer.getNonce();
    const error: unknown = await carryOut({ ...planned, renew }, SEND, fakeTerminal()).catch(
      (thrown: unknown) => thrown,
    );

    expect(String(error)).to.contain("IncorrectClusterState");
    expect(renewals).to.equal(5);
    expect(await suite().deployer.getNonce()).to.equal(nonce);
  });

  it("do not renew what fails of something else", async () => {
    const planned = await plan();
    // The batch is used up.
    await carryOut(await plan(), SEND, fakeTerminal());
    const renew = () => Promise.reject(new Error("must not be asked"));
    const error: unknown = await carryOut({ ...planned, renew }, SEND, fakeTerminal()).catch(
      (thrown: unknown) => thrown,
    );
    expect(describeError(error, "local")).to.contain("BatchNotLive");
  });
});
