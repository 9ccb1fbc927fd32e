import { z } from "zod";

import { askBeacon, BeaconRefusal, uint, type AnswerLimits } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";

/** The balance of another validator that is to be added to one of the pool's (EIP-7251). */
export interface Consolidation {
  readonly source: bigint;
  readonly target: bigint;
  /** Most that moves: the effective balance of the source, Gwei. */
  readonly mostGwei: bigint;
}

/** An entry takes some 60 bytes, and at most 262,144 wait. */
const QUEUE: AnswerLimits = { maxBytes: 32 * 2 ** 20, timeout: 60_000 };

const verified = { execution_optimistic: z.boolean().optional() };
const Consolidations = z.object({
  ...verified,
  data: z.array(z.object({ source_index: uint, target_index: uint })),
});
const Sources = z.object({
  ...verified,
  data: z.array(z.object({ index: uint, validator: z.object({ effective_balance: uint }) })),
});

/**
 * Consolidations into some validators that wait in a state. One takes 256 epochs, longer than from one report to the
 * next, so that whatever moves between two states waits in the first. None where the node does not know the question.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchConsolidations(
  node: BeaconNode,
  state: StateId,
  targets: ReadonlySet<bigint>,
): Promise<Consolidation[]> {
  const path = `/eth/v1/beacon/states/${state}`;
  const queue = await fetchQueue(node, path);
  node.requireVerified(queue);
  const own = queue.data.filter(({ target_index: target }) => targets.has(target));
  const found: Consolidation[] = [];
  for (const { source_index: source, target_index: target } of own) {
    const answer = await askBeacon(node.access, `${path}/validators?id=${source}`, Sources);
    node.requireVerified(answer);
    const [row] = answer.data;
    if (row?.index !== source) throw node.refuse(`validator ${source}`, "leaves out the source of a consolidation");
    found.push({ source, target, mostGwei: row.validator.effective_balance });
  }
  return found;
}

async function fetchQueue(node: BeaconNode, path: string): Promise<z.infer<typeof Consolidations>> {
  try {
    return await askBeacon(node.access, `${path}/pending_consolidations`, Consolidations, undefined, QUEUE);
  } catch (error) {
    if (error instanceof BeaconRefusal) return { data: [] };
    throw error;
  }
}
