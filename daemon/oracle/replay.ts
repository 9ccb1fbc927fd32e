import { existsSync } from "node:fs";

import { changesOfKeys, requireConserved, type KeyChange } from "../../src/oracle/conservation.ts";
import { committeeDomain, digestOf, REPORT_TYPES } from "../../src/oracle/messages.ts";
import { computeReport } from "../../src/oracle/reportInputs.ts";
import { incomeOfVaults } from "../../src/oracle/vaultFlows.ts";
import { FieldError } from "../../src/units/errors.ts";
import { firstDifference } from "../../src/units/json.ts";
import { archiveFile, ReportArchive } from "./archive.ts";
import { writeArchived } from "./archiveText.ts";
import type { CollectedReport, Conservation } from "./reportRecord.ts";

/** A report cannot be computed again, or comes out otherwise. */
export class ReplayError extends FieldError {}

/** A report that was computed again, and is what was kept. */
export interface ReplayedReport {
  readonly collected: CollectedReport;
  /** What became of each key since the report before; nothing for the first one. */
  readonly changes: readonly KeyChange[];
}

const NEAREST = 5;

/**
 * Computes a report of an archive again from its inputs, without any network, with what was made sure of then.
 * @param data Folder of the daemon's data.
 * @throws {ReplayError} If the archive does not have it, or it comes out otherwise.
 * @throws {ArchiveError} If the archive is damaged.
 * @throws {FieldError} If it would not have been found right.
 */
export function replayReport(data: string, refSlot: bigint): ReplayedReport {
  const file = archiveFile(data);
  if (!existsSync(file))
    throw new ReplayError("data", data, "has no archive of reports", "name the folder of an oracle member's data");
  const archive = new ReportArchive(file);
  try {
    return replay(archive, refSlot);
  } finally {
    archive.close();
  }
}

function replay(archive: ReportArchive, refSlot: bigint): ReplayedReport {
  const record = archive.find(refSlot);
  if (record === undefined)
    throw new ReplayError("slot", refSlot.toString(), "has no report in the archive", nearestOf(archive, refSlot));
  const { report, keys } = computeReport(record.inputs);
  requireSame("report", record.report, report);
  const digest = digestOf(committeeDomain(record.chainId, record.committee), REPORT_TYPES, report);
  requireSame("digest", record.digest, digest);
  const collected: CollectedReport = { ...record, keys };
  return { collected, changes: changesSince(record.conservation, collected) };
}

function changesSince(conservation: Conservation, { keys }: CollectedReport): KeyChange[] {
  if (conservation.kind === "first") return [];
  const { flows, vaultFlows, receivedWei } = conservation;
  const changes = changesOfKeys({ ...flows, after: keys });
  requireSame("conservation", conservation.change, requireConserved(changes));
  requireSame("vaults", conservation.vaults, incomeOfVaults(vaultFlows, receivedWei));
  return changes;
}

function requireSame(what: string, kept: unknown, computed: unknown): void {
  const [was, is]: unknown[] = [kept, computed].map((value) => JSON.parse(writeArchived(value)) as unknown);
  const difference = firstDifference(is, was);
  if (difference !== undefined)
    throw new ReplayError(
      `${what}${difference.path}`,
      difference.value,
      "comes out otherwise than it was kept",
      "compute it with the version of this program that kept it; sign no more reports until it is clear why",
    );
}

function nearestOf(archive: ReportArchive, refSlot: bigint): string {
  const distance = (slot: bigint) => (slot < refSlot ? refSlot - slot : slot - refSlot);
  const slots = [...new Set(archive.list().map((entry) => entry.refSlot))]
    .sort((a, b) => (distance(a) < distance(b) ? -1 : 1))
    .slice(0, NEAREST);
  return slots.length === 0 ? "the archive is empty" : `the nearest are ${slots.join(", ")}`;
}
