import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deflateSync, inflateSync } from "node:zlib";

import { expect } from "chai";
import { concat, keccak256, TypedDataEncoder } from "ethers";

import { fetchCommitteeDomain } from "../../../clients/committee.ts";
import { archiveFile, ArchiveError, ReportArchive } from "../../../daemon/oracle/archive.ts";
import { readArchived, writeArchived } from "../../../daemon/oracle/archiveText.ts";
import { collectReport } from "../../../daemon/oracle/collect.ts";
import { replayReport, ReplayError } from "../../../daemon/oracle/replay.ts";
import type { CollectedReport, ReportRecord } from "../../../daemon/oracle/reportRecord.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { memberContext, withPayouts } from "../../helpers/oracleMember.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import { createTaskRunner } from "../../helpers/taskRunner.ts";

const STAKE_GWEI = 32_000_000_000n;
const EARNED = 3_000_000n;

describe("archive and replay of reports", () => {
  const server = useBeaconServer();
  const suite = useSuite(deployObserved);
  let data: string;
  let first: CollectedReport;
  let second: CollectedReport;

  const collect = async (slot: bigint, keys: number, archive: ReportArchive) => {
    const validators = Array.from({ length: keys }, (_, i) =>
      validatorAt(suite().ceremony, i, i === 0 && keys === 5 ? { balanceGwei: STAKE_GWEI + EARNED } : {}),
    );
    await serveSuite(server(), suite(), slot, { validators });
    const collected = await collectReport(memberContext([server()]), await withPayouts(suite(), []), slot, archive);
    archive.save(collected);
    await applyReport(suite(), collected.report);
    return collected;
  };
  const damage = (body: Uint8Array) => {
    const database = new DatabaseSync(archiveFile(data));
    database.prepare("UPDATE reports SET body = ? WHERE ref_slot = ?").run(body, second.report.refSlot);
    database.close();
  };
  /** Keeps the second report otherwise than it was collected, as if that had been found right. */
  const falsify = (change: (record: ReportRecord) => Partial<ReportRecord>) => {
    rmSync(archiveFile(data), { force: true });
    const archive = new ReportArchive(archiveFile(data));
    archive.save({ ...second, ...change(second) });
    archive.close();
  };

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), "archive-"));
    const archive = new ReportArchive(archiveFile(data));
    first = await collect(suite().refSlot, 4, archive);
    second = await collect(await nextRefSlot(suite()), 5, archive);
    archive.close();
  });
  afterEach(() => {
    rmSync(data, { recursive: true, force: true });
  });

  it("computes each report again without any network: the same figures, keys and digest", async () => {
    const asked = server().asked.length;
    for (const collected of [first, second]) {
      const { collected: replayed, changes } = replayReport(data, collected.report.refSlot);
      expect(replayed.report).to.deep.equal(collected.report);
      expect(replayed.keys).to.deep.equal(collected.keys);
      expect(replayed.digest).to.equal(collected.digest);
      expect(changes).to.have.lengthOf(collected === first ? 0 : 5);
    }
    expect(server().asked.length).to.equal(asked);
    // What the contract has members sign (EIP-712).
    const { accounting, poolETH } = suite();
    const domain = TypedDataEncoder.hashDomain(await fetchCommitteeDomain(poolETH));
    const structHash = await accounting.hashReport({ ...second.report });
    expect(second.digest).to.equal(keccak256(concat(["0x1901", domain, structHash])));
  });

  it("leaves what another version kept to that one, so that the nodes are asked", () => {
    const database = new DatabaseSync(archiveFile(data));
    database.exec("UPDATE reports SET version = 1");
    database.close();
    const archive = new ReportArchive(archiveFile(data));
    expect([...archive.ofSlot(second.report.refSlot)]).to.deep.equal([]);
    expect(() => archive.find(second.report.refSlot)).to.throw(ArchiveError, "another version, 1");
    archive.close();
  });

  it("keeps the same report once, finds the one of a slot, and lists all", () => {
    const archive = new ReportArchive(archiveFile(data));
    const hash = archive.save(second);
    const [one, other] = archive.list();
    expect(archive.list()).to.have.lengthOf(2);
    expect(one).to.include({ refSlot: first.report.refSlot, digest: first.digest });
    expect(other).to.include({ refSlot: second.report.refSlot, digest: second.digest, hash });
    // Another report of the same slot does not take the place of the one before.
    archive.save({ ...second, agreed: ["another"] });
    expect(archive.list()).to.have.lengthOf(3);
    expect(archive.find(second.report.refSlot)?.agreed).to.deep.equal(["another"]);
    archive.close();
  });

  it("refuses a record that is not what was kept", () => {
    const { refSlot } = second.report;
    const original = new DatabaseSync(archiveFile(data)).prepare("SELECT body FROM reports WHERE ref_slot = ?");
    const { body: kept } = original.get(refSlot) as { body: Uint8Array };
    const flipped = Uint8Array.from(kept, (byte, i) => (i === 40 ? byte ^ 1 : byte));
    damage(flipped);
    expect(() => replayReport(data, refSlot)).to.throw(ArchiveError, "is not what was kept: its hash differs");
    damage(kept.subarray(0, 100));
    expect(() => replayReport(data, refSlot)).to.throw(ArchiveError, `report of slot ${refSlot}`);
    const text = inflateSync(kept)
      .toString()
      .replace(`${STAKE_GWEI + EARNED}n`, `${STAKE_GWEI + EARNED + 1n}n`);
    damage(deflateSync(text));
    expect(() => replayReport(data, refSlot)).to.throw(ArchiveError, "its hash differs");
    expect(replayReport(data, first.report.refSlot).collected.digest).to.equal(first.digest);
  });

  it("refuses a record whose report, digest or conservation does not follow from its inputs", () => {
    const { refSlot } = second.report;
    const failure = (change: (record: ReportRecord) => Partial<ReportRecord>): string => {
      falsify(change);
      try {
        replayReport(data, refSlot);
      } catch (error) {
        if (error instanceof ReplayError) return error.field;
        throw error;
      }
      return "nothing";
    };
    const { conservation } = second;
    if (conservation.kind === "first") throw new Error("it had one before");
    const { change, vaults } = conservation;
    expect(failure(() => ({}))).to.equal("nothing");
    expect(failure(({ report }) => ({ report: { ...report, validatorsGwei: report.validatorsGwei + 1n } }))).to.equal(
      "report.validatorsGwei",
    );
    expect(failure(() => ({ digest: first.digest }))).to.equal("digest");
    const earned = { ...conservation, change: { ...change, earnedGwei: 1n } };
    expect(failure(() => ({ conservation: earned }))).to.equal("conservation.earnedGwei");
    const fewer = { ...conservation, vaults: vaults.slice(1) };
    expect(failure(() => ({ conservation: fewer }))).to.contain("vaults[");
  });

  it("names the nearest slots where it lacks one, and says where there is no archive", () => {
    const [a, b] = [first.report.refSlot, second.report.refSlot];
    expect(() => replayReport(data, b + 1n)).to.throw(ReplayError, `the nearest are ${b}, ${a}`);
    expect(() => replayReport(join(data, "none"), b)).to.throw(ReplayError, "has no archive of reports");
  });

  it("is a task, which prints what it found", async () => {
    const configFile = join(data, "member.json");
    const nodes = { execution: ["http://127.0.0.1:1"], beacon: ["http://127.0.0.1:2"] };
    writeFileSync(configFile, JSON.stringify({ pool: second.pool, startBlock: 0, ...nodes, data: "." }));
    const run = await createTaskRunner();
    const { stdout, success } = await run("oracle replay", {
      slot: `${second.report.refSlot}`,
      configFile,
      json: true,
    });
    expect(success).to.equal(true);
    const printed = JSON.parse(stdout) as { digest: string; conservation: { earnedGwei: string }; groups: unknown };
    expect(printed).to.include({ digest: second.digest });
    expect(printed.conservation).to.include({ earnedGwei: `${EARNED}`, residueGwei: "0", before: "archive" });
    expect(printed.groups).to.deep.include({
      ...{ state: "active", keys: 5, validatorsGwei: `${5n * STAKE_GWEI + EARNED}`, pendingGwei: "0" },
    });
    const missing = await run("oracle replay", { slot: "1", configFile });
    expect(missing.success).to.equal(false);
    expect(missing.stderr).to.contain("slot has no report in the archive (got 1): the nearest are");
    writeFileSync(configFile, JSON.stringify({ pool: second.pool, startBlock: -1, ...nodes, data: "." }));
    expect((await run("oracle replay", { slot: "1", configFile })).stderr).to.contain("startBlock cannot be used");
    expect((await run("oracle replay", { slot: "1" })).stderr).to.contain("is not given");
  });

  it("writes numbers of any size and maps, and reads the same", () => {
    const value = { a: [1n, -(2n ** 200n)], b: new Map([["x", { y: new Map([[3n, 4n]]) }]]), c: "5", d: null, e: 6 };
    expect(readArchived(writeArchived(value))).to.deep.equal(value);
  });
});
