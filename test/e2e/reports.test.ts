import { expect } from "chai";

import { registerKeys, type Batch } from "../../scripts/lifecycle/keys.ts";
import type { Hex } from "../../src/units/hex.ts";
import { ETHER } from "../helpers/accounts.ts";
import { failureOf } from "../helpers/failure.ts";
import { findValidator, untilActive } from "./support/beaconState.ts";
import { depositAs } from "./support/foreignDeposits.ts";
import { useLivePool } from "./support/livePool.ts";
import { applyRealReport, withdrawnTo } from "./support/realEther.ts";

const GWEI = 10n ** 9n;
const KEYS = 6;

describe("Reports of a pool on a real chain", () => {
  const pool = useLivePool(3_000n);
  let batch: Batch;
  let pubkeys: Hex[] = [];

  const slotOfStake = async (position: number) => pool().slotOf(pool().stakedIn.get(pubkeys[position] ?? "0x") ?? 0);
  const report = (refSlot: bigint) => applyRealReport(pool(), refSlot);

  before(async () => {
    batch = await registerKeys(pool().live, KEYS);
  });

  it("H32 books a deposit of the reference slot's own block once", async () => {
    let refSlot: bigint;
    let staked = 0;
    // A transaction that comes a little late is in the next block.
    do {
      expect(++staked).to.be.lessThan(KEYS);
      refSlot = await pool().frameEnd();
      await pool().advanceTo(refSlot - 1n);
      pubkeys = [...pubkeys, ...(await pool().stake(batch, staked - 1, staked))];
    } while ((await slotOfStake(staked - 1)) !== refSlot);

    const { report: figures, state, reference } = await report(refSlot);

    expect(reference.executionBlock.number).to.equal(pool().stakedIn.get(pubkeys[staked - 1] ?? "0x"));
    expect(state.pendingDeposits.map(({ pubkey }) => pubkey)).to.include(pubkeys[staked - 1]);
    expect(figures).to.include({ stakedWei: BigInt(staked) * 32n * ETHER, activeKeys: BigInt(staked) });
  });

  it("H32 counts what was staked after the reference slot until the next report", async () => {
    const before = pubkeys.length;
    const refSlot = await pool().frameEnd();
    await pool().advanceTo(refSlot);
    pubkeys = [...pubkeys, ...(await pool().stake(batch, before, KEYS))];
    expect((await slotOfStake(before)) > refSlot).to.equal(true);

    const { keys, report: figures } = await report(refSlot);

    expect(figures).to.include({ stakedWei: BigInt(before) * 32n * ETHER, stakedKeys: BigInt(before) });
    expect(keys.map(({ state }) => state === "stakedLater")).to.deep.equal(pubkeys.map((_, i) => i >= before));
  });

  it("H31 counts sweeps between the reference slot and the report once", async () => {
    await untilActive(pool(), pubkeys);
    await pool().live.advanceEpochs(4);
    const refSlot = await pool().frameEnd();
    const { report: first, reference } = await report(refSlot);
    const { provider } = pool().live.connection.ethers;
    const received = await withdrawnTo(pool(), await provider.getBlockNumber());
    expect(first.vaultsReceivedWei > 0n).to.equal(true);
    expect(received > (await withdrawnTo(pool(), reference.executionBlock.number))).to.equal(true);

    const { report: second } = await report(refSlot + pool().live.clock.slotsPerFrame);

    expect(second.vaultsReceivedWei >= received).to.equal(true);
    expect(second).to.include({ activeKeys: 6n, stakedKeys: 6n, pendingGwei: 0n });
  });

  it("H81 I11 I15 holds to the wei when a reference slot and a whole epoch around it have no block", async () => {
    const refSlot = await pool().frameEnd();
    await pool().advanceTo(refSlot - 7n);
    await pool().advanceTo(refSlot + 2n, true);

    const { state, reference } = await report(refSlot);

    expect(state.slot).to.equal(refSlot);
    expect(state.blockSlot <= refSlot - 6n).to.equal(true);
    expect(reference).to.include({ slot: refSlot, blockSlot: state.blockSlot });
    expect(reference.executionBlock.number).to.equal(state.blockNumber);
  });

  it("H33 books what a third party gives to a validator as rewards, and defers what is too much", async () => {
    const [pubkey = "0x"] = pubkeys;
    const { accounting, poolETH } = pool().live.suite;
    const refSlot = await pool().frameEnd();
    const before = await accounting.lastReport();
    await depositAs(pool(), pubkey, { ether: 20n, credentials: `0x01${"00".repeat(11)}${"ab".repeat(20)}` });
    await report(refSlot);

    const { clBalanceGwei, deferredRewards, creditedFromVaults } = await accounting.lastReport();

    const gained = (clBalanceGwei - before.clBalanceGwei) * GWEI + creditedFromVaults - before.creditedFromVaults;
    expect(gained > 20n * ETHER && gained < 21n * ETHER).to.equal(true);
    // A report may lift the pool by 0.1 %, and no credentials that others name take anything away.
    expect(deferredRewards > 15n * ETHER).to.equal(true);
    expect((await poolETH.totalPooledEther()) < 3_004n * ETHER).to.equal(true);
    expect((await findValidator(pool(), pubkey))?.credentials).to.equal(
      (await poolETH.withdrawalCredentials(false)).toLowerCase(),
    );
  });

  it("I15 books a slashing and an exit until the last wei has come back", async () => {
    const [slashed = "0x", exiting = "0x"] = pubkeys;
    const { clusterManager, operator } = pool().live.suite;
    await pool().live.devnet.slash(slashed);
    await (await clusterManager.connect(operator).exit(exiting, [1, 2, 3, 4])).wait();

    const refSlot = await pool().frameEnd();
    const { report: during } = await report(refSlot);
    expect(during).to.include({ activeKeys: 4n, exitingKeys: 2n, slashedKeys: 1n, exitedKeys: 0n });

    const { report: later, state } = await report(refSlot + 3n * pool().live.clock.slotsPerFrame);

    expect(later).to.include({ activeKeys: 4n, exitingKeys: 1n, exitedKeys: 1n, slashedKeys: 1n });
    const gone = state.validators.find((each) => each.pubkey === exiting);
    // A member of the sync committee earns on after its exit, a little that no longer makes a validator.
    expect(Number(gone?.balanceGwei)).to.be.lessThan(1e6);
    expect(later.vaultsReceivedWei - during.vaultsReceivedWei > 31n * ETHER).to.equal(true);
  });

  it("refuses a slot that is not final yet", async () => {
    const error = await failureOf(pool().live.observe(await pool().live.slot()));

    expect(error.message).to.contain("knows no later slot as final");
  });
});
