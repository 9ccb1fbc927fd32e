import type { Logger } from "pino";

import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import { ConservationError, ConservationFlowError } from "../../src/oracle/conservation.ts";
import { differenceOfKeys } from "../../src/oracle/keyDifference.ts";
import { VaultError } from "../../src/oracle/vaultFlows.ts";
import { FieldError } from "../../src/units/errors.ts";
import type { ReportArchive } from "./archive.ts";
import { conserve, type LaterState } from "./conserve.ts";
import { findArchivedState, observeEarlierState, type EarlierState } from "./earlierState.ts";
import type { ConservedStake } from "./reportRecord.ts";
import { ReportRefusal } from "./reportRefusal.ts";

/** Where the state of the report before is looked for. */
export interface EarlierSources {
  readonly beacons: readonly BeaconNode[];
  /** How many of them must give the same report. */
  readonly agreement: number;
  readonly archive: ReportArchive | undefined;
  readonly stateFromKeys: number | undefined;
  readonly log: Logger;
}

/** Of nodes that must show the same against an archived state, which a quorum saw as well. */
const LEAST_WITNESSES = 2;
const UNEXPLAINED = [ConservationError, ConservationFlowError, VaultError];

/**
 * What became of the pool's ether since the report that was applied last: between two states as they were, whatever that
 * report said of the first, so that a wrong one can be put right by the next.
 *
 * The archived state counts if its report may be the applied one. If the applied one was another, the nodes are asked, and
 * the archive counts only where none of them gives the state: it was found right in its time, as others may not have. They
 * are also asked where the archived state does not explain the new one: whoever lied to this member may have lied to the
 * others, too. Since it may be the new state that is a lie, two nodes at least must show the same then.
 * @throws {ConservationError} Naming the key with the largest amount that is not explained.
 * @throws {FieldError} If the state before is not known, or a node does not have what is needed.
 */
export async function compareWithApplied(
  pool: ObservedPool,
  later: LaterState,
  { beacons, agreement, archive, stateFromKeys, log }: EarlierSources,
): Promise<ConservedStake> {
  const { last } = later.observation.inputs;
  const { refSlot } = last;
  const nodes = [later.node, ...beacons.filter((node) => node !== later.node)];
  const ask = async (needed: number) =>
    askNodes(nodes, needed, (node) => observeEarlierState(pool, node, refSlot, later.rules, { stateFromKeys }));
  const archived = archive && findArchivedState(archive, last);
  if (archived === undefined) return conserve(pool, await ask(1), later);

  const { state, difference } = archived;
  if (difference !== undefined) {
    const { field, seen, applied } = difference;
    const asked = await orNothing(ask(1));
    const used = (asked ?? state).source;
    const figures = { refSlot: `${refSlot}`, field, seen: `${seen}`, applied: `${applied}`, used };
    log.warn(figures, "archived report is not the applied one");
    return conserve(pool, asked ?? state, later);
  }
  try {
    return await conserve(pool, state, later);
  } catch (error) {
    if (!UNEXPLAINED.some((type) => error instanceof type)) throw error;
    const asked = await orNothing(ask(Math.max(agreement, LEAST_WITNESSES)));
    if (asked === undefined || isSame(asked, state)) throw error;
    log.warn({ refSlot: `${refSlot}` }, "beacon nodes show another state than was archived");
    return conserve(pool, asked, later);
  }
}

/**
 * A state that enough nodes show alike, asked one after the other: whole states take much memory.
 * @throws {FieldError} If too few of them do.
 */
async function askNodes(
  nodes: readonly BeaconNode[],
  needed: number,
  ask: (node: BeaconNode) => Promise<EarlierState>,
): Promise<EarlierState> {
  const found: EarlierState[] = [];
  let failure: FieldError | undefined;
  for (const node of nodes)
    try {
      const state = await ask(node);
      found.push(state);
      if (found.filter((each) => isSame(each, state)).length >= needed) return state;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      failure = error;
    }
  throw failure ?? tooFew(found.length, needed);
}

function tooFew(found: number, needed: number): ReportRefusal {
  return new ReportRefusal(
    "too_few_nodes",
    "beacon",
    `${found} nodes`,
    `do not show the state of the report before alike, as ${needed} must`,
    "name more nodes that keep states of that time",
  );
}

async function orNothing(asked: Promise<EarlierState>): Promise<EarlierState | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof FieldError) return undefined;
    throw error;
  });
}

/** Whether two are of one beacon state: which keys were staked to since, and what is asked besides, does not count. */
function isSame(one: EarlierState, other: EarlierState): boolean {
  const [keys, others] = [one, other].map((each) => each.keys.filter(({ state }) => state !== "stakedLater"));
  return one.blockNumber === other.blockNumber && differenceOfKeys(keys ?? [], others ?? []) === undefined;
}
