import { localDeploymentId, recordDeployment } from "../../clients/deployment.ts";
import type { DeployedPool } from "../../devnet/supervisor/folder.ts";
import { LOCAL } from "../../src/consensus/network.ts";

/** Records where the pool of a devnet is, so that tasks find it; returns the file. */
export function recordDevnet(rpcUrl: string, { addresses }: DeployedPool): string {
  const { poolETH, ...others } = addresses;
  if (poolETH === undefined) throw new Error("the devnet's folder names no poolETH");
  return recordDeployment(localDeploymentId(rpcUrl), {
    chainId: Number(LOCAL.chainId),
    startBlock: 0,
    addresses: { poolETH, ...others },
  });
}
