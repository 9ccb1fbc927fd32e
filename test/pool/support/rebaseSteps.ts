import fc from "fast-check";

import { greatest } from "../../../src/pool/arithmetic.ts";
import { lossLeft } from "../../../src/pool/losses.ts";
import { liftAboveHighWater, rebaseBounds, type Fees, type PoolState } from "../../../src/pool/rebase.ts";

/** Where a rebase aims: at a part of the pool, or just below, at and above a bound. */
export type Target =
  | { readonly aim: "gain" | "loss"; readonly billionths: bigint }
  | { readonly aim: "maxGain" | "lossLeft" | "announced" | "restorable"; readonly offset: bigint }
  | { readonly aim: "unchanged" | "zero" };

/** One thing that happens to a pool, `wait` seconds after the one before. */
export type Step = { readonly wait: bigint } & (
  | { readonly kind: "deposit"; readonly ethAmount: bigint }
  | { readonly kind: "transfer" | "transferShares" | "announceLoss"; readonly percent: bigint }
  | { readonly kind: "confirmLoss" }
  | {
      readonly kind: "rebase";
      readonly target: Target;
      readonly feePercent: bigint;
      readonly costsPercent: bigint;
    }
);

const MINUTE = 60n;
const DAY = 86_400n;
const ETHER = 10n ** 18n;

const waits = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(1n, 2n * DAY) },
  { weight: 2, arbitrary: fc.bigInt(2n * DAY, 14n * DAY) },
  // The edges of notice, settling time, episode and window.
  { weight: 3, arbitrary: fc.constantFrom(MINUTE, 3n * DAY - 1n, 3n * DAY, 3n * DAY + 1n, 14n * DAY, 14n * DAY + 1n) },
  { weight: 1, arbitrary: fc.constantFrom(17n * DAY, 17n * DAY + 1n, 61n * DAY, 364n * DAY, 430n * DAY) },
);
const offsets = fc.constantFrom(-1n, 0n, 1n);
const targets: fc.Arbitrary<Target> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ aim: fc.constant("gain"), billionths: fc.bigInt(1n, 400_000n) }) },
  { weight: 3, arbitrary: fc.record({ aim: fc.constant("loss"), billionths: fc.bigInt(1n, 4_900_000n) }) },
  { weight: 2, arbitrary: fc.record({ aim: fc.constant("loss"), billionths: fc.bigInt(4_900_000n, 60_000_000n) }) },
  {
    weight: 5,
    arbitrary: fc.record({ aim: fc.constantFrom("maxGain", "lossLeft", "announced", "restorable"), offset: offsets }),
  },
  { weight: 1, arbitrary: fc.record({ aim: fc.constantFrom("unchanged", "zero") }) },
);
const percents = fc.bigInt(0n, 101n);

/** Steps of all kinds, rebases most often. */
export const STEPS: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("deposit"),
      wait: waits,
      ethAmount: fc.oneof(fc.bigInt(ETHER / 1000n - 1n, 100n * ETHER), fc.bigInt(ETHER, 10_000n * ETHER)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("transfer", "transferShares"), wait: waits, percent: percents }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("announceLoss"), wait: waits, percent: fc.bigInt(0n, 20n) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("confirmLoss"), wait: waits }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("rebase"),
      wait: waits,
      target: targets,
      feePercent: fc.constantFrom(0n, 50n, 90n, 100n, 100n, 101n),
      costsPercent: fc.constantFrom(0n, 0n, 0n, 60n, 100n, 100n, 101n),
    }),
  },
);

type Rebase = Extract<Step, { kind: "rebase" }>;

/** Total pooled ether that a rebase asks for in this state. */
export function pooledEtherOf({ target }: Rebase, pool: PoolState, now: bigint): bigint {
  const { pooledEther } = pool;
  const bounds = rebaseBounds(pool, now);
  switch (target.aim) {
    case "gain":
      return pooledEther + (pooledEther * target.billionths) / 10n ** 9n;
    case "loss":
      return pooledEther - (pooledEther * target.billionths) / 10n ** 9n;
    case "maxGain":
      return pooledEther + bounds.maxGain + target.offset;
    case "restorable":
      return pooledEther + bounds.restorable + target.offset;
    case "lossLeft":
      return pooledEther - lossLeft(pool, pooledEther, now) + target.offset;
    case "announced":
      return pooledEther - bounds.announcedLoss + target.offset;
    case "unchanged":
      return pooledEther;
    case "zero":
      return 0n;
  }
}

/** Fees that a rebase asks for: a percentage of what custody allows; 101 % means one wei too much. */
export function feesOf(
  { feePercent, costsPercent }: Rebase,
  pool: PoolState,
  newPooledEther: bigint,
  now: bigint,
  treasury: string,
  operations: string,
): Fees {
  const costs = partOf(rebaseBounds(pool, now).maxCosts, costsPercent);
  const lift = liftAboveHighWater(pool, greatest(newPooledEther - costs, 0n));
  return { treasury, fee: partOf(lift / 5n, feePercent), operations, costs };
}

function partOf(maximum: bigint, percent: bigint): bigint {
  return percent === 101n ? maximum + 1n : (maximum * percent) / 100n;
}
