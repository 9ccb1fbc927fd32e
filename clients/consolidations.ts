import { z } from "zod";

import type { StateValidator } from "../src/oracle/beaconState.ts";
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
 * Consolidations into the pool's validators that wait in a state. None where the node does not have the state, or does not
 * know the question.
 *
 * Only a validator with 0x02 credentials can be a target, of whomever's; and only the withdrawal vault could ask for one
 * out of a validator of the pool's, which it never does (consensus-specs, electra `process_consolidation_request`). What
 * says otherwise is no such state.
 * @param own The pool's validators.
 * @throws {BeaconError} If the node cannot be asked, or tells of one that cannot be.
 */
export async function fetchConsolidations(
  node: BeaconNode,
  state: StateId,
  own: readonly StateValidator[],
): Promise<Consolidation[]> {
  const path = `/eth/v1/beacon/states/${state}`;
  const queue = await fetchQueue(node, path);
  node.requireVerified(queue);
  const known = new Map(own.map((validator) => [validator.index, validator]));
  const found: Consolidation[] = [];
  for (const { source_index: source, target_index: target } of queue.data) {
    if (known.has(source))
      throw node.refuse(
        `validator ${source}`,
        "is said to be consolidated into another one, which its vault never asks",
      );
    const validator = known.get(target);
    if (validator === undefined) continue;
    if (!validator.withdrawalCredentials.startsWith("0x02"))
      throw node.refuse(`validator ${target}`, "is said to get a consolidation, which takes 0x02 credentials");
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
