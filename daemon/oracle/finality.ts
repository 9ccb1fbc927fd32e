import type { BeaconNode } from "../../clients/beaconNode.ts";
import { hideAddresses } from "../service/logger.ts";
import { RefusalError } from "./refusals.ts";

/** What beacon nodes say of the newest final slot. */
export interface Finality {
  /** Newest slot that a beacon node knows to be final; nothing if none answers. */
  readonly finalSlot: bigint | undefined;
  /** Why the others do not tell. */
  readonly silent: readonly string[];
}

/** Asks all nodes for the newest final slot. How many must agree is asked when a report is collected. */
export async function fetchFinality(beacons: readonly BeaconNode[]): Promise<Finality> {
  const answers = await Promise.allSettled(
    beacons.map(async (node) => {
      const [chain, epoch] = await Promise.all([node.chain(), node.finalizedEpoch("head")]);
      return epoch * chain.slotsPerEpoch;
    }),
  );
  const slots = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const silent = answers.flatMap((answer) => (answer.status === "rejected" ? [problemOf(answer.reason)] : []));
  return { finalSlot: slots.length === 0 ? undefined : slots.reduce((a, b) => (a > b ? a : b)), silent };
}

/**
 * Without a final slot no report is ever due, so that nothing else would tell that all beacon nodes are down.
 * @throws {RefusalError} If no node told one.
 */
export function requireFinality({ finalSlot, silent }: Finality): void {
  if (finalSlot !== undefined) return;
  throw new RefusalError(
    "beacon",
    `${silent.length} without an answer`,
    `has no node that tells what is final: ${silent.join("; ")}`,
    "check the addresses, and that the nodes run and are synced",
  );
}

function problemOf(reason: unknown): string {
  return hideAddresses(reason instanceof Error ? reason.message : String(reason));
}
