import { expect } from "chai";
import fc from "fast-check";

import { confirmLoss } from "../../src/pool/losses.ts";
import { deposit } from "../../src/pool/deposits.ts";
import { balanceOf, sharesOf, transfer, transferShares } from "../../src/pool/ledger.ts";
import { done, type Outcome } from "../../src/pool/outcome.ts";
import { newPool, rebase, rebaseBounds, type PoolState } from "../../src/pool/rebase.ts";
import { toEtherDown, toEtherUp, toSharesDown } from "../../src/pool/shares.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { execute, impersonate, type Transaction } from "../helpers/transaction.ts";
import { feesOf, pooledEtherOf, STEPS, type Step } from "./support/rebaseSteps.ts";

const DEAD = "0x000000000000000000000000000000000000dEaD";
const DAY = 86_400n;
const RUNS = 110;
const LONGEST_RUN = 50;
const EVERY_KIND = [
  ...["deposit", "transfer", "transferShares", "announceLoss", "confirmLoss", "unchanged"],
  ...["gain", "small loss", "large loss", "announced loss", "loss taken back"],
];
const EVERY_ERROR = [
  ...["ReportStale", "ShutByLoss", "PooledEtherOutOfRange", "LossNotConfirmable"],
  ...["GainAboveLimit", "LossAboveLimit", "FeeAboveLimit", "CostsAboveLimit"],
];

describe("PoolETH against its model: rebases", () => {
  let suite: TestSuite;
  let poolETH: string;
  let accounting: string;
  let alice: string;
  let bob: string;
  let start: PoolState;
  const outcomes = new Map<string, number>();

  before(async () => {
    suite = await deploySuite();
    [poolETH, accounting] = await Promise.all([suite.poolETH.getAddress(), suite.accounting.getAddress()]);
    const accounts = await suite.chain.ethers.getSigners();
    [alice, bob] = [accounts[7]?.address ?? "", accounts[8]?.address ?? ""];
    await Promise.all([accounting, alice].map(async (account) => impersonate(suite.chain, account)));
    start = newPool(DEAD, await suite.poolETH.lastRebase(), await suite.poolETH.MAX_GROWTH_PER_YEAR_WAD());
  });

  it("I1 I3 I5 I8 I14 I19 I37 gives the same result or the same error, to the wei, in thousands of steps", async () => {
    const snapshot = await suite.chain.networkHelpers.takeSnapshot();
    await fc.assert(
      fc.asyncProperty(fc.array(STEPS, { minLength: 20, maxLength: LONGEST_RUN, size: "max" }), async (steps) => {
        await snapshot.restore();
        let now = BigInt(await suite.chain.networkHelpers.time.latest());
        let pool = start;
        for (const step of steps) {
          now += step.wait;
          const { transaction, expected } = interpret(step, pool, now);
          const outcome = await execute(suite.chain, transaction, now);

          expect(outcome.ok ? outcome : outcome.refusal, describeStep(step, now)).to.deep.equal(
            expected.ok ? done(null) : expected.refusal,
          );
          count(outcomes, expected.ok ? kindOf(step, pool, expected.value) : expected.refusal.error);
          pool = expected.ok ? expected.value : pool;
          await expectSame(pool, now);
        }
      }),
      { seed: 20_260_101, numRuns: RUNS, endOnFailure: true },
    );
    // Every way out was taken, most of them often.
    for (const name of [...EVERY_KIND, ...EVERY_ERROR]) expect(outcomes.get(name), name).to.be.greaterThan(5);
    expect([...outcomes.values()].reduce((sum, times) => sum + times)).to.be.greaterThan(3_000);
  });

  async function nextDay(): Promise<bigint> {
    return BigInt(await suite.chain.networkHelpers.time.latest()) + DAY;
  }

  /** What a step means in this state: the transaction, and what the model says it leads to. */
  function interpret(
    step: Step,
    pool: PoolState,
    now: bigint,
  ): { transaction: Transaction; expected: Outcome<PoolState> } {
    const { interface: abi } = suite.poolETH;
    const limits = { cap: 50_000n * 10n ** 18n, pausedUntil: 0n };
    switch (step.kind) {
      case "deposit":
        return {
          transaction: { from: alice, to: poolETH, value: step.ethAmount },
          expected: deposit(pool, limits, alice, step.ethAmount, now),
        };
      case "transfer": {
        const ethAmount = (balanceOf(pool, alice) * step.percent) / 100n;
        return {
          transaction: { from: alice, to: poolETH, data: abi.encodeFunctionData("transfer", [bob, ethAmount]) },
          expected: transfer(pool, alice, bob, ethAmount),
        };
      }
      case "transferShares": {
        const shares = (sharesOf(pool, bob) * step.percent) / 100n;
        return {
          transaction: { from: bob, to: poolETH, data: abi.encodeFunctionData("transferShares", [alice, shares]) },
          expected: transferShares(pool, bob, alice, shares),
        };
      }
      case "announceLoss": {
        const maxLoss = (pool.pooledEther * step.percent) / 100n;
        const announcement = maxLoss === 0n ? undefined : { at: now, maxLoss };
        return {
          transaction: byAdmin(abi.encodeFunctionData("announceLoss", [maxLoss])),
          expected: done({ ...pool, announcement }),
        };
      }
      case "confirmLoss":
        return { transaction: byAdmin(abi.encodeFunctionData("confirmLoss")), expected: confirmLoss(pool, now) };
      case "rebase": {
        const newPooledEther = pooledEtherOf(step, pool, now);
        const fees = feesOf(step, pool, newPooledEther, now, suite.treasury.address, suite.operations.address);
        return {
          transaction: {
            from: accounting,
            to: poolETH,
            data: abi.encodeFunctionData("rebase", [newPooledEther, { ...fees }, 0n]),
          },
          expected: rebase(pool, newPooledEther, fees, now),
        };
      }
    }
  }

  function byAdmin(data: string): Transaction {
    return { from: suite.admin.address, to: poolETH, data };
  }

  /** Compares ledger and bounds at the newest block with the model's. */
  async function expectSame(pool: PoolState, now: bigint): Promise<void> {
    const holders = [alice, bob, suite.treasury.address, suite.operations.address];
    const [state, ...shares] = await Promise.all([
      suite.poolETH.rebaseState(),
      ...holders.map((holder) => suite.poolETH.sharesOf(holder)),
    ]);
    const bounds = rebaseBounds(pool, now);
    expect({
      shares: state.totalShares,
      pooledEther: state.pooledEther,
      highWaterRateRay: state.highWaterRateRay,
      maxGain: state.maxGain,
      restorable: state.restorable,
      maxCosts: state.maxCosts,
      announcedLoss: state.announcedLoss,
      holders: shares,
    }).to.deep.equal({
      shares: pool.shares,
      pooledEther: pool.pooledEther,
      highWaterRateRay: pool.highWaterRateRay,
      ...bounds,
      holders: holders.map((holder) => sharesOf(pool, holder)),
    });
  }

  it("I3 I8 converts between shares and ether as the contract does, whatever the rate", async () => {
    await execute(suite.chain, { from: alice, to: poolETH, value: 12_345n * 10n ** 15n }, await nextDay());
    const totals = { shares: await suite.poolETH.totalShares(), pooledEther: await suite.poolETH.totalPooledEther() };
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 2n ** 96n - 1n), async (amount) => {
        const [shares, down, up] = await Promise.all([
          suite.poolETH.toSharesDown(amount),
          suite.poolETH.toEtherDown(amount),
          suite.poolETH.toEtherUp(amount),
        ]);
        expect([shares, down, up]).to.deep.equal([
          toSharesDown(totals, amount),
          toEtherDown(totals, amount),
          toEtherUp(totals, amount),
        ]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

/** What came of a step that went through. */
function kindOf(step: Step, before: PoolState, after: PoolState): string {
  if (step.kind !== "rebase") return step.kind;
  if (after.pooledEther === before.pooledEther) return "unchanged";
  if (after.pooledEther > before.pooledEther)
    return before.largeLossAt !== undefined && after.largeLossAt === undefined ? "loss taken back" : "gain";
  if (before.announcement !== undefined && after.announcement === undefined) return "announced loss";
  return after.largeLossAt !== undefined && after.largeLossAt !== before.largeLossAt ? "large loss" : "small loss";
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function describeStep(step: Step, now: bigint): string {
  return `${JSON.stringify(step, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))} at ${now.toString()}`;
}
