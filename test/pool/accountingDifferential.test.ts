import { toQuantity } from "ethers";
import { expect } from "chai";
import fc from "fast-check";

import { fetchSlotClock } from "../../clients/report.ts";
import { applyReport } from "../../src/pool/accounting.ts";
import { bufferedEther, noReport, skim, type Books } from "../../src/pool/books.ts";
import { deposit } from "../../src/pool/deposits.ts";
import { confirmLoss } from "../../src/pool/losses.ts";
import { andThen, done, type Outcome } from "../../src/pool/outcome.ts";
import { newPool, rebaseBounds } from "../../src/pool/rebase.ts";
import { signReport } from "../helpers/report.ts";
import { approveStake, makeStakeKeys } from "../helpers/staking.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { execute, impersonate, type Transaction } from "../helpers/transaction.ts";
import { figuresOf, FIRST_STEP, REPORT_STEPS, type ReportStep } from "./support/reportSteps.ts";

const DEAD = "0x000000000000000000000000000000000000dEaD";
const STAKE = 32n * 10n ** 18n;
const RUNS = 50;
const LONGEST_RUN = 60;
const ADDRESSES = ["poolETH", "accounting", "poolManager", "withdrawalVault", "rewardsVault", "admin"] as const;
const EVERY_OUTCOME = [
  ...["deposit", "stake", "collect", "skim", "announceLoss", "setPolicy", "gain", "deferral", "loss", "no change"],
  ...["RefSlotNotCurrent", "ReportFieldOutOfRange", "QuorumNotReached", "NothingToSkim", "ShutByLoss"],
  ...["SupermajorityRequired", "ReportedLossAboveLimit"],
];

/** A transaction and what the model says it leads to. */
interface Move {
  readonly transaction: Transaction;
  readonly expected: Outcome<Books>;
}

describe("Accounting against its model: whole reports", () => {
  let suite: TestSuite;
  let alice: string;
  let start: Books;
  const address: Record<string, string> = {};

  before(async () => {
    suite = await deploySuite();
    for (const name of ADDRESSES) address[name] = await suite[name].getAddress();
    alice = (await suite.chain.ethers.getSigners())[7]?.address ?? "";
    for (const account of [alice, at("poolManager")]) await impersonate(suite.chain, account);
    start = {
      pool: newPool(DEAD, await suite.poolETH.lastRebase(), await suite.poolETH.MAX_GROWTH_PER_YEAR_WAD()),
      custody: { totalStaked: 0n, totalCollected: 0n, vaultsEther: 0n, poolEther: 10n ** 9n },
      last: noReport((await suite.accounting.lastReport()).costsChargedAt),
      policy: {
        ...{ treasury: suite.treasury.address, operations: suite.operations.address },
        ...{ feeBasisPoints: 1_000n, costsBasisPoints: 10n, maxGainBasisPoints: 10n, maxLossBasisPoints: 400n },
      },
      clock: await fetchSlotClock(suite.accounting),
    };
  });

  it("I11 I15 I20 I21 applies and refuses as the model does, to the wei, in thousands of steps", async () => {
    const outcomes = new Map<string, number>();
    const snapshot = await suite.chain.networkHelpers.takeSnapshot();
    await fc.assert(
      fc.asyncProperty(
        fc.array(REPORT_STEPS, { minLength: 40, maxLength: LONGEST_RUN, size: "max" }),
        async (steps) => {
          await snapshot.restore();
          let now = BigInt(await suite.chain.networkHelpers.time.latest());
          let [books, previous] = [start, start];
          for (const step of [FIRST_STEP, ...steps]) {
            now += step.wait + (step.kind === "report" ? step.frames * frameSeconds() : 0n);
            const move = await interpret(step, books, previous, now);
            if (move === undefined) continue;
            const outcome = await execute(suite.chain, move.transaction, now);

            expect(outcome, step.kind).to.deep.equal(move.expected.ok ? done(null) : move.expected);
            const name = move.expected.ok ? nameOf(step, books, move.expected.value) : move.expected.refusal.error;
            outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
            previous = books;
            if (move.expected.ok) books = move.expected.value;
            await expectSame(books, now);
          }
        },
      ),
      { seed: 20_260_102, numRuns: RUNS, endOnFailure: true },
    );
    for (const name of EVERY_OUTCOME) expect(outcomes.get(name), name).to.be.greaterThan(5);
    expect([...outcomes.values()].reduce((sum, times) => sum + times)).to.be.greaterThan(2_000);
  });

  function at(name: (typeof ADDRESSES)[number]): string {
    return address[name] ?? "";
  }

  function frameSeconds(): bigint {
    return start.clock.slotsPerFrame * start.clock.secondsPerSlot;
  }

  async function interpret(step: ReportStep, books: Books, previous: Books, now: bigint): Promise<Move | undefined> {
    const { pool, custody, policy } = books;
    switch (step.kind) {
      case "deposit": {
        const limits = { cap: 50_000n * 10n ** 18n, pausedUntil: 0n };
        const deposited = deposit(pool, limits, alice, step.ethAmount, now);
        return {
          transaction: { from: alice, to: at("poolETH"), value: step.ethAmount },
          expected: andThen(deposited, (next) =>
            done({ ...books, pool: next, custody: { ...custody, poolEther: custody.poolEther + step.ethAmount } }),
          ),
        };
      }
      case "payVault":
        return {
          transaction: { from: alice, to: at("withdrawalVault"), value: step.ethAmount },
          expected: done({ ...books, custody: { ...custody, vaultsEther: custody.vaultsEther + step.ethAmount } }),
        };
      case "force":
        await setBalance(at("poolETH"), custody.poolEther + step.ethAmount);
        return {
          transaction: { from: alice, to: alice },
          expected: done({ ...books, custody: { ...custody, poolEther: custody.poolEther + step.ethAmount } }),
        };
      case "collect":
        return {
          transaction: call("withdrawalVault", suite.withdrawalVault.interface.encodeFunctionData("collect")),
          expected: done({
            ...books,
            custody: {
              totalStaked: custody.totalStaked,
              totalCollected: custody.totalCollected + custody.vaultsEther,
              poolEther: custody.poolEther + custody.vaultsEther,
              vaultsEther: 0n,
            },
          }),
        };
      case "skim":
        return {
          transaction: call("accounting", suite.accounting.interface.encodeFunctionData("skim")),
          expected: skim(books),
        };
      case "stake":
        return stake(step.count, books);
      case "announceLoss": {
        const maxLoss = (pool.pooledEther * step.percent) / 100n;
        const announcement = maxLoss === 0n ? undefined : { at: now, maxLoss };
        return {
          transaction: byAdmin("poolETH", suite.poolETH.interface.encodeFunctionData("announceLoss", [maxLoss])),
          expected: done({ ...books, pool: { ...pool, announcement } }),
        };
      }
      case "confirmLoss":
        return {
          transaction: byAdmin("poolETH", suite.poolETH.interface.encodeFunctionData("confirmLoss")),
          expected: andThen(confirmLoss(pool, now), (next) => done({ ...books, pool: next })),
        };
      case "setPolicy": {
        const { maxGainBasisPoints, maxLossBasisPoints, feeBasisPoints } = step;
        const newPolicy = { ...policy, maxGainBasisPoints, maxLossBasisPoints, feeBasisPoints };
        const data = suite.accounting.interface.encodeFunctionData("setPolicy", [newPolicy]);
        return { transaction: byAdmin("accounting", data), expected: done({ ...books, policy: newPolicy }) };
      }
      case "report": {
        const slot = (now - books.clock.genesisTime) / books.clock.secondsPerSlot;
        const refSlot = ((slot - 1n) / books.clock.slotsPerFrame) * books.clock.slotsPerFrame - 1n;
        const report = figuresOf(step.findings, books, step.findings.lagging ? previous : books, refSlot);
        const signatures = await signReport(suite, report, suite.members.slice(0, step.signers));
        const votes = { signers: BigInt(step.signers), members: 5n, quorum: 3n };
        return {
          transaction: call(
            "accounting",
            suite.accounting.interface.encodeFunctionData("applyReport", [{ ...report }, signatures]),
          ),
          expected: andThen(applyReport(books, report, votes, now), (applied) => done(applied.books)),
        };
      }
    }
  }

  /** Stakes when the buffer has the ether, as the pool manager would. */
  async function stake(count: bigint, books: Books): Promise<Move | undefined> {
    const { custody } = books;
    const ethAmount = count * STAKE;
    if (bufferedEther(books) < ethAmount || custody.poolEther < ethAmount) return undefined;
    const keys = await makeStakeKeys(suite, Number(count), Number(custody.totalStaked / STAKE));
    const { guard, approvals } = await approveStake(suite, keys, 10n ** 9n);
    const data = suite.poolETH.interface.encodeFunctionData("stake", [keys, count, guard, approvals]);
    return {
      transaction: { from: at("poolManager"), to: at("poolETH"), data },
      expected: done({
        ...books,
        custody: {
          ...custody,
          totalStaked: custody.totalStaked + ethAmount,
          poolEther: custody.poolEther - ethAmount,
        },
      }),
    };
  }

  function call(to: (typeof ADDRESSES)[number], data: string): Transaction {
    return { from: alice, to: at(to), data };
  }

  function byAdmin(to: (typeof ADDRESSES)[number], data: string): Transaction {
    return { from: at("admin"), to: at(to), data };
  }

  async function setBalance(account: string, ethAmount: bigint): Promise<void> {
    await suite.chain.provider.request({ method: "hardhat_setBalance", params: [account, toQuantity(ethAmount)] });
  }

  async function expectSame(books: Books, now: bigint): Promise<void> {
    const [last, buffered, state, totalStaked] = await Promise.all([
      suite.accounting.lastReport(),
      suite.accounting.bufferedEther(),
      suite.poolETH.rebaseState(),
      suite.poolETH.totalStaked(),
    ]);
    const { pool, custody } = books;
    expect(
      Object.fromEntries(Object.keys(books.last).map((key) => [key, last[key as keyof Books["last"]]])),
    ).to.deep.equal(books.last);
    expect(buffered).to.equal(bufferedEther(books));
    const { maxGain, restorable, maxCosts, announcedLoss, totalShares, pooledEther, highWaterRateRay } = state;
    expect({ maxGain, restorable, maxCosts, announcedLoss }).to.deep.equal(rebaseBounds(pool, now));
    expect([totalShares, pooledEther, highWaterRateRay]).to.deep.equal([
      ...[pool.shares, pool.pooledEther, pool.highWaterRateRay],
    ]);
    expect([totalStaked, state.totalCollected]).to.deep.equal([custody.totalStaked, custody.totalCollected]);
  }
});

/** What came of a step that went through. */
function nameOf(step: ReportStep, before: Books, after: Books): string {
  if (step.kind !== "report") return step.kind;
  const change = after.pool.pooledEther - before.pool.pooledEther;
  if (change < 0n) return "loss";
  if (change === 0n) return "no change";
  return after.last.deferredRewards > 0n ? "deferral" : "gain";
}
