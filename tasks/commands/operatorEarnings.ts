import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import type { SSVConnection } from "../ssvConnection.ts";

/** What operators have earned and not withdrawn. */
export async function showEarnings({ ssvNetwork, connection }: SSVConnection, ids: readonly bigint[]) {
  const address = await ssvNetwork.getAddress();
  const views = ISSVNetworkViews__factory.connect(address, connection.ethers.provider);
  const { operators, blockNumber } = await fetchOperatorDirectory(ssvNetwork, { ids });
  const earnings = await Promise.all(
    operators.map(({ id }) => views.getOperatorEarnings(id, { blockTag: blockNumber })),
  );
  return {
    ssvNetwork: address,
    blockNumber,
    earnings: operators.map(({ id, owner, validators }, i) => {
      return { operator: id, owner, validators, earnedWei: earnings[i] ?? 0n };
    }),
    totalEarnedWei: earnings.reduce((sum, earned) => sum + earned, 0n),
  };
}
