import { expect } from "chai";
import fc from "fast-check";
import { id } from "ethers";

import {
  DAY,
  DEAD,
  depositFor,
  ETHER,
  LOCKED_SHARES,
  mined,
  passTime,
  strangers,
  ZERO_ADDRESS,
} from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import { deployQueueSuite } from "../helpers/queueSuite.ts";
import { FAST_GROWTH, gainTo, rebaseTo } from "../helpers/shareRate.ts";

const MINIMUM = ETHER / 1_000n;

describe("The price of a deposit", () => {
  const suite = useSuite(() => deployQueueSuite(FAST_GROWTH));

  it("H20 costs the same gas however many keys and batches wait", async () => {
    const { poolETH, poolManager, operator, operators } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, ETHER);
    await depositFor(suite(), bob, ETHER);
    const { gasUsed: withoutKeys } = await mined(depositFor(suite(), alice, ETHER));

    const ids = operators.map((o) => o.id);
    for (const count of [1, 1_000, 65_535])
      for (let batch = 0; batch < 10; batch++)
        await poolManager.connect(operator).registerBatch(id(`${count}/${batch}`), count, ids, "");
    expect(await poolManager.nextNonce()).to.equal(665_360n);

    const { gasUsed } = await mined(depositFor(suite(), alice, ETHER));
    expect(gasUsed).to.equal(withoutKeys);
    expect(gasUsed < 60_000n, `${gasUsed} gas`).to.equal(true);
    expect(await poolETH.sharesOf(alice)).to.equal(3n * ETHER);
  });

  it("H21 cannot be moved by ether that is forced in, so the second depositor loses at most two wei", async () => {
    const { poolETH, chain } = suite();
    const [attacker, victim] = await strangers(suite());
    const pool = await poolETH.getAddress();

    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(MINIMUM, ETHER),
        fc.bigInt(0n, 1_000n * ETHER),
        fc.bigInt(MINIMUM, 200n * ETHER),
        (first, forced, second) =>
          undone(suite(), async () => {
            await chain.networkHelpers.setBalance(victim.address, 1_000n * ETHER);
            await depositFor(suite(), attacker, first);
            await chain.networkHelpers.setBalance(pool, first + LOCKED_SHARES + forced);
            await depositFor(suite(), victim, second);

            const worth = await poolETH.balanceOf(victim);
            expect(worth <= second && second - worth <= 2n, `${second} became ${worth}`).to.equal(true);
            expect((await poolETH.balanceOf(attacker)) <= first).to.equal(true);
          }),
      ),
      { numRuns: 25 },
    );
  });

  it("H22 I7 I8 gives everybody what he paid, in whatever order they come and whatever the rate", async () => {
    const { poolETH } = suite();
    const people = await strangers(suite());
    await depositFor(suite(), people[0], 3n * ETHER);
    await gainTo(suite(), 7n * ETHER);

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(people.length - 1), fc.bigInt(MINIMUM, 100n * ETHER)), { minLength: 2, maxLength: 6 }),
        (deposits) =>
          undone(suite(), async () => {
            for (const [who, value] of deposits) {
              const person = people[who];
              if (person === undefined) throw new Error("no such person");
              const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
              const held = await poolETH.sharesOf(person);
              await depositFor(suite(), person, value);

              const minted = (await poolETH.sharesOf(person)) - held;
              expect(minted).to.equal((value * shares) / total);
              // A share is worth two wei and a third: less than one share is lost, and less than one wei.
              const worth = await poolETH.toEtherDown(minted);
              expect(worth <= value && value - worth <= 3n, `${value} became ${worth}`).to.equal(true);
              // I7: the rate does not fall, and rises by no more than rounding.
              const [newShares, newTotal] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
              expect(newTotal * shares >= total * newShares).to.equal(true);
              expect(newTotal * shares <= total * newShares + shares + newShares + total).to.equal(true);
            }
          }),
      ),
      { numRuns: 20 },
    );
  });

  it("I9 gives no more shares for two halves than for the whole, and fewer by rounding only", async () => {
    const { poolETH } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, 3n * ETHER);
    await gainTo(suite(), 7n * ETHER);

    await fc.assert(
      fc.asyncProperty(fc.bigInt(MINIMUM, 50n * ETHER), fc.bigInt(MINIMUM, 50n * ETHER), (a, b) =>
        undone(suite(), async () => {
          const total = await poolETH.totalPooledEther();
          const whole = await poolETH.connect(bob).deposit.staticCall(bob, ZERO_ADDRESS, { value: a + b });
          await depositFor(suite(), bob, a);
          await depositFor(suite(), bob, b);
          const halves = await poolETH.sharesOf(bob);
          // The second half pays for the rounding of the first, as everybody does, by his part of the pool.
          const rounding = 1n + b / (total + a) + 1n;
          expect(halves <= whole && whole - halves <= rounding, `${halves} of ${whole}`).to.equal(true);
        }),
      ),
      { numRuns: 20 },
    );
  });

  it("H21 sells 2,941 shares for the smallest deposit when a share is worth the most that it may be", async () => {
    const { poolETH } = suite();
    const [alice] = await strangers(suite());
    // Only the locked shares are there. The rate has 128 bits: 340 billion wei and not 341.
    const pooledEther = LOCKED_SHARES * 340_000_000_000n;
    await gainTo(suite(), pooledEther);
    expect(await poolETH.connect(alice).deposit.staticCall(alice, ZERO_ADDRESS, { value: MINIMUM })).to.equal(2_941n);

    await passTime(suite(), DAY);
    await expect(rebaseTo(suite(), LOCKED_SHARES * 341_000_000_000n))
      .to.be.revertedWithCustomError(poolETH, "SafeCastOverflowedUintDowncast")
      .withArgs(128, 341n * 10n ** 36n);
  });

  it("H26 leaves only the locked shares when all leave, and what comes then is worth next to nothing", async () => {
    const { poolETH, queue } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, 10n * ETHER);
    await queue.connect(alice).request(10n * ETHER);
    await queue.finalize(1n, 0n);
    expect([await poolETH.totalShares(), await poolETH.totalPooledEther()]).to.deep.equal([
      LOCKED_SHARES,
      LOCKED_SHARES,
    ]);

    await passTime(suite(), DAY);
    await rebaseTo(suite(), (LOCKED_SHARES * 6n) / 5n);
    await depositFor(suite(), bob, 10n * ETHER);
    const worth = await poolETH.balanceOf(bob);
    expect(worth <= 10n * ETHER && worth >= 10n * ETHER - 2n).to.equal(true);
    expect(await poolETH.balanceOf(DEAD)).to.equal((LOCKED_SHARES * 6n) / 5n);
  });

  it("H67 I12 sells at the same price after ether was forced in, and reports it as rewards to come", async () => {
    const { poolETH, accounting, chain } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, 10n * ETHER);
    const rate = await poolETH.shareRateRay();
    const buffered = await accounting.bufferedEther();

    await chain.networkHelpers.setBalance(await poolETH.getAddress(), 510n * ETHER + LOCKED_SHARES);
    expect(await poolETH.shareRateRay()).to.equal(rate);
    expect(await accounting.bufferedEther()).to.equal(buffered);
    await depositFor(suite(), bob, 10n * ETHER);
    expect(await poolETH.sharesOf(bob)).to.equal(10n * ETHER);

    await expect(accounting.skim())
      .to.emit(accounting, "Skimmed")
      .withArgs(500n * ETHER);
    expect(await poolETH.shareRateRay()).to.equal(rate);
    expect((await accounting.lastReport()).deferredRewards).to.equal(500n * ETHER);
  });

  it("H67 refuses to book more ether than 96 bits hold, which is more than there is", async () => {
    const { poolETH, accounting, chain } = suite();
    const forced = 2n ** 96n;
    await chain.networkHelpers.setBalance(await poolETH.getAddress(), forced + LOCKED_SHARES);
    await expect(accounting.skim())
      .to.be.revertedWithCustomError(accounting, "SafeCastOverflowedUintDowncast")
      .withArgs(96n, forced);
  });
});
