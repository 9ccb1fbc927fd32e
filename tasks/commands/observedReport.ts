import { observe, type Observation } from "../../clients/observation.ts";
import type { SlotClock } from "../../src/oracle/frames.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { countByState } from "../../src/oracle/observation.ts";
import type { Beacon } from "../beaconNode.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { findReportSlot } from "./reportSlot.ts";

/** A choice, of which the chain shows only how far it may go. */
const CHOSEN: keyof Report = "finalizeUpTo";

/**
 * Collects a report from a beacon node.
 * @param fields Given by hand: they must be what the nodes show, but for the last request to finalize.
 * @throws {InputError} If one is not, or the reference slot is older than the pool.
 * @throws {FieldError} As `observe` does.
 */
export async function observeReport(
  opened: PoolConnection,
  { node }: Beacon,
  clock: SlotClock,
  fields: Partial<Report>,
): Promise<Observation> {
  const { refSlot } = await findReportSlot(opened, clock, fields.refSlot);
  const observation = await observe(opened, node, refSlot);
  for (const name of Object.keys(observation.report) as (keyof Report)[]) {
    const given = fields[name];
    const shown = observation.report[name];
    if (given !== undefined && given !== shown && name !== CHOSEN)
      throw new InputError(
        name,
        given.toString(),
        `contradicts what the nodes show, ${shown}`,
        "leave it out, or find out first which of both is wrong",
      );
  }
  return observation;
}

/**
 * What a report rests on: the state, and how many keys are in which state.
 * @param listsKeys Whether each key is listed, too.
 */
export function describeObservation({ reference, keys }: Observation, listsKeys: boolean): PrintableRecord {
  const { stateRoot, blockRoot, blockSlot, executionBlock } = reference;
  const groups = countByState(keys).map((group): PrintableRecord => ({ ...group }));
  const observed = { stateRoot, blockRoot, blockSlot, blockNumber: executionBlock.number, groups };
  if (!listsKeys) return observed;
  return {
    ...observed,
    stakes: keys.map(({ pubkey, state, stakedGwei, balanceGwei, pendingGwei, validator }) => ({
      ...{ pubkey, state, stakedGwei, validatorsGwei: balanceGwei, pendingGwei },
      validatorIndex: validator?.index ?? null,
    })),
  };
}
