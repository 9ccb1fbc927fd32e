import { readText } from "../../clients/files.ts";
import { OracleConfig } from "../../daemon/config/oracleConfig.ts";
import type { ReplayedReport } from "../../daemon/oracle/replay.ts";
import { countByState } from "../../src/oracle/observation.ts";
import { parseJson } from "../../src/units/json.ts";
import { InputError } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { printableReport } from "./report.ts";

/**
 * Reads the configuration of an oracle member.
 * @throws {FieldError} If it cannot be read.
 */
export function readOracleConfig(file: string | undefined): OracleConfig {
  if (file === undefined)
    throw new InputError("configFile", "", "is not given", "name the configuration file of the oracle member");
  return parseJson(readText(file, "configFile"), OracleConfig, file);
}

/** A report that was computed again: its figures, keys by state, and what became of its ether. */
export function describeReplay({ collected, changes }: ReplayedReport): PrintableRecord {
  const { report, digest, committee, reference, agreed, keys, conservation } = collected;
  const { stateRoot, blockRoot, blockSlot, executionBlock } = reference;
  return {
    report: printableReport(report),
    ...{ digest, committee, stateRoot, blockRoot, blockSlot, blockNumber: executionBlock.number },
    agreed: [...agreed],
    groups: countByState(keys).map((group): PrintableRecord => ({ ...group })),
    conservation:
      conservation.kind === "first"
        ? { kind: conservation.kind, checked: [...conservation.checked] }
        : {
            kind: conservation.kind,
            ...{
              fromSlot: conservation.flows.fromSlot,
              toSlot: conservation.flows.toSlot,
              before: conservation.before,
            },
            ...conservation.change,
            foreignSweptGwei: conservation.foreignSweptGwei,
            vaults: conservation.vaults.map((vault): PrintableRecord => ({ ...vault })),
            changes: changes.map((change): PrintableRecord => ({ ...change })),
          },
  };
}
