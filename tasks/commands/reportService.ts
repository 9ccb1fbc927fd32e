import { isUsedUp } from "../../clients/clusterStatus.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { BLOCKS_PER_DAY } from "../../src/ssv/fees.ts";
import { foldOwnerEvents } from "../../src/ssv/ownerEvents.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { readStatuses } from "./clusterFields.ts";
import { byUrgency, declaredRows, serviceRow, type ServiceRow } from "./serviceClusters.ts";

/** Days that count as a month. */
const MONTH = 30n;

/**
 * All that a staking service wants to know of its clusters at the newest block, the most urgent ones first.
 * @param days For how long the clusters shall be filled.
 * @returns The report, and the clusters in its order.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function reportService(ssv: SSVConnection, days: bigint) {
  const { heading, statuses } = await readStatuses(ssv);
  const { account, blockNumber, minRunwayBlocks } = heading;
  const ids = [...new Set(statuses.clusters.flatMap(({ operatorIds }) => operatorIds))];
  const { operators: listed } = await fetchOperatorDirectory(ssv.ssvNetwork, { account, ids, toBlock: blockNumber });
  const operators = new Map(listed.map((operator) => [operator.id, operator]));
  const owner = foldOwnerEvents(statuses.events);
  const validators = [...owner.validators.values()];
  const context = { minRunwayBlocks, days, operators, validators };
  const ordered = statuses.clusters
    .map((cluster) => ({ cluster, row: serviceRow(cluster, context) }))
    .sort((a, b) => byUrgency(a.row, b.row));
  const rows = ordered.map(({ row }) => row);
  const burnRate = sum(rows.map((row) => (row.condition === "liquidated" ? 0n : row.burnRateWeiPerBlock)));
  const report = {
    ...heading,
    feeRecipient: owner.feeRecipient ?? account,
    ownerNonce: owner.ownerNonce,
    periodDays: Number(days),
    totals: {
      validators: rows.reduce((total, row) => total + row.validators, 0),
      exitRequested: rows.reduce((total, row) => total + row.exitRequested, 0),
      removedValidators: validators.filter(({ state }) => state === "removed").length,
      balanceWei: sum(rows.map((row) => row.balanceWei)),
      burnRateWeiPerBlock: burnRate,
      burnWeiPerDay: burnRate * BLOCKS_PER_DAY,
      burnWeiPerMonth: burnRate * BLOCKS_PER_DAY * MONTH,
      missingWei: sum(rows.map((row) => row.missingWei)),
      missingToReactivateWei: sum(rows.filter(needsReactivation).map((row) => row.missingWei)),
    },
    clusters: rows,
    declaredFees: ordered.flatMap(({ cluster }) => declaredRows(cluster, operators)),
  };
  return { report, statuses: { ...statuses, clusters: ordered.map(({ cluster }) => cluster) } };
}

/** Whether what a cluster lacks brings it to its runway only when it is paid with a reactivation. */
function needsReactivation(row: ServiceRow): boolean {
  return row.condition === "liquidated" || isUsedUp({ ...row, balance: row.balanceWei });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
