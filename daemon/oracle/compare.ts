import type { Logger } from "pino";

import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import { ConservationError, ConservationFlowError } from "../../src/oracle/conservation.ts";
import { VaultError } from "../../src/oracle/vaultFlows.ts";
import { FieldError } from "../../src/units/errors.ts";
import type { ReportArchive } from "./archive.ts";
import { writeArchived } from "./archiveText.ts";
import { askFirst } from "./beacons.ts";
import { conserve, type LaterState } from "./conserve.ts";
import { findArchivedState, observeEarlierState, type EarlierState } from "./earlierState.ts";
import type { ConservedStake } from "./reportRecord.ts";

/** Where the state of the report before is looked for. */
export interface EarlierSources {
  readonly beacons: readonly BeaconNode[];
  readonly archive: ReportArchive | undefined;
  readonly stateFromKeys: number | undefined;
  readonly log: Logger;
}

const UNEXPLAINED = [ConservationError, ConservationFlowError, VaultError];

/**
 * What became of the pool's ether since the report that was applied last: between two states as they were, whatever that
 * report said of the first, so that a wrong one can be put right by the next.
 *
 * The archived state counts if its report may be the applied one. If the applied one was another, the nodes are asked, and
 * the archive counts only where they have dropped the state. They are also asked where the archived state does not explain
 * the new one: whoever lied to this member may have lied to the others, too.
 * @throws {ConservationError} Naming the key with the largest amount that is not explained.
 * @throws {FieldError} If the state before is not known, or a node does not have what is needed.
 */
export async function compareWithApplied(
  pool: ObservedPool,
  later: LaterState,
  { beacons, archive, stateFromKeys, log }: EarlierSources,
): Promise<ConservedStake> {
  const { last } = later.observation.inputs;
  const { refSlot } = last;
  const nodes = [later.node, ...beacons.filter((node) => node !== later.node)];
  const ask = async () =>
    askFirst(nodes, (node) => observeEarlierState(pool, node, refSlot, later.rules, { stateFromKeys }));
  const archived = archive && findArchivedState(archive, last);
  if (archived === undefined) return conserve(pool, await ask(), later);

  const { state, difference } = archived;
  if (difference !== undefined) {
    const { field, seen, applied } = difference;
    const asked = await orNothing(ask());
    const used = (asked ?? state).source;
    const figures = { refSlot: `${refSlot}`, field, seen: `${seen}`, applied: `${applied}`, used };
    log.warn(figures, "archived report is not the applied one");
    return conserve(pool, asked ?? state, later);
  }
  try {
    return await conserve(pool, state, later);
  } catch (error) {
    if (!UNEXPLAINED.some((type) => error instanceof type)) throw error;
    const asked = await orNothing(ask());
    if (asked === undefined || isSame(asked, state)) throw error;
    log.warn({ refSlot: `${refSlot}` }, "beacon nodes show another state than was archived");
    return conserve(pool, asked, later);
  }
}

async function orNothing(asked: Promise<EarlierState>): Promise<EarlierState | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof FieldError) return undefined;
    throw error;
  });
}

function isSame(one: EarlierState, other: EarlierState): boolean {
  const [first, second] = [one, other].map(({ blockNumber, keys, vaults }) =>
    writeArchived({ blockNumber, keys, vaults }),
  );
  return first === second;
}
