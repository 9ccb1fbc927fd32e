import { fetchActiveBalance } from "../../clients/activeBalance.ts";
import { fetchProposals } from "../../clients/beaconDuties.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import { chainOf } from "../../clients/committee.ts";
import type { Consolidation } from "../../clients/consolidations.ts";
import type { Observation, ObservedPool } from "../../clients/observation.ts";
import { fetchBlockIncome } from "../../clients/payouts.ts";
import { fetchVaultFlows, type VaultBalance } from "../../clients/vaultFlows.ts";
import { changesOfKeys, requireConserved, type KeyChange } from "../../src/oracle/conservation.ts";
import type { RewardRules } from "../../src/oracle/rewardRules.ts";
import { syncSlotsOf, type SyncSeats } from "../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";
import { incomeOfVaults } from "../../src/oracle/vaultFlows.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { EarlierState } from "./earlierState.ts";
import { fetchInactivityScores } from "./inactivity.ts";
import { fetchGifts, flowsOf, type KnownFlows } from "./keyFlows.ts";
import { fetchConsolidationsBetween } from "./ownConsolidations.ts";
import { fetchSeatsBetween, indicesOf } from "./ownSyncSeats.ts";
import type { ConservedStake } from "./reportRecord.ts";

/** The state of a report, and what the conservation needs besides it. */
export interface LaterState {
  readonly node: BeaconNode;
  readonly observation: Observation;
  readonly vaults: readonly VaultBalance[];
  readonly syncSeats: readonly SyncSeats[];
  readonly consolidations: readonly Consolidation[];
  readonly rules: RewardRules;
}

/**
 * Makes sure that no ether of the pool came or went between two reference states but by deposits, withdrawals, rewards
 * and penalties. What takes many questions or states of long ago, sync committees and consolidations of days without a
 * report, who proposed blocks and when the chain was final, is asked only where a key has more or less than without it.
 * @throws {ConservationError} Naming the key with the largest amount that is not explained.
 * @throws {VaultError} If the vaults' ether does not add up.
 * @throws {FieldError} If a node does not have what is needed.
 */
export async function conserve(
  { pool: { poolETH } }: ObservedPool,
  before: EarlierState,
  { node, observation, vaults, syncSeats, consolidations, rules }: LaterState,
): Promise<ConservedStake> {
  const { keys, report, reference, chain } = observation;
  const provider = chainOf(poolETH);
  const blocks = { fromBlock: before.blockNumber + 1, toBlock: reference.executionBlock.number };
  const slots = { fromSlot: before.refSlot, toSlot: report.refSlot };
  const epochs = { fromEpoch: slots.fromSlot / rules.slotsPerEpoch, toEpoch: slots.toSlot / rules.slotsPerEpoch };
  const addresses = vaults.map(({ address }) => address);
  const [income, gifts, active] = await Promise.all([
    fetchBlockIncome(provider, addresses, blocks),
    fetchGifts(provider, await poolETH.DEPOSIT_CONTRACT(), stakedBetween(before.keys, keys), blocks),
    fetchActiveBalance(node, chain.chainId, reference.id, epochs),
  ]);
  const vaultFlows = await fetchVaultFlows(provider, before.vaults, vaults, income, blocks);
  const receivedWei = report.vaultsReceivedWei - before.vaultsReceivedWei;
  const withdrawalVault = vaults.find(({ vault }) => vault === "withdrawal")?.address;
  const payouts = income.payouts.filter(({ address }) => address === withdrawalVault);

  const frame = { ...slots, rules, active };
  const own = indicesOf(keys);
  const seats = [...before.syncSeats, ...syncSeats];
  let known: KnownFlows = {
    ...{ keys, gifts, payouts, proposals: new Map() },
    consolidations: without(consolidations, before.consolidations),
    syncSlots: syncSlotsOf(frame, seats),
  };
  let flows: ConservedStake["flows"] = { ...frame, inactivityScores: 0n, before: before.keys, flows: flowsOf(known) };
  const changes = () => changesOfKeys({ ...flows, after: keys });
  if (hasMore(changes()) || hasLess(changes())) {
    const between = await fetchSeatsBetween(node, frame, seats, own);
    known = { ...known, syncSlots: syncSlotsOf(frame, [...seats, ...between]) };
    flows = { ...flows, flows: flowsOf(known) };
  }
  if (hasMore(changes())) {
    const waited = await fetchConsolidationsBetween(node, frame, keys, before.consolidations);
    known = { ...known, consolidations: without(consolidations, waited) };
    flows = { ...flows, flows: flowsOf(known) };
  }
  if (hasMore(changes())) {
    const proposals = await fetchProposals(node, { ...slots, fromSlot: slots.fromSlot + 1n }, own);
    flows = { ...flows, flows: flowsOf({ ...known, proposals }) };
  }
  if (hasLess(changes()))
    flows = { ...flows, inactivityScores: await fetchInactivityScores(node, epochs, rules.slotsPerEpoch) };
  const change = requireConserved(changes());
  const foreign = payouts.filter(({ validatorIndex }) => !own.has(validatorIndex));
  return {
    kind: "conserved",
    ...{ flows, vaultFlows, receivedWei, change, vaults: incomeOfVaults(vaultFlows, receivedWei) },
    foreignSweptGwei: foreign.reduce((sum, { amountGwei }) => sum + amountGwei, 0n),
    before: before.source,
  };
}

/** Consolidations that do not wait any more. */
function without(waiting: readonly Consolidation[], waited: readonly Consolidation[]): Consolidation[] {
  return waited.filter(({ source }) => !waiting.some((each) => each.source === source));
}

/** Gwei that the pool staked to each key between two states. */
function stakedBetween(before: readonly ObservedKey[], after: readonly ObservedKey[]): Map<Hex, bigint> {
  const earlier = new Map(before.map((key) => [key.pubkey, stakedOf(key)]));
  return new Map(after.map((key) => [key.pubkey, stakedOf(key) - (earlier.get(key.pubkey) ?? 0n)]));
}

function stakedOf({ state, stakedGwei }: ObservedKey): bigint {
  return state === "stakedLater" ? 0n : stakedGwei;
}

function hasMore(changes: readonly KeyChange[]): boolean {
  return changes.some(({ residueGwei }) => residueGwei > 0n);
}

function hasLess(changes: readonly KeyChange[]): boolean {
  return changes.some(({ residueGwei }) => residueGwei < 0n);
}
