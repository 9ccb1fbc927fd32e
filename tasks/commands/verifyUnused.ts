import { fetchBatches } from "../../clients/batches.ts";
import { findKeyUsage, ownerOfPool, type KeyOwner, type KeyUsage } from "../../clients/keyUsage.ts";
import { checkOwnUse, checkUnused } from "../../clients/unusedKeys.ts";
import type { CeremonyExpectations } from "../../src/ceremony/expectations.ts";
import type { Network } from "../../src/consensus/network.ts";
import { parseWithdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { requireOption } from "../input.ts";
import { poolOf, type SSVConnection } from "../ssvConnection.ts";

/** Which keys, and where to look for uses of them. */
export interface UnusedKeys {
  readonly pubkeys: readonly Hex[];
  readonly network: Network;
  readonly expected: CeremonyExpectations;
  /** Block before which nobody can have used them. */
  readonly scanFrom: number | undefined;
}

/**
 * Verifies that nobody has used keys before: no deposit, no registration that the key itself has signed. Of keys that
 * their owner has registered, that nobody else uses them.
 * @throws {KeyUsedError} For the first key that was used.
 */
export async function verifyUnused(
  ssv: SSVConnection,
  { pubkeys, network, expected, scanFrom }: UnusedKeys,
  checklist: Checklist,
): Promise<void> {
  const row = "chain: no deposit or registration of the keys by others";
  const of = `${pubkeys.length} keys`;
  if (scanFrom === undefined) {
    checklist.skip(row, of, "no --scan-from");
    return;
  }
  const owner = await ownerOf(ssv, expected, network);
  const { opened } = ssv;
  const batches = opened === undefined ? [] : await fetchBatches(opened.pool, opened.startBlock);
  await checklist.check(`${row}, from block ${scanFrom} on`, of, async () => {
    const { keys } = await findKeyUsage(owner, pubkeys, { network, fromBlock: scanFrom, batches });
    const isActivated = ({ inPool }: KeyUsage): boolean => inPool.some(({ state }) => state === "activated");
    // An account of its own has no batches that wait.
    const purpose = (await poolOf(ssv, owner.account)) === undefined ? "register" : "activate";
    checkUnused({ keys: keys.filter((usage) => !isActivated(usage)) }, purpose);
    checkOwnUse({ keys: keys.filter(isActivated) }, owner);
  });
}

/** A pool's keys, or those of an account of its own. */
async function ownerOf(
  { ssvNetwork, account, opened }: SSVConnection,
  { withdrawalCredentials }: CeremonyExpectations,
  { depositContract }: Network,
): Promise<KeyOwner> {
  const own = requireOption(account, "account", "name the account that registers, or a pool with --pool");
  if (opened !== undefined && own === (await opened.pool.clusterManager.getAddress())) return ownerOfPool(opened.pool);
  const withdrawalAddress =
    withdrawalCredentials === undefined ? undefined : parseWithdrawalCredentials(withdrawalCredentials).address;
  return { ssvNetwork, account: own, depositContract, withdrawalAddress };
}
