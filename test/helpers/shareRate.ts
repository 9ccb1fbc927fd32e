import { DAY, ETHER, impersonate, passTime, ZERO_ADDRESS } from "./accounts.ts";
import type { TestSuite } from "./suite.ts";

/** Parameters of a suite whose share rate tests can lift quickly: the pool may grow a hundredfold in a year. */
export const FAST_GROWTH = { maxGrowthPerYearWad: 100n * ETHER };

const NO_FEES = { treasury: ZERO_ADDRESS, fee: 0n, operations: ZERO_ADDRESS, costs: 0n };

/** Sets total pooled ether as `Accounting` would, without fees. */
export async function rebaseTo(suite: TestSuite, pooledEther: bigint) {
  return suite.poolETH.connect(await impersonate(suite, suite.accounting)).rebase(pooledEther, NO_FEES, 0n);
}

/** Books a loss of any size and makes it final: announcement, 72 hours, booking, three days, confirmation. */
export async function loseTo(suite: TestSuite, pooledEther: bigint): Promise<void> {
  const loss = (await suite.poolETH.totalPooledEther()) - pooledEther;
  await suite.poolETH.connect(suite.admin).announceLoss(loss);
  await passTime(suite, 3n * DAY);
  await rebaseTo(suite, pooledEther);
  await passTime(suite, 3n * DAY);
  await suite.poolETH.connect(suite.admin).confirmLoss();
}

/** Lifts total pooled ether, a fifth a day at most, in a suite with `FAST_GROWTH`. */
export async function gainTo(suite: TestSuite, pooledEther: bigint): Promise<void> {
  for (let current = await suite.poolETH.totalPooledEther(); current < pooledEther;) {
    const step = current + current / 5n;
    current = step < pooledEther ? step : pooledEther;
    await passTime(suite, DAY);
    await rebaseTo(suite, current);
  }
}
