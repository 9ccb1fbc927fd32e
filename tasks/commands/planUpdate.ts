import { concat } from "ethers";

import { requireEvent } from "../../clients/receipts.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import { onNewestSnapshot, type ClusterOwner } from "../clusterAccount.ts";
import type { PoolConnection } from "../connect.ts";
import { showEther } from "../output.ts";
import { findRoleHolder } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import type { UpdateChunk } from "./updatedKeys.ts";

/** Proposes to register a pool's keys again that were removed, with other operators, funded from its reserve. */
export async function planPoolUpdate(
  target: ClusterOwner & { readonly opened: PoolConnection },
  { formerIds, operatorIds, keys }: UpdateChunk,
): Promise<Plan> {
  const { ssv, owner, opened, from } = target;
  const { clusterManager } = opened.pool;
  const [former, ids] = [[...formerIds], [...operatorIds]];
  const snapshot = await fetchClusterSnapshot(ssv.ssvNetwork, owner, operatorIds, ssv);
  const { runwayBlocks } = await clusterManager.runway();
  const funding = await clusterManager.requiredFundingAtMaximum(ids, snapshot, keys.length, runwayBlocks);
  const firstNonce = keys[0]?.ownerNonce ?? 0n;
  const propose = (cluster: ClusterSnapshot) =>
    clusterManager.updateOperators.populateTransaction({
      pubkeys: concat(keys.map(({ pubkey }) => pubkey)),
      sharesData: concat(keys.map(({ sharesData }) => sharesData)),
      ...{ formerOperatorIds: former, operatorIds: ids, cluster, firstNonce },
    });
  const fields = { account: owner, operators: ids, formerOperators: former, keys: keys.length, firstNonce };
  return {
    action: `register ${keys.length} validators with operators ${ids.join(", ")} instead of ${former.join(", ")}, and pay ${showEther(funding)} from the operating reserve`,
    details: { ...fields, valueWei: funding },
    signer: await findRoleHolder(opened, clusterManager, "updateOperators", from),
    ...(await onNewestSnapshot({ ssv, owner, cluster: { operatorIds, snapshot } }, propose)),
    outcome: (receipt) => {
      const { funding: paid } = requireEvent(clusterManager, receipt, "OperatorsUpdated") as { funding: bigint };
      return { ...fields, paidWei: paid };
    },
  };
}
