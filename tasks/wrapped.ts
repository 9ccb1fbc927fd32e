import { hasRecord, readDeployment } from "../clients/deployment.ts";
import { connectWrapped } from "../clients/wrappedToken.ts";
import type { WrappedPoolETH } from "../typechain-types/index.ts";
import { deploymentId, type PoolConnection } from "./connect.ts";
import { InputError, parseAddress } from "./input.ts";

/**
 * Finds the wrapped token of a pool: the one that is named, or else the one that was recorded with the pool.
 * @throws {InputError | DeploymentError} If there is none.
 */
export async function findWrapped(
  { connection, chainId, pool: { poolETH } }: PoolConnection,
  named: string | undefined,
): Promise<WrappedPoolETH> {
  const { provider } = connection.ethers;
  if (named !== undefined) return connectWrapped(provider, parseAddress(named, "wrapped"), poolETH);
  const id = await deploymentId(connection, chainId);
  const recorded = hasRecord(id) ? readDeployment(id, chainId).addresses : undefined;
  const isRecorded = recorded?.poolETH === (await poolETH.getAddress());
  if (!isRecorded || recorded.wrappedPoolETH === undefined)
    throw new InputError(
      "wrapped",
      "nothing",
      "is missing, and this pool's wrapped token is recorded in no file of deploy/deployments",
      "name its address with --wrapped",
    );
  return connectWrapped(provider, recorded.wrappedPoolETH, poolETH);
}
