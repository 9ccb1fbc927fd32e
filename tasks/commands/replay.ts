import { ConfigurationError } from "../../daemon/config/configurationError.ts";
import { loadOracleConfig } from "../../daemon/config/loadConfig.ts";
import type { OracleConfig } from "../../daemon/config/oracleConfig.ts";
import type { ReplayedReport } from "../../daemon/oracle/replay.ts";
import { countByState } from "../../src/oracle/observation.ts";
import { InputError } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { printableReport } from "./report.ts";

/**
 * Reads the configuration of an oracle member; it needs no signer.
 * @throws {InputError} If no file is given.
 * @throws {FieldError} If the file cannot be read, or a field of it cannot be used.
 */
export function readOracleConfig(file: string | undefined): OracleConfig {
  if (file === undefined)
    throw new InputError("configFile", "", "is not given", "name the configuration file of the oracle member");
  try {
    return loadOracleConfig(file, { isDryRun: true });
  } catch (error) {
    // Tasks tell of one field at a time.
    throw error instanceof ConfigurationError ? error.fields[0] : error;
  }
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
