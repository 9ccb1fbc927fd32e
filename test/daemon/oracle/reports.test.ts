import { rmSync } from "node:fs";

import { AbstractSigner, VoidSigner } from "ethers";
import { expect } from "chai";

import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { RecordInUseError } from "../../../daemon/service/exclusiveDatabase.ts";
import { freePort } from "../../../devnet/supervisor/freePort.ts";
import type { SignedMessage } from "../../../src/oracle/signedMessages.ts";
import { startBeaconServer, useBeaconServer } from "../../helpers/beaconServer.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt, pendingAt } from "../../helpers/observedPool.ts";
import { openMember, roundOfAll, useMembers, walletOf, type TestMember } from "../../helpers/oracleMembers.ts";
import { nextRefSlot } from "../../helpers/report.ts";

const GWEI = 10n ** 9n;
const STAKE_GWEI = 32n * GWEI;

/** A signer that signs nothing, as a process that ends right before it would. */
class DeadSigner extends VoidSigner {
  asked = 0;
  override signTypedData(): Promise<string> {
    this.asked++;
    return Promise.reject(new Error("the process ended"));
  }
}

describe("members that report", () => {
  const beacon = useBeaconServer();
  const suite = useSuite(deployObserved);
  const { open, openAll, stop } = useMembers(suite);

  const at = (position: number, changes = {}) => validatorAt(suite().ceremony, position, changes);
  const honest = () => [0, 1, 2, 3].map((position) => at(position));
  const serve = (validators = honest(), server = beacon(), slot = suite().refSlot) =>
    serveSuite(server, suite(), slot, { validators });
  const lastSlot = async () => (await suite().accounting.lastReport()).refSlot;
  const places = [0, 1, 2, 3, 4];
  const openFive = () => openAll(places.map((place) => ({ place, beacon: beacon().url })));
  const reportsOf = async ({ url }: TestMember): Promise<SignedMessage[]> => {
    const [answer] = await collectSignedMessages([url]);
    if (answer === undefined || "problem" in answer) throw new Error("the member does not answer");
    return answer.signed.messages.filter(({ kind }) => kind === "report");
  };
  const sentBy = (members: readonly TestMember[]) => members.flatMap(({ sent }) => sent);
  const metric = async ({ metrics }: TestMember, name: string) =>
    (await metrics.registry.metrics()).split("\n").filter((line) => line.startsWith(`pooleth_${name}`));

  it("sign, exchange, and send one transaction for all", async () => {
    await serve();
    const members = await openFive();
    await roundOfAll(members);
    await roundOfAll(members);
    await roundOfAll(members);
    expect(await lastSlot()).to.equal(suite().refSlot);
    expect(sentBy(members)).to.have.length(1);
    expect(members.map(({ collected }) => collected.length)).to.deep.equal([1, 1, 1, 1, 1]);
    const [first] = members;
    if (first === undefined) throw new Error("there are five");
    expect(await metric(first, "signatures_total")).to.deep.equal(['pooleth_signatures_total{kind="report"} 1']);
    expect(await metric(first, "last_report_slot")).to.deep.equal([`pooleth_last_report_slot ${suite().refSlot}`]);
    expect(await metric(first, 'quorum_signatures_count{kind="report"}')).to.deep.equal([
      'pooleth_quorum_signatures_count{kind="report"} 5',
    ]);
  });

  it("send in turns: who is next waits until the one before had time", async () => {
    await serve();
    const members = await openFive();
    await roundOfAll(members);
    const before = await suite().chain.networkHelpers.takeSnapshot();
    await roundOfAll(members);
    const first = members.find(({ sent }) => sent.length > 0);
    if (first === undefined) throw new Error("nobody sent");
    // The same without the first one.
    await before.restore();
    const others = members.filter((member) => member !== first);
    await roundOfAll(others);
    expect(sentBy(others)).to.deep.equal([]);
    await suite().chain.networkHelpers.mine(2, { interval: 40 });
    await roundOfAll(others);
    expect(sentBy(others)).to.have.length(1);
    expect(await lastSlot()).to.equal(suite().refSlot);
  });

  it("H37 are not kept from reporting by two liars, one of whom signs two reports", async () => {
    const liar = await startBeaconServer();
    try {
      await serve();
      await serve([at(0, { balanceGwei: STAKE_GWEI + GWEI }), ...honest().slice(1)], liar);
      const members = await openAll(places.map((place) => ({ place, beacon: place < 2 ? liar.url : beacon().url })));
      const [, second, third] = members;
      if (second === undefined || third === undefined) throw new Error("there are five");
      await roundOfAll(members);
      await stop(second);
      // It forgets what it signed, and tells the others something else now.
      rmSync(second.folder, { recursive: true });
      const port = Number(new URL(second.url).port);
      await open({ place: 1, beacon: beacon().url, port, folder: second.folder }).then((again) => again.round());
      const others = members.filter((member) => member !== second);
      await roundOfAll(others);
      // The liars may have the first turns.
      for (let turn = 0; turn < places.length; turn++) {
        await suite().chain.networkHelpers.mine(2, { interval: 40 });
        await roundOfAll(others);
      }
      expect(await lastSlot()).to.equal(suite().refSlot);
      expect((await suite().accounting.lastReport()).clBalanceGwei).to.equal(4n * STAKE_GWEI);
      const told = third.lines.filter(({ msg }) => msg === "a member signed two different messages");
      expect(told).to.have.length(1);
      expect(told[0]).to.include({ member: second.address, kind: "report", subject: suite().refSlot.toString() });
      expect(await metric(third, "equivocations_total")).to.deep.equal([
        `pooleth_equivocations_total{member="${second.address}"} 1`,
      ]);
      // The liar that agrees with nobody says so, and sends nothing.
      expect(members[0]?.sent).to.deep.equal([]);
      expect(members[0]?.lines.some(({ kind, msg }) => kind === "submission" && msg === "refused")).to.equal(true);
    } finally {
      await liar.stop();
    }
  });

  it("send a loss above 0.05 % of the pool only when two thirds of them have signed", async () => {
    await serve([at(0, { balanceGwei: 31_800_000_000n }), ...honest().slice(1)]);
    const ports = await Promise.all(places.map(() => freePort()));
    const peers = ports.map((port) => `http://127.0.0.1:${port}`);
    const start = (place: number) => open({ place, beacon: beacon().url, port: ports[place] ?? 0, peers });
    const members = await Promise.all([0, 1, 2].map(start));
    const pass = async () => {
      for (let turn = 0; turn < places.length; turn++) {
        await roundOfAll(members);
        await suite().chain.networkHelpers.mine(2, { interval: 40 });
      }
    };
    await pass();
    expect(sentBy(members)).to.deep.equal([]);
    expect(members.flatMap(({ lines }) => lines).filter(({ kind }) => kind === "submission")).to.deep.equal([]);
    members.push(await start(3));
    await pass();
    expect(sentBy(members)).to.have.length(1);
    expect(await lastSlot()).to.equal(suite().refSlot);
  });

  it("H38 go on with the newest frame after they were down, and leave the older one out", async () => {
    await serve();
    const member = await open({ place: 0, beacon: beacon().url });
    await nextRefSlot(suite());
    const newest = await nextRefSlot(suite());
    const all = [...honest(), at(4)];
    await serve(all, beacon(), newest);
    await member.round();
    const [signed, ...more] = await reportsOf(member);
    expect(more).to.deep.equal([]);
    expect(signed?.kind === "report" && signed.message.refSlot).to.equal(newest);
    expect(member.collected).to.deep.equal([newest]);
  });

  it("wait until the reference slot is final", async () => {
    await serve();
    await serveSuite(beacon(), suite(), suite().refSlot, { validators: honest(), finalizedEpoch: 1n });
    const member = await open({ place: 0, beacon: beacon().url });
    await member.round();
    expect(member.collected).to.deep.equal([]);
    await serve();
    await member.round();
    expect(await reportsOf(member)).to.have.length(1);
  });

  it("say once that no beacon node tells what is final", async () => {
    const member = await open({ place: 0, beacon: "http://127.0.0.1:9" });
    const told = ({ lines }: TestMember) => lines.filter(({ kind }) => kind === "finality");
    await member.round();
    await member.round();
    expect(told(member)).to.have.length(1);
    expect(told(member)[0]).to.deep.include({ level: 40, msg: "refused" });
    expect(told(member)[0]?.reason)
      .to.match(/^beacon has no node that tells what is final: .*127\.0\.0\.1:9.* \(got 1 without an answer\): check/)
      .and.not.include("http:");
    expect(await metric(member, 'refusals_total{kind="finality"')).to.deep.equal([
      'pooleth_refusals_total{kind="finality",reason="other"} 2',
    ]);
    await serve();
    const other = await open({ place: 1, beacon: beacon().url });
    await other.round();
    expect(told(other)).to.deep.equal([]);
  });

  it("H37 never sign a second report, whatever they see after their process ended before it signed", async () => {
    await serve();
    const { address } = walletOf(suite(), 0);
    const dead = new DeadSigner(address);
    const died = await open({ place: 0, beacon: beacon().url, signer: (): AbstractSigner => dead });
    await died.round();
    expect(dead.asked).to.equal(1);
    expect(await reportsOf(died)).to.deep.equal([]);
    await stop(died);

    await serve([at(0, { balanceGwei: STAKE_GWEI + 7n }), ...honest().slice(1)]);
    const misled = await open({ place: 0, beacon: beacon().url, folder: died.folder });
    await misled.round();
    await misled.round();
    expect(await reportsOf(misled)).to.deep.equal([]);
    const refusals = misled.lines.filter(({ msg, kind }) => msg === "refused" && kind === "report");
    expect(refusals).to.have.length(1);
    expect(String(refusals[0]?.reason)).to.match(/differs from what was signed, or was about to be/);
    await stop(misled);

    await serve();
    const recovered = await open({ place: 0, beacon: beacon().url, folder: died.folder });
    await recovered.round();
    const [signed] = await reportsOf(recovered);
    expect(signed?.kind === "report" && signed.message.validatorsGwei).to.equal(4n * STAKE_GWEI);
    await stop(recovered);

    // Signed is signed: it is served again, and not even collected anew.
    await serve([at(0, { balanceGwei: STAKE_GWEI + 7n }), ...honest().slice(1)]);
    const again = await open({ place: 0, beacon: beacon().url, folder: died.folder });
    await again.round();
    expect(again.collected).to.deep.equal([]);
    expect(await reportsOf(again)).to.deep.equal([signed]);
  });

  it("do not share a folder", async () => {
    const member = await open({ place: 0, beacon: beacon().url });
    const error: unknown = await openMember(suite(), { place: 0, beacon: beacon().url, folder: member.folder }).catch(
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(RecordInUseError);
    await stop(member);
    await open({ place: 0, beacon: beacon().url, folder: member.folder });
  });

  it("collect in a dry run, and sign and send nothing", async () => {
    await serve();
    const member = await open({ place: 0, beacon: beacon().url, isDryRun: true });
    await member.round();
    await member.round();
    expect(member.collected).to.deep.equal([suite().refSlot]);
    expect(await reportsOf(member)).to.deep.equal([]);
    expect(member.lines.filter(({ msg }) => msg === "would sign")).to.have.length(1);
  });

  it("refuse with the reason, once until it changes, and do the rest of their work", async () => {
    await serve([at(0), at(1), at(2)]);
    const member = await open({ place: 0, beacon: beacon().url });
    await member.round();
    await member.round();
    const refusals = () => member.lines.filter(({ msg, kind }) => msg === "refused" && kind === "report");
    expect(refusals()).to.have.length(1);
    expect(String(refusals()[0]?.reason)).to.include("has neither a validator nor the pool's deposit in the queue");
    expect(await metric(member, 'refusals_total{kind="report",reason="other"}')).to.deep.equal([
      'pooleth_refusals_total{kind="report",reason="other"} 2',
    ]);
    await serveSuite(beacon(), suite(), suite().refSlot, {
      validators: [at(0), at(1), at(2)],
      pendingDeposits: [pendingAt(suite().ceremony, 3)],
    });
    // After the second failure it leaves a round out.
    await member.round();
    expect(await reportsOf(member)).to.deep.equal([]);
    await member.round();
    expect(await reportsOf(member)).to.have.length(1);
    expect(member.lines.at(-1)?.msg).to.not.equal("refused");
  });
});
