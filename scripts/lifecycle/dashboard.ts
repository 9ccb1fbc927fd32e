import { decimal, ether } from "../demo/figures.ts";
import { weeklyGrowth } from "./growth.ts";
import { SLOTS_PER_DAY } from "./plan.ts";
import { VALIDATOR_STATES, type EtherPlaces, type LifecycleRecord } from "./record.ts";

const WIDTH = 30;

/** How places of ether are called. */
export const PLACE_NAMES: Readonly<Record<keyof EtherPlaces, string>> = {
  poolWei: "in the pool",
  pendingWei: "deposits pending",
  validatorsWei: "validators",
  withdrawalVaultWei: "withdrawal vault",
  rewardsVaultWei: "rewards vault",
  queueWei: "to be claimed",
};

/** Lines that say where a lifecycle is: progress and chain first, then the pool. */
export function drawDashboard({ samples, reports }: LifecycleRecord, stage: string, totalSlots: bigint): string[] {
  const now = samples.at(-1);
  if (now === undefined) return [stage];
  const done = Number(now.slot < totalSlots ? now.slot : totalSlots) / Number(totalSlots);
  const days = `day ${decimal((now.slot * 10n) / SLOTS_PER_DAY, 1, 1)}`;
  const apr = weeklyGrowth(samples).at(-1);
  const places = Object.entries(PLACE_NAMES).map(
    ([place, name]) => `${name} ${ether(now.places[place as keyof EtherPlaces], 3)}`,
  );
  const last = reports.at(-1);
  return [
    `${bar(done)} ${Math.floor(done * 100)} %  ${days}  ${stage}`,
    `slot ${now.slot}  epoch ${now.epoch}  justified ${now.justifiedEpoch}  final ${now.finalizedEpoch}`,
    `operators   ${now.operators.map(({ id, isOnline }) => `${id} ${isOnline ? "online" : "OFFLINE"}`).join("  ")}`,
    `validators  ${VALIDATOR_STATES.map((state) => `${state} ${now.validators[state]}`).join("  ")}`,
    `votes       ${now.votes.counted} of ${now.votes.due} in epoch ${now.epoch - 2}`,
    `share rate  ${decimal(now.shareRateRay, 27, 9)} ETH  a year ${apr === undefined ? "–" : `${(apr * 100).toFixed(2)} %`}`,
    `ether       ${places.slice(0, 3).join("  ")}`,
    `            ${places.slice(3).join("  ")}`,
    `runway      ${decimal((now.runwayBlocks * 10n) / SLOTS_PER_DAY, 1, 1)} days at this pace`,
    `reports     ${reports.length}${last === undefined ? "" : `, the last one ${ether(last.rewardsWei, 6)} ETH by ${last.signers} members`}`,
  ];
}

function bar(part: number): string {
  const filled = Math.round(part * WIDTH);
  return `[${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}]`;
}
