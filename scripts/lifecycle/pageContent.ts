import type { Timeline, TimelineChart } from "../../tasks/page/timelinePage.ts";
import { holds } from "../demo/checks.ts";
import { PLACE_NAMES } from "./dashboard.ts";
import { weeklyGrowth } from "./growth.ts";
import { SLOTS_PER_DAY } from "./plan.ts";
import { VALIDATOR_STATES, type EtherPlaces, type LifecycleRecord, type Sample } from "./record.ts";
import type { LifecycleResult } from "./run.ts";

const RAY = 1e27;
const WEI = 1e18;

/** What the page of a lifecycle shows. */
export function pageContent({ record, checks }: Pick<LifecycleResult, "record" | "checks">, madeAt: bigint): Timeline {
  const { samples, events, reports, gas } = record;
  const failed = checks.filter((check) => !holds(check)).length;
  return {
    title: "Lifecycle of a pool",
    summary:
      `${samples.at(-1)?.slot ?? 0n} slots and ${reports.length} reports of a pool on a devnet; ` +
      `${failed === 0 ? `all ${checks.length} checks hold` : `${failed} of ${checks.length} checks fail`}.`,
    madeAt,
    times: samples.map(({ time }) => time),
    marks: events.map(({ time, what }) => ({ at: time, text: what })),
    charts: chartsOf(samples),
    tables: [
      { caption: "Events", rows: events.map(({ slot, time, what }) => ({ slot, happenedAt: time, what })) },
      { caption: "Reports", rows: reportRows(record) },
      {
        caption: "Gas by kind of transaction",
        rows: gas.map((entry) => ({
          kind: entry.label,
          transactions: Number(entry.transactions),
          gasEach: entry.gas / entry.transactions,
          gas: entry.gas,
        })),
      },
      { caption: "The pool at the end of each epoch", rows: samples.map(sampleRow) },
      {
        caption: "Checks",
        rows: checks.map((check) => ({ ...check, holds: holds(check) })),
      },
    ],
  };
}

function chartsOf(samples: readonly Sample[]): Record<string, TimelineChart> {
  const places = Object.keys(PLACE_NAMES) as (keyof EtherPlaces)[];
  const column = <T>(value: (sample: Sample) => T): T[] => samples.map(value);
  return {
    shareRate: {
      ...{ caption: "Share rate, ETH", kind: "lines", unit: "ETH", digits: 9, isFromZero: false },
      labels: ["Share rate"],
      columns: [column(({ shareRateRay }) => Number(shareRateRay) / RAY)],
    },
    growth: {
      ...{ caption: "Growth of the share rate, % a year", kind: "lines", unit: "%", digits: 2, isFromZero: true },
      labels: ["By the last week"],
      columns: [weeklyGrowth(samples).map((growth) => (growth === undefined ? null : growth * 100))],
    },
    ether: {
      ...{ caption: "Where the ether is, ETH", kind: "stack", unit: "ETH", digits: 6, isFromZero: true },
      labels: places.map((place) => PLACE_NAMES[place]),
      columns: places.map((place) => column((sample) => Number(sample.places[place]) / WEI)),
    },
    validators: {
      ...{ caption: "Validators by state", kind: "stack", unit: "", digits: 0, isFromZero: true },
      labels: [...VALIDATOR_STATES],
      columns: VALIDATOR_STATES.map((state) => column((sample) => sample.validators[state])),
    },
    votes: {
      ...{ caption: "Votes of the pool's validators in the chain, %", kind: "steps", unit: "%", digits: 0 },
      isFromZero: true,
      labels: ["Votes"],
      columns: [column(({ votes }) => (votes.due === 0 ? null : (100 * votes.counted) / votes.due))],
    },
    runway: {
      ...{ caption: "Runway of the cluster, days", kind: "lines", unit: "days", digits: 1, isFromZero: true },
      labels: ["Runway"],
      columns: [column(({ runwayBlocks }) => Number(runwayBlocks) / Number(SLOTS_PER_DAY))],
    },
  };
}

function reportRows({ reports }: LifecycleRecord) {
  return reports.map(({ refSlot, slot, signers, rewardsWei, feesWei, afterWei, said }) => ({
    ...{ refSlot, appliedInSlot: slot, signers, rewardsWei, feesWei, totalPooledEtherWei: afterWei },
    ...{ validatorsGwei: said.validatorsGwei, pendingGwei: said.pendingGwei, activeKeys: said.activeKeys },
    ...{ exitingKeys: said.exitingKeys, exitedKeys: said.exitedKeys, slashedKeys: said.slashedKeys },
  }));
}

function sampleRow({ slot, time, finalizedEpoch, shareRateRay, places, validators, votes, runwayBlocks }: Sample) {
  return {
    ...{ slot, sampledAt: time, finalizedEpoch, shareRateRay, ...places, ...validators },
    ...{ votes: `${votes.counted} of ${votes.due}`, runwayBlocks },
  };
}
