import type { BeaconNode, StateId } from "../../clients/beaconNode.ts";
import { fetchConsolidations, type Consolidation } from "../../clients/consolidations.ts";
import type { Frame } from "../../src/oracle/keyLimits.ts";
import { isLost, type ObservedKey } from "../../src/oracle/validatorKeys.ts";

/** `MIN_VALIDATOR_WITHDRAWABILITY_DELAY` of public networks: for as many epochs a consolidation waits at least. */
const EPOCHS_OF_CONSOLIDATION = 256n;

/**
 * Consolidations into the pool's validators that wait in a state.
 * @throws {BeaconError} If the node cannot be asked, or tells of one that cannot be.
 */
export async function fetchOwnConsolidations(
  node: BeaconNode,
  state: StateId,
  keys: readonly ObservedKey[],
): Promise<Consolidation[]> {
  return fetchConsolidations(
    node,
    state,
    keys.flatMap(({ state: of, validator }) => (validator === undefined || isLost(of) ? [] : [validator])),
  );
}

/**
 * Consolidations that waited between two states, each once. Where they lie farther apart than one takes, it may have come
 * and gone in between: states at that distance have all of them. What a dropped state has is left out.
 * @param keys As the later state has them.
 * @throws {BeaconError} If the node cannot be asked, or tells of one that cannot be.
 */
export async function fetchConsolidationsBetween(
  node: BeaconNode,
  { fromSlot, toSlot, rules }: Pick<Frame, "fromSlot" | "toSlot" | "rules">,
  keys: readonly ObservedKey[],
  before: readonly Consolidation[],
): Promise<Consolidation[]> {
  const found = new Map(before.map((each) => [each.source, each]));
  const step = EPOCHS_OF_CONSOLIDATION * rules.slotsPerEpoch;
  for (let slot = fromSlot + step; slot < toSlot; slot += step)
    for (const each of await fetchOwnConsolidations(node, slot, keys)) {
      const known = found.get(each.source);
      if (known === undefined || known.mostGwei < each.mostGwei) found.set(each.source, each);
    }
  return [...found.values()];
}
