import { concat } from "ethers";

import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { newestSnapshot } from "../../src/ssv/ownerEvents.ts";
import type { Hex } from "../../src/units/hex.ts";
import { findClusterSender } from "../clusterAccount.ts";
import { InputError, requireOption } from "../input.ts";
import { poolOf, type SSVConnection } from "../ssvConnection.ts";
import type { Plan } from "../transaction.ts";
import { requireFew, requireRegistered } from "./registeredKeys.ts";

/**
 * Proposes to have the operators of a cluster exit validators: of the pool by role, or of the account that sends.
 * @throws {InputError} If a key is not the account's, was removed, or is of another cluster, or the cluster is liquidated.
 */
export async function planExit(ssv: SSVConnection, pubkeys: readonly Hex[], from: string | undefined): Promise<Plan> {
  const owner = requireOption(ssv.account, "account", "name the pool with --pool, or give eoa");
  const opened = await poolOf(ssv, owner);
  const state = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  const { operatorIds, validators } = requireRegistered(state, owner, pubkeys, {
    removed: "exit it through its withdrawal address",
    otherCluster: "exit the validators of each cluster by themselves",
  });
  if (!newestSnapshot(state, operatorIds).active)
    throw new InputError(
      "keys",
      `${pubkeys.length} keys`,
      `are in the cluster of operators ${operatorIds.join(", ")}, which is liquidated, so its operators do nothing`,
      "reactivate it first, with `cluster reactivate`",
    );
  requireFew(pubkeys);
  const asked = validators.filter((validator) => validator.state === "exit requested").length;
  const ids = [...operatorIds];
  return {
    action: `ask operators ${ids.join(", ")} to exit ${pubkeys.length} validators`,
    details: { account: owner, operators: ids, keys: pubkeys.length, pubkeys },
    warnings: [
      "an exit cannot be taken back: the validators stop, and all of their ether is paid out",
      "keep the cluster funded until they have exited, and remove their keys only then",
      ...(asked > 0 ? [`${asked} of them were asked for before`] : []),
    ],
    signer: await findClusterSender({ ssv, opened, from }, "exit"),
    transaction:
      opened === undefined
        ? await ssv.ssvNetwork.bulkExitValidator.populateTransaction([...pubkeys], ids)
        : await opened.pool.clusterManager.exit.populateTransaction(concat(pubkeys), ids),
    outcome: () => ({ account: owner, operators: ids, keys: pubkeys.length, pubkeys }),
  };
}
