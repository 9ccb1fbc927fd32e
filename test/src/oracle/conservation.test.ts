import { mainnetPreset } from "@lodestar/params/presets/mainnet";
import { minimalPreset } from "@lodestar/params/presets/minimal";
import { expect } from "chai";
import fc from "fast-check";

import { changesOfKeys, ConservationError, requireConserved, type KeyFlows } from "../../../src/oracle/conservation.ts";
import { squareRoot } from "../../../src/oracle/rewardLimits.ts";
import * as rules from "../../../src/oracle/rewardRules.ts";
import { syncSlotsOf } from "../../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../../src/oracle/validatorKeys.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { FOREIGN, pubkeyOf, STAKE_GWEI, validatorOf } from "../support/stakes.ts";

const ETHER = 1_000_000_000n;
const { mainnet, minimal } = rules.REWARD_RULES;
/** A day on a chain with a million validators. */
const DAY = {
  ...{ fromSlot: 7_199n, toSlot: 14_399n, rules: mainnet, inactivityScores: 0n },
  active: { floorGwei: 32_000_000n * ETHER, ceilingGwei: 32_000_000n * ETHER },
};
const NO_DUTIES = { proposals: 0n, slashings: 0n, syncSlots: 0n };
const NONE: KeyFlows = { depositedGwei: 0n, sweptGwei: 0n, consolidatedGwei: 0n, ...NO_DUTIES };

const keyOf = (key: number, changes: Partial<ObservedKey> = {}): ObservedKey => ({
  ...{ pubkey: pubkeyOf(key), state: "active", stakedGwei: STAKE_GWEI, balanceGwei: STAKE_GWEI, pendingGwei: 0n },
  validator: validatorOf(key),
  ...changes,
});
const flowsFor = (entries: Record<number, Partial<KeyFlows>>) =>
  new Map<Hex, KeyFlows>(Object.entries(entries).map(([key, flow]) => [pubkeyOf(Number(key)), { ...NONE, ...flow }]));
const change = (before: ObservedKey[], after: ObservedKey[], flows = flowsFor({}), frame = DAY) =>
  requireConserved(changesOfKeys({ ...frame, before, after, flows }));
const refusal = (...args: Parameters<typeof change>): ConservationError => {
  try {
    change(...args);
  } catch (error) {
    if (error instanceof ConservationError) return error;
    throw error;
  }
  throw new Error("it was found right");
};

describe("changesOfKeys", () => {
  it("has the sizes of the presets", () => {
    for (const [preset, sizes] of [
      [mainnetPreset, mainnet],
      [minimalPreset, minimal],
    ] as const) {
      expect(sizes).to.deep.equal({
        slotsPerEpoch: BigInt(preset.SLOTS_PER_EPOCH),
        syncCommitteeSize: BigInt(preset.SYNC_COMMITTEE_SIZE),
        epochsPerSyncCommitteePeriod: BigInt(preset.EPOCHS_PER_SYNC_COMMITTEE_PERIOD),
        epochsPerSlashingsVector: BigInt(preset.EPOCHS_PER_SLASHINGS_VECTOR),
      });
      expect([
        ...[rules.BALANCE_INCREMENT, rules.BASE_REWARD_FACTOR, rules.MAX_ATTESTATIONS, rules.SLASHING_QUOTIENT],
        ...[rules.WHISTLEBLOWER_QUOTIENT, rules.INACTIVITY_QUOTIENT, rules.EPOCHS_TO_INACTIVITY],
      ]).to.deep.equal(
        [
          ...[preset.EFFECTIVE_BALANCE_INCREMENT, preset.BASE_REWARD_FACTOR, preset.MAX_ATTESTATIONS_ELECTRA],
          ...[preset.MIN_SLASHING_PENALTY_QUOTIENT_ELECTRA, preset.WHISTLEBLOWER_REWARD_QUOTIENT_ELECTRA],
          ...[preset.INACTIVITY_PENALTY_QUOTIENT_BELLATRIX, preset.MIN_EPOCHS_TO_INACTIVITY_PENALTY],
        ].map(BigInt),
      );
    }
  });

  it("takes what a validator earns in a day, and refuses a Gwei more than the most", () => {
    const earning = (earned: bigint) => [keyOf(1, { balanceGwei: STAKE_GWEI + earned })];
    // 32 increments of 358 Gwei, 54 of 64 parts of it, for 225 epochs.
    expect(change([keyOf(1)], earning(2_174_850n))).to.include({ earnedGwei: 2_174_850n, residueGwei: 0n });
    const { residueGwei, message } = refusal([keyOf(1)], earning(2_174_851n));
    expect(residueGwei).to.equal(1n);
    expect(message).to.contain(`key has 1 Gwei more than its deposits, withdrawals and duties explain`);
    expect(message).to.contain(pubkeyOf(1));
  });

  it("takes what a validator that does nothing loses, and refuses a Gwei less", () => {
    const losing = (lost: bigint) => [keyOf(1, { balanceGwei: STAKE_GWEI - lost })];
    expect(change([keyOf(1)], losing(1_611_000n))).to.include({ earnedGwei: -1_611_000n });
    expect(refusal([keyOf(1)], losing(1_611_001n)).residueGwei).to.equal(-1n);
    // Late finality takes more: 32 ETH times the scores, in parts of 4 times 2^24.
    const leaking = { ...DAY, inactivityScores: 816n };
    expect(change([keyOf(1)], losing(2_000_100n), flowsFor({}), leaking).residueGwei).to.equal(0n);
    expect(refusal([keyOf(1)], losing(2_000_101n), flowsFor({}), leaking).residueGwei).to.equal(-1n);
    // Who is not active any more does not pay.
    const gone = { validator: validatorOf(1, { exitEpoch: 10n, withdrawableEpoch: 200n }) };
    const after = keyOf(1, { ...gone, balanceGwei: STAKE_GWEI - 1n });
    expect(refusal([keyOf(1, gone)], [after], flowsFor({}), leaking).residueGwei).to.equal(-1n);
  });

  it("takes the income of a block and of the sync committee from those alone who had them", () => {
    const lucky = [keyOf(1, { balanceGwei: STAKE_GWEI + 40_000_000n }), keyOf(2)];
    expect(change([keyOf(1), keyOf(2)], lucky, flowsFor({ 1: { proposals: 1n } })).earnedGwei).to.equal(40_000_000n);
    expect(change([keyOf(1), keyOf(2)], lucky, flowsFor({ 1: { syncSlots: 7_200n } })).earnedGwei).to.equal(
      40_000_000n,
    );
    expect(refusal([keyOf(1), keyOf(2)], lucky, flowsFor({ 2: { proposals: 1n } })).value).to.contain(
      pubkeyOf(1).slice(0, 40),
    );
  });

  it("H36 does not take a slashing for granted: only the penalties of one that the state shows", () => {
    const slashed = validatorOf(1, { isSlashed: true, exitEpoch: 300n, withdrawableEpoch: 8_400n });
    const lost = { balanceGwei: STAKE_GWEI - 8_000_000n };
    expect(change([keyOf(1)], [keyOf(1, { ...lost, validator: slashed })]).residueGwei).to.equal(0n);
    expect(refusal([keyOf(1)], [keyOf(1, lost)]).residueGwei).to.be.lessThan(0n);
    // What all who were slashed with it pay is due once, half a vector before it can withdraw.
    const atHalf = (epoch: bigint) => ({
      ...{ balanceGwei: STAKE_GWEI / 2n, validator: { ...slashed, withdrawableEpoch: epoch + 4_096n } },
    });
    expect(change([keyOf(1)], [keyOf(1, atHalf(300n))]).residueGwei).to.equal(0n);
    expect(refusal([keyOf(1)], [keyOf(1, atHalf(500n))]).residueGwei).to.be.lessThan(0n);
  });

  it("follows stake from the deposit to the pay-out, and books what is lost once", () => {
    const waiting = keyOf(1, { state: "pending", balanceGwei: 0n, pendingGwei: STAKE_GWEI, validator: undefined });
    const later = keyOf(1, { state: "stakedLater", balanceGwei: 0n, validator: undefined });
    expect(change([], [waiting])).to.include({ stakedGwei: STAKE_GWEI, earnedGwei: 0n });
    expect(change([], [later])).to.include({ stakedGwei: 0n, afterGwei: 0n });
    expect(change([later], [waiting]).stakedGwei).to.equal(STAKE_GWEI);
    expect(change([waiting], [keyOf(1)])).to.include({ stakedGwei: 0n, earnedGwei: 0n });
    const gone = keyOf(1, { state: "exited", balanceGwei: 0n, validator: validatorOf(1, { exitEpoch: 230n }) });
    expect(change([keyOf(1)], [gone], flowsFor({ 1: { sweptGwei: STAKE_GWEI } })).sweptGwei).to.equal(STAKE_GWEI);
    expect(refusal([keyOf(1)], [gone]).residueGwei).to.be.lessThan(-31n * ETHER);

    const foreign = { balanceGwei: 0n, validator: validatorOf(1, { withdrawalCredentials: FOREIGN }) };
    const lost = keyOf(1, { state: "foreign", ...foreign });
    expect(change([], [lost], flowsFor({ 1: { depositedGwei: ETHER } }))).to.include({ newlyLostGwei: STAKE_GWEI });
    expect(change([lost], [lost])).to.include({ newlyLostGwei: 0n, residueGwei: 0n });
    // The pool's own validator cannot become somebody else's.
    expect(refusal([keyOf(1)], [lost]).residueGwei).to.be.lessThan(-31n * ETHER);
  });

  it("H33 counts what others deposit for a validator, and refuses where such a deposit is missing", () => {
    const given = keyOf(1, { pendingGwei: ETHER });
    expect(change([keyOf(1)], [given], flowsFor({ 1: { depositedGwei: ETHER } }))).to.include({
      ...{ depositedGwei: ETHER, earnedGwei: 0n },
    });
    expect(refusal([keyOf(1)], [given]).message).to.contain("look for a deposit that the execution node left out");
    expect(refusal([keyOf(1)], [keyOf(1)], flowsFor({ 1: { depositedGwei: ETHER } })).residueGwei).to.be.lessThan(0n);
  });

  it("takes a validator that somebody consolidates into the pool's, and no more than that had", () => {
    const flows = flowsFor({ 1: { consolidatedGwei: STAKE_GWEI } });
    const grown = (gwei: bigint) => [keyOf(1, { balanceGwei: STAKE_GWEI + gwei })];
    expect(change([keyOf(1)], grown(STAKE_GWEI), flows).residueGwei).to.equal(0n);
    expect(change([keyOf(1)], grown(0n), flows).residueGwei).to.equal(0n);
    expect(refusal([keyOf(1)], grown(STAKE_GWEI + ETHER), flows).residueGwei).to.be.greaterThan(0n);
    expect(refusal([keyOf(1)], grown(STAKE_GWEI)).residueGwei).to.be.greaterThan(0n);
  });

  it("refuses where a key is known no more", () => {
    expect(() => change([keyOf(1), keyOf(2)], [keyOf(2)])).to.throw("is unknown now");
  });

  it("finds any change of any balance by more than duties and flows allow, and no other", () => {
    const amount = fc.bigInt({ min: 0n, max: 40n * ETHER });
    const story = fc.record({
      swept: fc.array(amount, { minLength: 3, maxLength: 3 }),
      given: fc.array(amount, { minLength: 3, maxLength: 3 }),
      // Within what 225 epochs earn and cost.
      earned: fc.array(fc.bigInt({ min: -1_611_000n, max: 2_174_850n }), { minLength: 3, maxLength: 3 }),
      changed: fc.integer({ min: 0, max: 2 }),
      by: fc.oneof(fc.bigInt({ min: 3_800_000n, max: 64n * ETHER }), fc.bigInt({ min: -ETHER, max: -3_800_000n })),
    });
    fc.assert(
      fc.property(story, ({ swept, given, earned, changed, by }) => {
        const numbers = [0, 1, 2];
        const before = numbers.map((i) => keyOf(i + 1, { balanceGwei: 80n * ETHER }));
        const at = (list: readonly bigint[], i: number) => list[i] ?? 0n;
        const balance = (i: number) => 80n * ETHER - at(swept, i) + at(given, i) + at(earned, i);
        const after = numbers.map((i) => keyOf(i + 1, { balanceGwei: balance(i) }));
        const flows = new Map(
          numbers.map((i) => [pubkeyOf(i + 1), { ...NONE, sweptGwei: at(swept, i), depositedGwei: at(given, i) }]),
        );
        const sum = change(before, after, flows);
        expect(sum.earnedGwei).to.equal(earned.reduce((total, each) => total + each, 0n));
        expect(sum.beforeGwei + sum.depositedGwei - sum.sweptGwei + sum.earnedGwei).to.equal(sum.afterGwei);
        const wrong = after.map((key, i) => (i === changed ? { ...key, balanceGwei: key.balanceGwei + by } : key));
        const found = refusal(before, wrong, flows);
        expect(found.field).to.equal("key");
        expect(found.message).to.contain(pubkeyOf(changed + 1));
        expect(found.residueGwei > 0n).to.equal(by > 0n);
      }),
      { numRuns: 100 },
    );
  });
});

describe("duties between two states", () => {
  it("takes the root as the specification does", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const root = squareRoot(value);
        expect(root * root <= value && (root + 1n) * (root + 1n) > value).to.equal(true);
      }),
    );
  });

  it("counts the slots of seats in each period", () => {
    const frame = { fromSlot: 60n, toSlot: 200n, rules: minimal };
    const seats = (period: bigint, ...entries: [bigint, bigint][]) => ({ period, seats: new Map(entries) });
    const known = [seats(0n, [5n, 1n]), seats(1n, [5n, 2n], [6n, 1n]), seats(3n, [6n, 1n]), seats(4n, [9n, 1n])];
    // Periods have 64 slots: 61 to 63, 64 to 127, and 192 to 200.
    expect([...syncSlotsOf(frame, known)]).to.deep.equal([
      [5n, 3n + 2n * 64n],
      [6n, 64n + 9n],
    ]);
  });
});
