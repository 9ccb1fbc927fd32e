import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { clusterKey, newestSnapshot, type OwnerState } from "../../src/ssv/ownerEvents.ts";
import { findObstacles, OBSTACLES } from "../../src/ssv/operatorObstacles.ts";
import type { ClusterOwner } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { UpdatedKey } from "./updatedKeys.ts";

/**
 * Looks for what would keep keys from being registered with their new operators, before they are removed: an operator
 * that cannot be used, a liquidated cluster, a reserve that does not suffice.
 * @throws {InputError} For the first that is found.
 */
export async function requireRegistrable(
  target: ClusterOwner,
  state: OwnerState,
  keys: readonly UpdatedKey[],
): Promise<void> {
  const clusters = new Map(keys.map(({ operatorIds }) => [clusterKey(operatorIds), operatorIds]));
  const { ssv, owner, opened } = target;
  for (const operatorIds of clusters.values())
    if (!newestSnapshot(state, operatorIds).active)
      throw new InputError(
        "operators",
        operatorIds.join(),
        "are of a cluster that is liquidated, which takes no validators",
        `reactivate it first, with \`cluster reactivate${opened === undefined ? " --account eoa" : ""}\``,
      );

  const needed = operatorsNeeded(keys);
  const { operators } = await fetchOperatorDirectory(ssv.ssvNetwork, { account: owner, ids: [...needed.keys()] });
  for (const operator of operators) {
    const validators = needed.get(operator.id) ?? 0;
    const obstacle = findObstacles([operator], { validators }).get(operator.id);
    if (obstacle !== undefined)
      throw new InputError(
        "operators",
        operator.id.toString(),
        `names an operator ${OBSTACLES[obstacle]}`,
        "choose others with `operators suggest`, and make shares for them",
      );
  }
  if (opened !== undefined) await requireReserve(opened.pool, state, keys, [...clusters.values()]);
}

/** How many more validators each operator gets; one that a key has already has room for it again. */
function operatorsNeeded(keys: readonly UpdatedKey[]): Map<bigint, number> {
  const needed = new Map<bigint, number>();
  for (const { validator, operatorIds } of keys)
    for (const id of operatorIds) {
      const stays = validator.state !== "removed" && validator.operatorIds.includes(id);
      needed.set(id, (needed.get(id) ?? 0) + (stays ? 0 : 1));
    }
  return needed;
}

async function requireReserve(
  { clusterManager }: NonNullable<ClusterOwner["opened"]>["pool"],
  state: OwnerState,
  keys: readonly UpdatedKey[],
  clusters: readonly (readonly bigint[])[],
): Promise<void> {
  const [reserve, { runwayBlocks }] = await Promise.all([clusterManager.reserve(), clusterManager.runway()]);
  let funding = 0n;
  for (const operatorIds of clusters) {
    const count = keys.filter((key) => clusterKey(key.operatorIds) === clusterKey(operatorIds)).length;
    const snapshot = newestSnapshot(state, operatorIds);
    funding += await clusterManager.requiredFundingAtMaximum([...operatorIds], snapshot, count, runwayBlocks);
  }
  if (reserve < funding)
    throw new InputError(
      "operating reserve",
      showEther(reserve),
      `is less than the ${showEther(funding)} that the new clusters need`,
      "pay into the operating reserve of ClusterManager, or update fewer keys",
    );
}
