import { expect } from "chai";

import { TransactionSender } from "../../../daemon/service/transactions.ts";
import { frameNumber, placeInFrame } from "../../../src/oracle/rotation.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { roundOfAll, useMembers, type TestMember } from "../../helpers/oracleMembers.ts";

const PATIENCE = { pollMs: 20, replaceBlocks: 1_000 };

describe("members that submit a report", () => {
  const beacon = useBeaconServer();
  const suite = useSuite(deployObserved);
  let stop: AbortController;
  afterEach(async () => {
    stop.abort();
    await automine(true);
  });
  const { open, openAll } = useMembers(suite);
  let members: TestMember[];

  const automine = (on: boolean) => suite().chain.provider.request({ method: "evm_setAutomine", params: [on] });
  const waiting = async () =>
    (await suite().chain.provider.request({ method: "eth_pendingTransactions" })) as readonly unknown[];
  const lastSlot = async () => (await suite().accounting.lastReport()).refSlot;
  const told = ({ lines }: TestMember, msg: string) => lines.filter((line) => line.msg === msg);
  /** Of the first of its peers. */
  const answersOfPeers = async ({ metrics }: TestMember) =>
    Number((await metrics.registry.metrics()).match(/peer_requests_total{.*result="ok"} (\d+)/)?.[1]);
  /** The members in the order of their turns. */
  const inTurns = async (): Promise<TestMember[]> => {
    const { refSlot, accounting } = suite();
    const addresses = suite().members.map(({ address }) => address);
    const frame = frameNumber(refSlot, await accounting.SLOTS_PER_FRAME());
    const placeOf = ({ address }: TestMember) => placeInFrame(addresses, address, frame) ?? 0;
    return members.toSorted((a, b) => placeOf(a) - placeOf(b));
  };

  beforeEach(async () => {
    stop = new AbortController();
    const validators = [0, 1, 2, 3].map((position) => validatorAt(suite().ceremony, position));
    await serveSuite(beacon(), suite(), suite().refSlot, { validators });
    members = await openAll(
      [0, 1, 2, 3, 4].map((place) => ({
        ...{ place, beacon: beacon().url, signal: stop.signal },
        sender: (context) => new TransactionSender(context, undefined, PATIENCE),
      })),
    );
  });

  /** All have signed, and whose turn it is has sent what no block has yet. */
  async function sendUnmined(): Promise<TestMember> {
    const [first, ...others] = await inTurns();
    if (first === undefined) throw new Error("there are five");
    await roundOfAll([first, ...others]);
    await automine(false);
    await first.round();
    expect(await waiting()).to.have.length(1);
    return first;
  }

  it("go on with their rounds until it is mined", async () => {
    const first = await sendUnmined();
    const answered = await answersOfPeers(first);
    const began = performance.now();
    for (let round = 0; round < 3; round++) await first.round();
    expect(performance.now() - began).to.be.below(2_000);
    expect((await answersOfPeers(first)) - answered).to.equal(3);
    expect(await waiting()).to.have.length(1);
    expect(told(first, "submitted report")).to.have.length(0);

    await suite().chain.networkHelpers.mine();
    await first.member.settled();
    expect(await lastSlot()).to.equal(suite().refSlot);
    expect(told(first, "submitted report")).to.have.length(1);
    await first.round();
    expect(await waiting()).to.have.length(0);
  });

  it("do not send what another one has sent, in the next turn", async () => {
    const [first, second, ...others] = await inTurns();
    if (first === undefined || second === undefined) throw new Error("there are five");
    await roundOfAll([first, second, ...others]);
    await roundOfAll([second]);
    await suite().chain.networkHelpers.mine(2, { interval: 40 });
    await automine(false);
    await first.round();
    await second.round();
    expect(await waiting()).to.have.length(1);
    expect(second.lines.map(({ msg }) => msg)).to.include("report was sent, and is in no block so far");
    await suite().chain.networkHelpers.mine();
    await first.member.settled();
    expect(await lastSlot()).to.equal(suite().refSlot);
  });

  it("send in the turn after that, if it still is in no block", async () => {
    const [, second, ...others] = await inTurns();
    if (second === undefined) throw new Error("there are five");
    const { refSlot, accounting, chain } = suite();
    const { provider } = chain.ethers;
    const ask = provider.call.bind(provider);
    const last = [refSlot, ...[...(await accounting.lastReport())].slice(1)];
    const applied = accounting.interface.encodeFunctionResult("lastReport", [last]);
    let asked = 0;
    provider.call = (call) => {
      if (call.blockTag !== "pending") return ask(call);
      asked++;
      return Promise.resolve(applied);
    };
    try {
      await roundOfAll([...others, second, second]);
      await suite().chain.networkHelpers.mine(2, { interval: 40 });
      await second.round();
      expect(told(second, "submitted report")).to.have.length(0);
      await suite().chain.networkHelpers.mine(2, { interval: 40 });
      await second.round();
      expect(asked).to.equal(1);
      expect(told(second, "submitted report")).to.have.length(1);
    } finally {
      provider.call = ask;
    }
  });

  it("say so if turns are so short that several would send", async () => {
    const warning = "report.turnSeconds is less than two slots: several members may send and pay";
    const [patient] = members;
    const hasty = await open({ place: 0, beacon: beacon().url, config: { report: { turnSeconds: 23 } } });
    expect(told(hasty, warning)).to.have.length(1);
    expect(patient?.lines.filter(({ msg }) => msg === warning)).to.deep.equal([]);
  });

  it("end at once when they are told to, which is no failure", async () => {
    const first = await sendUnmined();
    stop.abort();
    const began = performance.now();
    await first.member.settled();
    expect(performance.now() - began).to.be.below(2_000);
    expect(first.lines.filter(({ kind }) => kind === "submission")).to.deep.equal([]);
  });
});
