import type { ContractRunner } from "ethers";

import { type PoolETH, type WrappedPoolETH, WrappedPoolETH__factory } from "../typechain-types/index.ts";
import { DeploymentError } from "./deployment.ts";
import { isRefusal } from "./refusals.ts";

/**
 * The wrapped token of a pool.
 * @param runner Provider or signer.
 * @throws {DeploymentError} If there is none at the address, or one of another pool.
 */
export async function connectWrapped(
  runner: ContractRunner,
  address: string,
  poolETH: PoolETH,
): Promise<WrappedPoolETH> {
  const refused = (problem: string) =>
    new DeploymentError("wrapped", address, problem, "give the address of the pool's wrapped token");
  if ((await runner.provider?.getCode(address)) === "0x") throw refused("has no code on this chain");
  const wrapped = WrappedPoolETH__factory.connect(address, runner);
  const asset = await wrapped.asset().catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw refused("is not a WrappedPoolETH");
  });
  if (asset !== (await poolETH.getAddress())) throw refused(`wraps ${asset}, which is not this pool's poolETH`);
  return wrapped;
}
