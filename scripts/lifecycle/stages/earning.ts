import { ether, percent } from "../../demo/figures.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { yearlyGrowth } from "../growth.ts";

/** Time passes, and everybody does what is asked of them. */
export async function earn(life: Lifecycle, slots: bigint): Promise<void> {
  const { view, pool } = life;
  view.begin("weeks of rewards");
  const start = life.now;
  const firstReport = life.record.reports.length;
  await life.pass(slots);
  const reports = life.record.reports.slice(firstReport);
  const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);
  const growth = yearlyGrowth(start, life.now);
  view.tell(
    `${reports.length} reports brought ${ether(sum(reports.map(({ rewardsWei }) => rewardsWei)), 6)} ETH, of which ` +
      `${ether(sum(reports.map(({ feesWei }) => feesWei)), 6)} ETH went to treasury and operations. The share rate rose by ` +
      percent(life.now.shareRateRay - start.shareRateRay, start.shareRateRay) +
      `${growth === undefined ? "" : `, ${(growth * 100).toFixed(2)} % a year`}. A slot is ` +
      `${pool.clock.secondsPerSlot} seconds.`,
  );
}
