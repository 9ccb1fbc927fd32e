import { minimalPreset } from "@lodestar/params/presets/minimal";
import { mainnetChainConfig, minimalChainConfig } from "@lodestar/config/configs";
import { expect } from "chai";
import fc from "fast-check";

import { inactivityScoresOf, leakedEpochs, type Finality } from "../../../src/oracle/inactivityScores.ts";
import * as rules from "../../../src/oracle/rewardRules.ts";

const FIRST = 10n;

/** Finality of epochs in a row: by itself where it is on time, and as before where it stands still. */
function finalityOf(onTime: readonly boolean[]): Finality[] {
  let finalized = FIRST - 2n;
  return onTime.map((isOnTime, i) => {
    const epoch = FIRST + BigInt(i);
    if (isOnTime) finalized = epoch - 2n;
    return { epoch, finalized };
  });
}

/** A validator by the letter of altair `process_inactivity_updates`: its scores when it pays, from each epoch on. */
function paidScores(finality: readonly Finality[], takesPart: (i: number) => boolean): number[] {
  let score = 0;
  return finality.map(({ epoch, finalized }, i) => {
    const previous = Number(epoch) - 2;
    const isLeak = previous - Number(finalized) > minimalPreset.MIN_EPOCHS_TO_INACTIVITY_PENALTY;
    const { INACTIVITY_SCORE_BIAS: bias, INACTIVITY_SCORE_RECOVERY_RATE: recovery } = mainnetChainConfig;
    if (takesPart(i)) score -= Math.min(1, score);
    else score += bias;
    if (!isLeak) score -= Math.min(recovery, score);
    return takesPart(i) ? 0 : score;
  });
}

const sumFrom = (scores: readonly number[], index: number) =>
  BigInt(scores.slice(index).reduce((total, score) => total + score, 0));

describe("inactivityScoresOf", () => {
  it("has the rates of the networks", () => {
    for (const config of [mainnetChainConfig, minimalChainConfig])
      expect([rules.INACTIVITY_BIAS, rules.INACTIVITY_RECOVERY]).to.deep.equal(
        [config.INACTIVITY_SCORE_BIAS, config.INACTIVITY_SCORE_RECOVERY_RATE].map(BigInt),
      );
  });

  it("counts a leak from the fifth epoch without finality on", () => {
    expect(leakedEpochs({ epoch: 10n, finalized: 8n })).to.equal(0n);
    expect(leakedEpochs({ epoch: 10n, finalized: 4n })).to.equal(0n);
    expect(leakedEpochs({ epoch: 10n, finalized: 3n })).to.equal(1n);
    expect(leakedEpochs({ epoch: 1n, finalized: 0n })).to.equal(0n);
  });

  it("goes on after a leak until the scores are forgotten, a third as long as it lasted", () => {
    // Epochs 15 to 20 leak, and raise the score to 24; then it falls by 12.
    const finality = finalityOf([...Array.from({ length: 11 }, (_, i) => i === 0), true, true, true, true]);
    expect(finality.map(leakedEpochs).map(Number)).to.deep.equal([0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0]);
    expect(inactivityScoresOf(20n, finality)).to.equal(12n);
    expect(inactivityScoresOf(19n, finality)).to.equal(24n + 12n);
    expect(inactivityScoresOf(22n, finality)).to.equal(0n);
    // A leak that goes on in the first epoch is as long as that one shows.
    expect(inactivityScoresOf(20n, finality.slice(8))).to.equal(12n);
    expect(inactivityScoresOf(20n, finality.slice(11))).to.equal(0n);
    expect(inactivityScoresOf(20n, [])).to.equal(0n);
  });

  it("is what a validator that never takes part pays by, and never less than what any other one does", () => {
    const histories = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 })), {
      ...{ minLength: 1, maxLength: 8 },
    });
    const behaviours = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(histories, behaviours, fc.nat({ max: 200 }), (parts, takesPart, from) => {
        const onTime = parts.flatMap(([late, fine]) => [
          ...Array.from({ length: late }, () => false),
          ...Array.from({ length: fine }, () => true),
        ]);
        const finality = finalityOf(onTime);
        const index = Math.min(from, finality.length - 1);
        const sum = inactivityScoresOf(finality[index]?.epoch ?? 0n, finality);
        expect(sum).to.equal(
          sumFrom(
            paidScores(finality, () => false),
            index + 1,
          ),
        );
        const some = paidScores(finality, (i) => takesPart[i % takesPart.length] === true);
        expect(sum >= sumFrom(some, index + 1)).to.equal(true);
      }),
    );
  });
});
