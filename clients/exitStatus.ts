import { collectSignatures, EXIT_STATUS_TYPES, type ExitStatus, type MemberSigner } from "../src/oracle/messages.ts";
import type { Hex } from "../src/units/hex.ts";
import type { PoolETH } from "../typechain-types/index.ts";
import { fetchCommitteeDomain } from "./committee.ts";

/** Has members sign that validators are gone, for the committee in place; packed as `ClusterManager.remove` takes it. */
export async function signExitStatus(
  poolETH: PoolETH,
  status: ExitStatus,
  signers: readonly MemberSigner[],
): Promise<Hex> {
  return collectSignatures(signers, await fetchCommitteeDomain(poolETH), EXIT_STATUS_TYPES, status);
}
