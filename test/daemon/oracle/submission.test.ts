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
  const { openAll } = useMembers(suite);
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

  it("end at once when they are told to, which is no failure", async () => {
    const first = await sendUnmined();
    stop.abort();
    const began = performance.now();
    await first.member.settled();
    expect(performance.now() - began).to.be.below(2_000);
    expect(first.lines.filter(({ kind }) => kind === "submission")).to.deep.equal([]);
  });
});
