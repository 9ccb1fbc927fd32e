import { fetchCommitteeDomain } from "../../clients/committee.ts";
import { observe, type ObservedPool } from "../../clients/observation.ts";
import { fetchVaultBalances } from "../../clients/vaultFlows.ts";
import { ConservationError } from "../../src/oracle/conservation.ts";
import { digestOf, REPORT_TYPES } from "../../src/oracle/messages.ts";
import { countByState } from "../../src/oracle/observation.ts";
import { REWARD_RULES } from "../../src/oracle/rewardRules.ts";
import { KEY_STATES, ObservationError } from "../../src/oracle/validatorKeys.ts";
import type { OracleConfig } from "../config/oracleConfig.ts";
import type { DaemonContext } from "../service/context.ts";
import type { ReportArchive } from "./archive.ts";
import { compareWithApplied, type EarlierSources } from "./compare.ts";
import type { LaterState } from "./conserve.ts";
import { agreementOf, collectAgreed } from "./nodeAgreement.ts";
import { fetchOwnConsolidations } from "./ownConsolidations.ts";
import { fetchOwnSyncSeats } from "./ownSyncSeats.ts";
import { requireInBounds } from "./reportBounds.ts";
import { reportMetrics, type ReportMetrics } from "./reportMetrics.ts";
import type { CollectedReport, Conservation } from "./reportRecord.ts";
import { asRefusal, ReportRefusal } from "./reportRefusal.ts";

/** What of a daemon's context a report is collected with. */
export type CollectContext = Pick<
  DaemonContext<Pick<OracleConfig, "agreement" | "preset"> & Partial<Pick<OracleConfig, "stateFromKeys">>>,
  "config" | "beacons" | "log" | "metrics"
>;

/** What the first report of a pool rests on, which has none before it to be compared with. */
const FIRST_CHECKS = [
  "each key that the pool staked to is accounted for in the beacon state",
  "the deposits of the pool's log add up to all that the contract counts as staked",
  "the vaults' ether is their balance and all that was ever collected from them",
];

/**
 * Collects the report of a slot, and makes sure that it may be signed: that enough beacon nodes give the same, that all
 * ether of the pool is where it was or is explained, and that the contract would take it. It signs and keeps nothing.
 * @param archive Has the state of the report that was applied last; without it, the nodes are asked for that again.
 * @throws {ReportRefusal} With the reason for not signing.
 */
export async function collectReport(
  context: CollectContext,
  pool: ObservedPool,
  refSlot: bigint,
  archive?: ReportArchive,
): Promise<CollectedReport> {
  const metrics = reportMetrics(context.metrics);
  try {
    const collected = await collectAndCheck(context, pool, refSlot, archive);
    show(metrics, collected);
    return collected;
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal instanceof ReportRefusal) showRefusal(metrics, refusal);
    throw refusal;
  }
}

async function collectAndCheck(
  { config: { agreement, preset, stateFromKeys }, beacons, log }: CollectContext,
  pool: ObservedPool,
  refSlot: bigint,
  archive: ReportArchive | undefined,
): Promise<CollectedReport> {
  const { poolETH } = pool.pool;
  const rules = REWARD_RULES[preset];
  const needed = agreementOf(agreement, beacons.length);
  const { observation, node, agreed, failed } = await collectAgreed(beacons, needed, async (each) =>
    observe(pool, each, refSlot, { stateFromKeys }),
  );
  const { report, keys, reference, inputs, chain } = observation;
  if (chain.slotsPerEpoch !== rules.slotsPerEpoch)
    throw new ReportRefusal(
      "beacon_node",
      "preset",
      preset,
      `has epochs of ${rules.slotsPerEpoch} slots, but the beacon chain of ${chain.slotsPerEpoch}`,
      "name the preset of the chain in the configuration",
    );
  const [vaults, syncSeats, consolidations, domain] = await Promise.all([
    fetchVaultBalances(poolETH, reference.executionBlock.number),
    fetchOwnSyncSeats(node, reference, keys, rules),
    fetchOwnConsolidations(node, reference.id, keys),
    fetchCommitteeDomain(poolETH),
  ]);
  const later = { node, observation, vaults, syncSeats, consolidations, rules };
  // Before the bounds, since what is missing looks like a loss to them.
  const conservation = await compare(pool, later, { beacons, agreement: needed, archive, stateFromKeys, log });
  const bounded = await requireInBounds(pool.pool, report, inputs.last);
  return {
    ...{ report, keys, reference, inputs, agreed, failed, vaults, syncSeats, consolidations, preset },
    ...{ conservation, ...bounded },
    digest: digestOf(domain, REPORT_TYPES, report),
    chainId: chain.chainId,
    pool: await poolETH.getAddress(),
    committee: domain.verifyingContract ?? "",
  };
}

/** What became of the pool's ether since the report that was applied last. */
async function compare(pool: ObservedPool, later: LaterState, sources: EarlierSources): Promise<Conservation> {
  const { inputs } = later.observation;
  const { refSlot } = inputs.last;
  if (refSlot === 0n) return { kind: "first", checked: FIRST_CHECKS };
  if (refSlot >= inputs.state.refSlot)
    throw new ReportRefusal(
      "bounds",
      "refSlot",
      inputs.state.refSlot.toString(),
      `is not after that of the report that was applied last, ${refSlot}`,
      "wait for the end of the next frame",
    );
  const conserved = await compareWithApplied(pool, later, sources);
  // No reason to refuse: a report that was wrong is put right by the next one.
  const { beforeGwei } = conserved.change;
  const appliedGwei = inputs.last.clBalanceGwei;
  if (beforeGwei !== appliedGwei)
    sources.log.warn(
      { refSlot: refSlot.toString(), seenGwei: beforeGwei.toString(), appliedGwei: appliedGwei.toString() },
      "applied report differs",
    );
  return conserved;
}

function show(metrics: ReportMetrics, { report, keys, agreed }: CollectedReport): void {
  metrics.referenceSlot.set(Number(report.refSlot));
  metrics.validatorsBalance.set(Number(report.validatorsGwei));
  metrics.pendingBalance.set(Number(report.pendingGwei));
  metrics.vaultsReceived.set(Number(report.vaultsReceivedWei));
  const counts = new Map(countByState(keys).map(({ state, keys: count }) => [state, count]));
  for (const state of KEY_STATES) metrics.keys.set({ state }, counts.get(state) ?? 0);
  metrics.keysMissing.set(0);
  metrics.residue.set(0);
  metrics.agreeingNodes.set(agreed.length);
}

function showRefusal(metrics: ReportMetrics, { field, cause }: ReportRefusal): void {
  if (cause instanceof ConservationError) metrics.residue.set(Number(cause.residueGwei));
  if (cause instanceof ObservationError && field === "key") metrics.keysMissing.set(1);
}
