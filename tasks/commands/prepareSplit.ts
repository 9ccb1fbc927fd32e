import { listBatchFolders, readExcluded } from "../../clients/batchList.ts";
import { readDeposits, requireDeposits } from "../../clients/keyFolder.ts";
import { parseAssignments, type Assignment } from "../../src/ceremony/splitPlan.ts";
import type { DepositData } from "../../src/consensus/deposit.ts";
import { networkByChainId, networkByName } from "../../clients/networks.ts";
import type { Network } from "../../src/consensus/network.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { toHex } from "../../src/units/hex.ts";
import { InputError, parseAddress, parseInteger, requireOption, requireOptions } from "../input.ts";
import { fetchSSVAccount, type SSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { fetchOperatorsForKeys, neededOperators, readOperatorsFiles, requireOperators } from "./operatorsForKeys.ts";
import { describeSplitKeys } from "./describeSplitKeys.ts";
import { planNewShares, planSharesFrom, type KeyInventory } from "./planShares.ts";
import type { SplitRequest } from "./splitKeys.ts";

/** Which operators get which keys, and from which nonce on. */
export interface SplitOptions {
  readonly account: string | undefined;
  readonly operators: string | undefined;
  readonly operatorsFile: string | undefined;
  readonly firstNonce: string | undefined;
}

/** All that is known before the secret keys are asked for. */
export interface PreparedSplit extends Pick<
  SplitRequest,
  "folder" | "network" | "deposits" | "batches" | "operators" | "owner"
> {
  /** Nonce of the first key that is split. */
  readonly firstNonce: bigint;
  /** Why no key is split, if none is. */
  readonly nothing: string | undefined;
}

/** The keys of a folder, with their deposits. */
export interface KeysOfFolder extends KeyInventory {
  readonly network: Network;
  readonly deposits: readonly DepositData[];
}

/**
 * The keys of a folder, and the batches they were split into.
 * @throws {FieldError} If there are none, or a file is damaged.
 */
export function readInventory(folder: string, network: Network): KeysOfFolder {
  const batches = listBatchFolders(folder);
  // Batches that were imported have their own.
  const deposits = batches.some(({ hasProofs }) => hasProofs)
    ? readDeposits(folder, network)
    : requireDeposits(folder, network);
  const pubkeys = deposits.map(({ pubkey }) => toHex(pubkey));
  return { folder, network, deposits, pubkeys, batches, excluded: readExcluded(folder) };
}

/**
 * Plans key shares with what the chain knows: the account's next nonce, what is registered, the operators' keys.
 * @throws {FieldError} If an option is unusable, the keys are not the pool's, or an operator cannot be used.
 */
export async function prepareSplit(ssv: SSVConnection, folder: string, options: SplitOptions): Promise<PreparedSplit> {
  const inventory = readInventory(folder, networkByChainId(ssv.chainId));
  const account = await fetchSSVAccount(ssv, inventory.batches);
  await requireOwnDeposits(account, inventory);
  const { network, deposits } = inventory;
  const { owner } = account;
  const { firstNonce } = options;
  const assignments = findAssignments(options, deposits.length);
  const planned =
    firstNonce === undefined
      ? planNewShares(inventory, account, assignments)
      : planSharesFrom(inventory, owner, parseInteger(firstNonce, "firstNonce"), assignments, account);
  const operators = await findOperators(ssv, options, planned.batches, assignments);
  const nothing = planned.batches.length > 0 ? undefined : describeSplitKeys(inventory, account.registered);
  return { folder, network, deposits, owner, ...planned, operators, nothing };
}

/**
 * Plans key shares on a machine without a connection.
 * @param chain Name of the network.
 * @throws {InputError} If account, first nonce or operators' keys are not given.
 */
export function prepareOfflineSplit(chain: string, folder: string, options: SplitOptions): PreparedSplit {
  const { account, firstNonce: nonce, operatorsFile } = options;
  const given = requireOptions(
    { account, firstNonce: nonce, operatorsFile },
    "give all of account, first-nonce and operators-file, because without a connection nobody can be asked",
  );
  const owner = parseAddress(given.account, "account");
  const firstNonce = parseInteger(given.firstNonce, "firstNonce");
  const inventory = readInventory(folder, networkByName(chain));
  const { network, deposits } = inventory;
  const assignments = findAssignments(options, deposits.length);
  const planned = planSharesFrom(inventory, owner, firstNonce, assignments);
  const operators = requireOperators(
    readOperatorsFiles(given.operatorsFile),
    neededOperators(planned.batches, assignments),
  );
  const nothing = planned.batches.length > 0 ? undefined : describeSplitKeys(inventory, new Set());
  return { folder, network, deposits, owner, ...planned, operators, nothing };
}

/**
 * The operators of ssv.network; those of files, if some are named, must be the same.
 * @throws {FieldError} If one cannot be used.
 */
export async function findOperators(
  ssv: SSVConnection,
  { operatorsFile }: Pick<SplitOptions, "operatorsFile">,
  batches: SplitRequest["batches"],
  assignments: readonly Assignment[],
): Promise<SplitRequest["operators"]> {
  const needed = neededOperators(batches, assignments);
  const registered = await fetchOperatorsForKeys(ssv, needed);
  if (operatorsFile === undefined) return registered;
  const listed = requireOperators(readOperatorsFiles(operatorsFile), needed);
  for (const { id, operatorKey } of registered.values()) {
    const [own, theirs] = [
      operatorKeyFingerprint(listed.get(id)?.operatorKey ?? ""),
      operatorKeyFingerprint(operatorKey),
    ];
    if (own !== theirs)
      throw new InputError(
        "operatorsFile",
        `SHA-256 ${own}`,
        `has another key of operator ${id} than ssv.network, SHA-256 ${theirs}`,
        "write the file anew with `operators suggest`, or leave it out",
      );
  }
  return listed;
}

/**
 * Which operators get which keys: as named, or all keys for those of the file.
 * @throws {FieldError} If neither is given, or they are no committee SSV accepts.
 */
function findAssignments({ operators, operatorsFile }: SplitOptions, count: number): Assignment[] {
  if (operators !== undefined || operatorsFile === undefined) {
    const remedy = "name operators as 1,2,3,4 or for ranges of keys as '0-19:1,2,3,4 20-39:5,6,7,8'";
    return parseAssignments(requireOption(operators, "operators", remedy), count);
  }
  return parseAssignments([...readOperatorsFiles(operatorsFile).keys()].join(","), count, "operatorsFile");
}

/** Shares for keys whose ether would not come back to the pool are of no use to it. */
async function requireOwnDeposits({ pool }: SSVAccount, { folder, deposits }: KeysOfFolder): Promise<void> {
  if (pool === undefined) return;
  const own = await pool.poolETH.withdrawalCredentials(false);
  const foreign = deposits.findIndex(({ withdrawalCredentials }) => toHex(withdrawalCredentials) !== own);
  const deposit = deposits[foreign];
  if (deposit !== undefined)
    throw new InputError(
      "withdrawalCredentials",
      toHex(deposit.withdrawalCredentials),
      `of key ${foreign} in ${folder} are not the pool's, ${own}`,
      "make the keys for the pool, or name the account of your staking service with --account",
    );
}
