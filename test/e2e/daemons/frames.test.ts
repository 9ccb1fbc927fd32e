import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";

import type { Batch } from "../../../scripts/lifecycle/keys.ts";
import { checkMonitoring, problemsOf } from "../../../scripts/monitoring/monitoringCheck.ts";
import type { Report } from "../../../src/oracle/messages.ts";
import { rewardsOf } from "../../../src/pool/books.ts";
import { ETHER } from "../../helpers/accounts.ts";
import { prometheusFor } from "../../monitoring/usePrometheus.ts";
import { DaemonPool } from "../support/daemonPool.ts";
import type { DaemonProcess, LogLine } from "../support/daemonProcess.ts";
import { Liar } from "../support/liar.ts";
import { useLivePool } from "../support/livePool.ts";
import { expectBooked, realEther } from "../support/realEther.ts";
import { SignedRecord } from "../support/signedRecord.ts";

const KEYS = 8;
const MORE_KEYS = 2;
const GWEI = 10n ** 9n;
/** How long real time may pass until a report that can be made is there. */
const PATIENCE_MS = 150_000;
const QUORUM = 3;
/** Members in turn wait a slot each, and only transactions have time pass by itself. */
const TURN_MS = 4_000;
const TURN_SLOTS = 2n;
const POLL_MS = 500;
/** Level of log lines. */
const WARNING = 40;
const WATCHED_SECONDS = 30;
const MOST_SHOWN = 500;
const QUORUMS = [
  [0, 1, 2],
  [0, 1, 3],
  [0, 2, 4],
  [1, 3, 4],
  [2, 3, 4],
] as const;

describe("five oracle members and a keeper, as processes, for 60 frames", function () {
  this.timeout(1_800_000);
  const pool = useLivePool(320n);
  let daemons: DaemonPool;
  let signed: SignedRecord;
  let frames = 0;

  before(async () => {
    daemons = await DaemonPool.start(pool());
    signed = await SignedRecord.of(daemons);
  });

  after(async () => {
    await daemons.stop();
  });

  afterEach(() => {
    expect(signed.twice).to.deep.equal([]);
  });

  it("stake to approved keys as soon as there are some", async () => {
    await expectStaked(await daemons.register(KEYS));
    expect(await pool().live.suite.poolETH.totalStaked()).to.equal(BigInt(KEYS) * 32n * ETHER);
  });

  it("report the real state to the wei, frame by frame", async () => {
    for (let i = 0; i < 12; i++) await expectReport(await passFrame());
  });

  it("go on while members are killed at any moment, and signs nothing twice", async () => {
    for (let i = 0; i < 10; i++) {
      const victim = at(daemons.members, i % 5).process;
      const frame = passFrame();
      await sleep(150 * i);
      await victim.stop("SIGKILL");
      victim.start();
      await expectReport(await frame);
    }
    await Promise.all(daemons.processes.map((process) => process.untilReady()));
  });

  it("go on while members are cut off from their nodes and from each other", async () => {
    for (let i = 0; i < 10; i++) {
      const { execution, beacon, exchange } = at(daemons.members, i % 5);
      const other = at(daemons.members, (i + 2) % 5);
      const cuts = [execution, beacon, exchange, other.exchange];
      for (const proxy of cuts) proxy.cut();
      await expectReport(await passFrame());
      for (const proxy of cuts) proxy.mend();
    }
  });

  it("go on with any quorum, while the others lag behind by whole frames", async () => {
    for (const quorum of QUORUMS) {
      const others = daemons.members.filter((_, i) => !quorum.some((each) => each === i));
      for (const { process } of others) process.signal("SIGSTOP");
      await expectReport(await passFrame());
      await expectReport(await passFrame());
      for (const { process } of others) process.signal("SIGCONT");
    }
  });

  it("do without a beacon node that fails, and sign nothing while one that they share lies", async () => {
    daemons.shared.isCut = true;
    for (let i = 0; i < 3; i++) await expectReport(await passFrame());
    daemons.shared.isCut = false;
    daemons.shared.alter = (path, body) =>
      path.includes("/validators") ? Buffer.from(body.toString().replace(/"balance":"32/g, '"balance":"33')) : body;
    const before = await lastSlot();
    const refSlot = await passFrame();
    await sleep(TURN_MS);
    expect(await lastSlot()).to.equal(before);
    daemons.shared.alter = undefined;
    expect(refSlot > before).to.equal(true);
    for (let i = 0; i < 3; i++) await expectReport(await passFrame());
  });

  it("change nothing by two of them that lie, and keys are staked to all the same", async () => {
    const lying = daemons.members.slice(3);
    await Promise.all(lying.map(({ process }) => process.stop()));
    const liars = await Promise.all(
      lying.map(({ privateKey, exchangeUrl }) => Liar.start(pool(), privateKey, exchangeUrl)),
    );
    for (const { privateKey } of lying) signed.leaveOut(new Wallet(privateKey).address);
    const batch = await daemons.register(MORE_KEYS);
    for (let i = 0; i < 3; i++) {
      const refSlot = await passFrame();
      const { report } = await pool().live.observe(refSlot);
      for (const liar of liars) await liar.lie(report);
      await expectReport(refSlot);
    }
    await expectStaked(batch);
    const metrics = await at(daemons.members, 0).process.metrics();
    const found = [...metrics].filter(([name]) => name.startsWith("pooleth_equivocations_total{"));
    expect(found.map(([, count]) => count >= 1)).to.deep.equal([true, true]);
    await Promise.all(liars.map((liar) => liar.stop()));
    for (const { process } of lying) process.start();
    await Promise.all(lying.map(({ process }) => process.untilReady()));
  });

  it("put right what a quorum that lied could book, which is little", async () => {
    for (const { process } of daemons.members) process.signal("SIGSTOP");
    const { accounting, poolETH, members } = pool().live.suite;
    const refSlot = await passFrame();
    const { report } = await pool().live.observe(refSlot);
    const before = await poolETH.totalPooledEther();
    const last = await accounting.lastReport();
    const gain = rewardsOf(report, last) + last.deferredRewards;
    const lie = (perMillion: bigint): { report: Report } => {
      const missing = gain + (before * perMillion) / 1_000_000n;
      return { report: { ...report, validatorsGwei: report.validatorsGwei - missing / GWEI } };
    };
    for (const [perMillion, signers] of [
      [600n, 3],
      [60_000n, members.length],
    ] as const)
      await expect(pool().live.report(lie(perMillion), signers)).to.be.revert(pool().live.connection.ethers);
    await pool().live.report(lie(400n), 3);
    expect(await lastSlot()).to.equal(refSlot);
    expect((await poolETH.totalPooledEther()) * 10_000n >= before * 9_995n).to.equal(true);
    expect((await accounting.lastReport()).clBalanceGwei < report.validatorsGwei + report.pendingGwei).to.equal(true);
    for (const { process } of daemons.members) process.signal("SIGCONT");
    await expectReport(await passFrame());
  });

  it("show how they are in all panels, by all metrics that they should have", async function () {
    const programs = await prometheusFor(this);
    const targets = daemons.processes.map(({ monitoringUrl }) => monitoringUrl);
    const watch = { isOver: false };
    const watched = checkMonitoring(programs, targets, WATCHED_SECONDS).finally(() => {
      watch.isOver = true;
    });
    while (!watch.isOver) await expectReport(await passFrame());
    const check = await watched;
    expect(problemsOf(check)).to.deep.equal([]);
    expect({ unlisted: check.unlisted, unserved: check.unserved }).to.deep.equal({ unlisted: [], unserved: [] });
  });

  it("have run for 60 frames", async () => {
    while (frames < 60) await expectReport(await passFrame());
    expect(signed.size).to.be.at.least(3 * 60);
  });

  /** Lets a frame pass, and its last slot become final, which it returns. */
  async function passFrame(): Promise<bigint> {
    const refSlot = await pool().frameEnd();
    await pool().finalize(refSlot);
    return refSlot;
  }

  /** Waits for the report of a slot, which is final, and expects of it that it books what is really there. */
  async function expectReport(refSlot: bigint): Promise<void> {
    // Until enough have signed, members need no slots to pass, but the time of a machine that may be slow.
    const canSubmit = () => signed.signersOf(refSlot) >= QUORUM;
    await until(async () => (await lastSlot()) >= refSlot, canSubmit);
    // While it was waited for, the next frame may have got its report already.
    await expectBooked(pool(), await realEther(pool(), await lastSlot()));
    frames++;
  }

  /** Waits until the pool has staked to all keys of a batch, which it does in their order. */
  async function expectStaked({ id, ceremony }: Batch): Promise<void> {
    const { poolManager, poolETH } = pool().live.suite;
    const { stakedIn } = pool();
    const pubkeys = ceremony.keys.map(({ pubkey }) => pubkey);
    await until(async () => (await poolManager.batchOf(id)).activated === BigInt(pubkeys.length));
    const logs = await poolETH.queryFilter(poolETH.filters.Staked());
    const blocks = logs.flatMap(({ args, blockNumber }) => Array<number>(Number(args[0])).fill(blockNumber));
    for (const [i, blockNumber] of blocks.slice(stakedIn.size).entries()) stakedIn.set(pubkeys[i] ?? "0x", blockNumber);
  }

  async function lastSlot(): Promise<bigint> {
    return (await pool().live.suite.accounting.lastReport()).refSlot;
  }

  /** Waits until something is so, and lets slots pass now and then, as far as that can help. */
  async function until(isSo: () => Promise<boolean>, canTimeHelp = () => true): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    let nextSlot = Date.now() + TURN_MS;
    while (!(await isSo())) {
      if (Date.now() > end) throw new Error(`it is not so: ${describeDaemons()}`);
      await signed.look();
      if (!canTimeHelp()) nextSlot = Date.now() + TURN_MS;
      if (Date.now() > nextSlot) {
        await pool().live.advanceTo((await pool().live.slot()) + TURN_SLOTS);
        nextSlot = Date.now() + TURN_MS;
      }
      await sleep(POLL_MS);
    }
    await signed.look();
  }

  /** What the daemons warned of last. */
  function describeDaemons(): string {
    const warnings = ({ lines }: DaemonProcess) => lines.filter(({ level }) => level >= WARNING).slice(-3);
    const short = (line: LogLine) => JSON.stringify(line).slice(0, MOST_SHOWN);
    return daemons.processes.map((each) => [each.name, ...warnings(each).map(short)].join("\n  ")).join("\n");
  }
});

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`there is no ${index}`);
  return value;
}
