import fc from "fast-check";

import { BASIS_POINTS } from "../../../src/pool/arithmetic.ts";
import { vaultsReceived, type Books } from "../../../src/pool/books.ts";
import type { ReportFigures } from "../../../src/pool/reportChecks.ts";

/** What a report says about the validators, relative to the report before. */
export interface Findings {
  /** Rewards of the consensus layer in millionths of the pool; negative for penalties. */
  readonly millionths: bigint;
  /** Whether it looks at the execution layer as it was before the last step. */
  readonly lagging: boolean;
  readonly newlyExited: bigint;
  readonly newlyLost: bigint;
  /** Part of the consensus layer's balance that is still pending, in percent. */
  readonly pendingPercent: bigint;
  /** A field that is wrong, and by how much. */
  readonly wrong: { readonly field: keyof ReportFigures; readonly by: bigint } | undefined;
}

/** One thing that happens to a pool and its accounting, `wait` seconds after the one before. */
export type ReportStep = { readonly wait: bigint } & (
  | { readonly kind: "deposit" | "payVault" | "force"; readonly ethAmount: bigint }
  | { readonly kind: "stake"; readonly count: bigint }
  | { readonly kind: "collect" | "skim" | "confirmLoss" }
  | { readonly kind: "announceLoss"; readonly percent: bigint }
  | {
      readonly kind: "setPolicy";
      readonly maxGainBasisPoints: bigint;
      readonly maxLossBasisPoints: bigint;
      readonly feeBasisPoints: bigint;
    }
  | { readonly kind: "report"; readonly frames: bigint; readonly signers: number; readonly findings: Findings }
);

const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const DAY = 86_400n;

const wait = fc.bigInt(1n, DAY / 4n);
const ethAmount = fc.oneof(fc.bigInt(1n, ETHER / 10n), fc.bigInt(1n, ETHER / 1000n), fc.bigInt(ETHER, 60n * ETHER));

const wrong = fc.oneof(
  fc.record({
    field: fc.constantFrom<keyof ReportFigures>("stakedKeys", "activeKeys", "exitedKeys", "slashedKeys", "lostKeys"),
    by: fc.constantFrom(-1n, 1n, 60n),
  }),
  fc.record({
    field: fc.constantFrom<keyof ReportFigures>("stakedWei", "vaultsReceivedWei"),
    by: fc.constantFrom(-ETHER, -1n, 1n, ETHER),
  }),
  fc.record({
    field: fc.constant<keyof ReportFigures>("refSlot"),
    by: fc.constantFrom(-7_200n, -7_200n, -7_200n, 1n, 7_200n),
  }),
);

const findings = fc.record({
  millionths: fc.oneof(
    { weight: 8, arbitrary: fc.bigInt(-40n, 400n) },
    { weight: 5, arbitrary: fc.bigInt(-45_000n, -400n) },
    { weight: 1, arbitrary: fc.bigInt(-120_000n, -45_000n) },
    { weight: 1, arbitrary: fc.bigInt(400n, 3_000_000n) },
  ),
  lagging: fc.boolean(),
  newlyExited: fc.constantFrom(0n, 0n, 0n, 1n),
  newlyLost: fc.constantFrom(0n, 0n, 0n, 0n, 1n),
  pendingPercent: fc.bigInt(0n, 100n),
  wrong: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: wrong }),
});

/** Steps of all kinds, reports most often. */
export const REPORT_STEPS: fc.Arbitrary<ReportStep> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("report"),
      wait,
      frames: fc.constantFrom(1n, 1n, 1n, 2n, 4n, 16n),
      signers: fc.constantFrom(2, 3, 3, 4, 5, 5),
      findings,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom("deposit", "payVault", "payVault", "force"), wait, ethAmount }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stake"), wait, count: fc.bigInt(1n, 3n) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("collect", "skim", "confirmLoss"), wait }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("announceLoss"), wait, percent: fc.bigInt(0n, 12n) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("setPolicy"),
      wait,
      maxGainBasisPoints: fc.bigInt(0n, 100n),
      maxLossBasisPoints: fc.bigInt(100n, 500n),
      feeBasisPoints: fc.bigInt(0n, 2_000n),
    }),
  },
);

/** How every pool begins: with ether to stake. */
export const FIRST_STEP: ReportStep = { kind: "deposit", wait: 60n, ethAmount: 400n * ETHER };

/** The figures of a report that finds this. `seen` are the books when its execution block was read. */
export function figuresOf(findings: Findings, books: Books, seen: Books, refSlot: bigint): ReportFigures {
  const { last, pool } = books;
  const stakedWei = seen.custody.totalStaked;
  const stakedKeys = stakedWei / (32n * ETHER);
  const rewardsGwei = (pool.pooledEther * findings.millionths) / (100n * BASIS_POINTS * GWEI);
  const clGwei = last.clBalanceGwei + stakedWei / GWEI - last.stakedGwei + rewardsGwei;
  const balanceGwei = clGwei > 0n ? clGwei : 0n;
  const pendingGwei = (balanceGwei * findings.pendingPercent) / 100n;
  const left = stakedKeys - last.exitedKeys - last.lostKeys;
  const newlyExited = left > findings.newlyExited ? findings.newlyExited : 0n;
  const newlyLost = left > newlyExited + findings.newlyLost ? findings.newlyLost : 0n;
  const figures = {
    refSlot,
    validatorsGwei: balanceGwei - pendingGwei,
    pendingGwei,
    stakedWei,
    vaultsReceivedWei: vaultsReceived(seen.custody),
    stakedKeys,
    activeKeys: left - newlyExited - newlyLost,
    exitingKeys: 0n,
    exitedKeys: last.exitedKeys + newlyExited,
    slashedKeys: last.slashedKeys,
    lostKeys: last.lostKeys + newlyLost,
    finalizeUpTo: 0n,
  };
  if (findings.wrong === undefined) return figures;
  const value = figures[findings.wrong.field] + findings.wrong.by;
  return { ...figures, [findings.wrong.field]: value < 0n ? 0n : value };
}
