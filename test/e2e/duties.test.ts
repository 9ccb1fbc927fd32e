import { expect } from "chai";
import { keccak256 } from "ethers";

import { exitRequestsOf, fetchRequestFee } from "../../clients/exitRequests.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { makeKeys, registerBatch, type Batch } from "../../scripts/lifecycle/keys.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import { FAR_FUTURE_EPOCH } from "../../src/oracle/beaconState.ts";
import type { Hex } from "../../src/units/hex.ts";
import { findValidator, readState, untilActive, validatorsOf } from "./support/beaconState.ts";
import { useLivePool } from "./support/livePool.ts";
import { applyRealReport } from "./support/realEther.ts";

const OPERATORS = [1n, 2n, 3n, 4n];
/** Nonces further on than a pool of these tests comes. */
const OTHER_NONCES = 100n;
const STAKE_GWEI = 32_000_000_000n;
/** By how much the period has to grow until a cluster is liquidated that is well funded. */
const LONG = 30n;
/** After which validators without duties have used up what they earned in the epochs before. */
const MAX_EPOCHS = 12;
/** After which an exit may be requested again, seconds. */
const RETRY_AFTER = 3n * 86_400n;

describe("Duties and exits of a pool's validators on a real chain", () => {
  const pool = useLivePool(3_000n);
  let batch: Batch;
  let pubkeys: Hex[];
  let requestedAt: bigint;

  /** Which of the pool's validators attested in an epoch that began after this call, and whose balances fell by then. */
  const dutiesOf = async () => {
    await pool().settle();
    await pool().live.advanceEpochs(1);
    const before = await validatorsOf(pool(), pubkeys);
    await pool().live.advanceEpochs(2);
    const after = await validatorsOf(pool(), pubkeys);
    return {
      attested: after.map(({ hasAttested }) => hasAttested),
      lost: after.map(({ balanceGwei }, i) => balanceGwei < (before[i]?.balanceGwei ?? 0n) && balanceGwei < STAKE_GWEI),
    };
  };
  const areAllShort = async () =>
    (await validatorsOf(pool(), pubkeys)).every(({ balanceGwei }) => balanceGwei < STAKE_GWEI);
  const snapshot = async () => {
    const { clusterManager, ssvNetwork } = pool().live.suite;
    return fetchClusterSnapshot(ssvNetwork, await clusterManager.getAddress(), OPERATORS);
  };
  const requestExit = async (position: number) => {
    const { live } = pool();
    const exits = (await exitRequestsOf(live.suite)).connect(live.suite.operator);
    const value = await fetchRequestFee(live.suite);
    return exits.requestExits(openKeys(batch.ceremony, batch.id, position, position + 1), { value });
  };
  const exitEpochOf = async (pubkey: Hex | undefined) => (await findValidator(pool(), pubkey))?.exitEpoch;

  before(async () => {
    const { live } = pool();
    const ceremony = await makeKeys(live, 5);
    const firstNonce = (ceremony.keys[0]?.ownerNonce ?? 0n) + OTHER_NONCES;
    const other = await makeKeys(live, 5, { firstNonce });
    // The fifth key has shares that are signed for another nonce than the one that it is registered with.
    const keys = ceremony.keys.map((key, i) => ({
      ...key,
      sharesData: (i === 4 ? other : ceremony).keys[i]?.sharesData ?? "0x",
    }));
    batch = await registerBatch(live, { ...ceremony, keys });
    pubkeys = await pool().stake(batch);
  });

  it("H58 sees nothing of a request that comes too early, and waits before it is repeated", async () => {
    const [pubkey = "0x"] = pubkeys;
    await untilActive(pool(), [pubkey]);
    await (await requestExit(0)).wait();
    requestedAt = await pool().live.slot();
    await pool().live.advanceEpochs(2);

    expect(await exitEpochOf(pubkey)).to.equal(FAR_FUTURE_EPOCH);
    const exits = await exitRequestsOf(pool().live.suite);
    await expect(requestExit(0)).to.be.revertedWithCustomError(exits, "ExitRequestedRecently");
  });

  it("H14 leaves a validator off duty whose shares are signed for another nonce", async () => {
    await untilActive(pool(), pubkeys);
    const { attested, lost } = await dutiesOf();

    expect(attested).to.deep.equal([true, true, true, true, false]);
    expect(lost).to.deep.equal([false, false, false, false, true]);
  });

  it("H82 goes on with one of four operators away, and not with two", async () => {
    const { devnet } = pool().live;
    await devnet.setOperator("3", false);
    expect((await dutiesOf()).attested).to.deep.equal([true, true, true, true, false]);

    await devnet.setOperator("2", false);
    try {
      const { attested, lost } = await dutiesOf();
      expect(attested).to.deep.equal(Array(5).fill(false));
      expect(lost[4]).to.equal(true);
      // What they earned before is used up at first, or swept.
      for (let epochs = 0; epochs < MAX_EPOCHS && !(await areAllShort()); epochs++) await pool().live.advanceEpochs(1);
      expect(await areAllShort()).to.equal(true);
    } finally {
      await devnet.setOperator("2", true);
      await devnet.setOperator("3", true);
    }
    expect((await dutiesOf()).attested).to.deep.equal([true, true, true, true, false]);
  });

  it("H19 takes a validator off duty whose key is removed before it is gone, and no other", async () => {
    const { clusterManager, admin, operator } = pool().live.suite;
    const [, , , removed = "0x"] = pubkeys;
    await (await clusterManager.connect(admin).allowRemoval(keccak256(removed), true)).wait();
    await (await clusterManager.connect(operator).removeUnexited(removed, OPERATORS, await snapshot())).wait();

    const { attested, lost } = await dutiesOf();

    expect(attested).to.deep.equal([true, true, true, false, false]);
    expect(lost.slice(3)).to.deep.equal([true, true]);
  });

  it("H17 takes all validators of a liquidated cluster off duty, until it is reactivated", async () => {
    const { clusterManager, ssvNetwork, treasury, operator } = pool().live.suite;
    const owner = await clusterManager.getAddress();
    const period = await pool().live.suite.ssvViews.getLiquidationThresholdPeriod();
    await (await ssvNetwork.updateLiquidationThresholdPeriod(LONG * period)).wait();
    await (await ssvNetwork.connect(treasury).liquidate(owner, OPERATORS, await snapshot())).wait();

    expect((await dutiesOf()).attested).to.deep.equal(Array(5).fill(false));

    await (await ssvNetwork.updateLiquidationThresholdPeriod(period)).wait();
    await (await clusterManager.connect(operator).reactivate(OPERATORS, await snapshot())).wait();
    expect((await dutiesOf()).attested).to.deep.equal([true, true, true, false, false]);
  });

  it("H6 gets nothing of a partial withdrawal with 0x01 credentials", async () => {
    const { live } = pool();
    const exits = (await exitRequestsOf(live.suite)).connect(live.suite.operator);
    const value = await fetchRequestFee(live.suite);
    const [, , pubkey = "0x"] = pubkeys;
    await (await exits.requestPartialWithdrawals(pubkey, [1_000_000_000n], { value })).wait();
    await pool().settle();

    expect((await readState(pool(), "head")).waitingRequests).to.equal(0);
    expect(await exitEpochOf(pubkey)).to.equal(FAR_FUTURE_EPOCH);
  });

  it("H58 exits a validator by a request that is repeated, and another one by its operators", async () => {
    const { clock, suite } = pool().live;
    const [byRequest, byOperators = "0x"] = pubkeys;
    await pool().advanceTo(requestedAt + RETRY_AFTER / clock.secondsPerSlot + 1n);
    await (await requestExit(0)).wait();
    await (await suite.clusterManager.connect(suite.operator).exit(byOperators, OPERATORS)).wait();
    await pool().live.advanceEpochs(1);

    for (const pubkey of [byRequest, byOperators])
      expect(await exitEpochOf(pubkey), pubkey).not.to.equal(FAR_FUTURE_EPOCH);
    const { report } = await applyRealReport(pool(), (await pool().frameEnd()) + 2n * clock.slotsPerFrame);
    expect(report).to.include({ activeKeys: 3n, exitedKeys: 2n });
  });
});
