import { expect } from "chai";
import { Interface } from "ethers";
import fc from "fast-check";

import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { DAY, depositFor, ETHER, etherOf, HOUR, LOCKED_SHARES, now, passTime, strangers } from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import {
  approveAndStake,
  approveKeys,
  littleEndianGwei,
  makeKeys,
  stake,
  STAKE_GWEI,
  unpack,
} from "../helpers/stake.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const GWEI_PER_ETHER = 10n ** 9n;
const DEPOSIT_EVENT = new Interface([
  "event DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes index)",
]);

/** Nine thousand ether wait: the daily limit is 1,600. */
async function deployFilled(): Promise<TestSuite> {
  const suite = await deploySuite();
  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 9_000n * ETHER);
  return suite;
}

async function depositEvents(suite: TestSuite, blockNumber: number) {
  const filter = { address: DEPOSIT_CONTRACT, fromBlock: blockNumber, toBlock: blockNumber };
  const logs = await suite.chain.ethers.provider.getLogs(filter);
  return logs.map((log) => DEPOSIT_EVENT.parseLog(log)?.args.toObject() as Record<string, string>);
}

describe("PoolETH.stake", () => {
  const suite = useSuite(deployFilled);

  it("I4 I23 sends each key its deposit, counts it, and leaves shares and total as they are", async () => {
    const { poolETH } = suite();
    const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
    const keys = await makeKeys(suite(), 3);
    const before = await etherOf(suite(), DEPOSIT_CONTRACT);
    const staking = await approveAndStake(suite(), keys);

    await expect(staking)
      .to.emit(poolETH, "Staked")
      .withArgs(3n, 96n * ETHER);
    expect(await poolETH.totalStaked()).to.equal(96n * ETHER);
    expect((await etherOf(suite(), DEPOSIT_CONTRACT)) - before).to.equal(96n * ETHER);
    expect(await etherOf(suite(), poolETH)).to.equal(8_904n * ETHER + LOCKED_SHARES);
    expect([await poolETH.totalShares(), await poolETH.totalPooledEther()]).to.deep.equal([shares, total]);

    const events = await depositEvents(suite(), staking.blockNumber ?? 0);
    expect(events.map(({ pubkey }) => pubkey)).to.deep.equal(unpack(keys.pubkeys, 48));
    expect(events.map(({ signature }) => signature)).to.deep.equal(unpack(keys.signatures, 96));
    expect(new Set(events.map(({ amount }) => amount))).to.deep.equal(new Set([littleEndianGwei(STAKE_GWEI)]));
  });

  it("H4 I24 deposits with the vault's credentials only, whatever the keys are", async () => {
    const vault = (await suite().withdrawalVault.getAddress()).slice(2).toLowerCase();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.bigInt(32n * GWEI_PER_ETHER, 200n * GWEI_PER_ETHER),
        async (count, compounding, anyGwei) =>
          undone(suite(), async () => {
            const amountGwei = compounding ? anyGwei : STAKE_GWEI;
            const keys = await makeKeys(suite(), count, amountGwei, compounding);
            const staking = await approveAndStake(suite(), keys);

            const events = await depositEvents(suite(), staking.blockNumber ?? 0);
            expect(events).to.have.length(count);
            for (const { withdrawal_credentials: credentials, amount } of events) {
              expect(credentials).to.equal(`${compounding ? "0x02" : "0x01"}${"00".repeat(11)}${vault}`);
              expect(amount).to.equal(littleEndianGwei(amountGwei));
            }
            expect(await suite().poolETH.totalStaked()).to.equal(BigInt(count) * amountGwei * GWEI_PER_ETHER);
          }),
      ),
      { numRuns: 12 },
    );
  });

  it("stakes to the first of the approved keys when fewer are asked for", async () => {
    const keys = await makeKeys(suite(), 4);
    const staking = await approveAndStake(suite(), keys, 2);
    const events = await depositEvents(suite(), staking.blockNumber ?? 0);
    expect(events.map(({ pubkey }) => pubkey)).to.deep.equal(unpack(keys.pubkeys, 48).slice(0, 2));
  });

  it("reverts when no key is asked for, or more than offered", async () => {
    const keys = await makeKeys(suite(), 2);
    for (const count of [0, 3])
      await expect(approveAndStake(suite(), keys, count))
        .to.be.revertedWithCustomError(suite().poolETH, "KeyCountOutOfRange")
        .withArgs(count, 2n);
  });

  it("reverts when the packed parts do not have the lengths of whole keys", async () => {
    const keys = await makeKeys(suite(), 2);
    const approval = await approveKeys(suite(), keys);
    const cut = (hex: string, bytes: number) => hex.slice(0, -2 * bytes) as `0x${string}`;
    for (const [malformed, lengths] of [
      [{ ...keys, pubkeys: cut(keys.pubkeys, 1) }, [95n, 192n, 64n]],
      [{ ...keys, signatures: cut(keys.signatures, 96) }, [96n, 96n, 64n]],
      [{ ...keys, depositDataRoots: cut(keys.depositDataRoots, 1) }, [96n, 192n, 63n]],
      [{ ...keys, depositDataRoots: cut(keys.depositDataRoots, 32) }, [96n, 192n, 32n]],
    ] as const)
      await expect(stake(suite(), malformed, 1, approval))
        .to.be.revertedWithCustomError(suite().poolETH, "KeysLengthMismatch")
        .withArgs(...lengths);
  });

  it("H6 H9 takes 32 ether for 0x01, and whole gwei from 32 to 2,048 ether for 0x02", async () => {
    const { poolETH } = suite();
    const limit = 2_048n * GWEI_PER_ETHER;
    for (const [amountGwei, compounding] of [
      [STAKE_GWEI - 1n, false],
      [STAKE_GWEI + 1n, false],
      [limit, false],
      [STAKE_GWEI - 1n, true],
      [limit + 1n, true],
      [2_049n * GWEI_PER_ETHER, true],
      [0n, true],
    ] as const)
      await expect(approveAndStake(suite(), await makeKeys(suite(), 1, amountGwei, compounding)))
        .to.be.revertedWithCustomError(poolETH, "StakeAmountOutOfRange")
        .withArgs(amountGwei);

    for (const amountGwei of [STAKE_GWEI, STAKE_GWEI + 1n])
      await approveAndStake(suite(), await makeKeys(suite(), 1, amountGwei, true));
    expect(await poolETH.totalStaked()).to.equal(64n * ETHER + 10n ** 9n);
  });

  it("H6 takes 2,048 ether at once in a pool whose limit allows it", async () => {
    const { poolETH, chain } = suite();
    const [, bob] = await strangers(suite());
    await chain.networkHelpers.setBalance(bob.address, 20_000n * ETHER);
    await depositFor(suite(), bob, 15_000n * ETHER);
    await approveAndStake(suite(), await makeKeys(suite(), 1, 2_048n * GWEI_PER_ETHER, true));
    expect(await poolETH.totalStaked()).to.equal(2_048n * ETHER);
  });

  it("reverts when the deposit contract finds another root", async () => {
    const keys = await makeKeys(suite(), 1);
    const other = await makeKeys(suite(), 1);
    await expect(approveAndStake(suite(), { ...keys, depositDataRoots: other.depositDataRoots })).to.be.revertedWith(
      "DepositContract: reconstructed DepositData does not match supplied deposit_data_root",
    );
    expect(await suite().poolETH.totalStaked()).to.equal(0n);
  });

  it("reverts when the ether is not at hand, even if the pool owns it", async () => {
    const { poolETH, chain } = suite();
    await chain.networkHelpers.setBalance(await poolETH.getAddress(), 32n * ETHER - 1n);
    await expect(approveAndStake(suite(), await makeKeys(suite(), 1)))
      .to.be.revertedWithCustomError(poolETH, "InsufficientEther")
      .withArgs(32n * ETHER - 1n, 32n * ETHER);
  });

  it("reverts while the guardian pauses, and until then only", async () => {
    const { poolETH, guardian } = suite();
    await poolETH.connect(guardian).pauseStaking(HOUR);
    const until = (await now(suite())) + HOUR;
    const keys = await makeKeys(suite(), 1);
    await expect(approveAndStake(suite(), keys))
      .to.be.revertedWithCustomError(poolETH, "StakingIsPaused")
      .withArgs(until);
    await passTime(suite(), HOUR);
    await approveAndStake(suite(), keys);
    expect(await poolETH.totalStaked()).to.equal(32n * ETHER);
  });

  it("only obeys the pool manager", async () => {
    const { poolETH, poolManager, admin } = suite();
    const keys = await makeKeys(suite(), 1);
    const { guard, approvals } = await approveKeys(suite(), keys);
    await expect(poolETH.connect(admin).stake(keys, 1, guard, approvals))
      .to.be.revertedWithCustomError(poolETH, "CallerNotPeer")
      .withArgs(admin.address, await poolManager.getAddress());
  });

  describe("within the daily limit", () => {
    const FIVE_HUNDRED = 500n * GWEI_PER_ETHER;

    it("stops at 1,600 ether, and counts parts of an ether as whole ones", async () => {
      const { poolETH } = suite();
      await approveAndStake(suite(), await makeKeys(suite(), 3, FIVE_HUNDRED, true));
      expect(await poolETH.stakingAllowance()).to.equal(100n * ETHER);
      await approveAndStake(suite(), await makeKeys(suite(), 1, 50n * GWEI_PER_ETHER + 1n, true));
      expect(await poolETH.stakingAllowance()).to.equal(49n * ETHER);

      await expect(approveAndStake(suite(), await makeKeys(suite(), 1, 49n * GWEI_PER_ETHER + 1n, true)))
        .to.be.revertedWithCustomError(poolETH, "StakingLimitExceeded")
        .withArgs(49n * ETHER + 10n ** 9n, 49n * ETHER);
      await approveAndStake(suite(), await makeKeys(suite(), 1, 49n * GWEI_PER_ETHER, true));
      expect(await poolETH.stakingAllowance()).to.equal(0n);
    });

    it("rolls: what went out frees the limit after 24 to 28 hours, part by part", async () => {
      const { poolETH, chain } = suite();
      const period = 4n * HOUR;
      const start = ((await now(suite())) / period + 1n) * period;
      await chain.networkHelpers.time.increaseTo(start + 60n);
      await approveAndStake(suite(), await makeKeys(suite(), 2, FIVE_HUNDRED, true));
      await chain.networkHelpers.time.increaseTo(start + 10n * HOUR);
      await approveAndStake(suite(), await makeKeys(suite(), 1, FIVE_HUNDRED, true));

      await chain.networkHelpers.time.increaseTo(start + 28n * HOUR - 1n);
      expect(await poolETH.stakingAllowance()).to.equal(100n * ETHER);
      await chain.networkHelpers.time.increaseTo(start + 28n * HOUR);
      expect(await poolETH.stakingAllowance()).to.equal(1_100n * ETHER);
      await chain.networkHelpers.time.increaseTo(start + 36n * HOUR);
      expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
    });

    it("is a tenth of a pool of more than 16,000 ether", async () => {
      const { poolETH, chain } = suite();
      const [, bob] = await strangers(suite());
      await chain.networkHelpers.setBalance(bob.address, 30_000n * ETHER);
      await depositFor(suite(), bob, 11_000n * ETHER - LOCKED_SHARES);
      expect(await poolETH.stakingAllowance()).to.equal(2_000n * ETHER);
      await passTime(suite(), DAY);
      await approveAndStake(suite(), await makeKeys(suite(), 4, FIVE_HUNDRED, true));
      expect(await poolETH.stakingAllowance()).to.equal(0n);
    });
  });
});
