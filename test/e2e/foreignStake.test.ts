import { expect } from "chai";
import { concat, getBytes } from "ethers";

import { fetchBatches } from "../../clients/batches.ts";
import { findKeyUsage, ownerOfPool } from "../../clients/keyUsage.ts";
import { checkUnused, KeyUsedError } from "../../clients/unusedKeys.ts";
import { approveKeys, makeKeys, registerBatch, stakeApproved, type Batch } from "../../scripts/lifecycle/keys.ts";
import type { Ceremony, CeremonyKey } from "../../src/ceremony/ceremony.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { CONSOLIDATION_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { FAR_FUTURE_EPOCH } from "../../src/oracle/beaconState.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import { ETHER } from "../helpers/accounts.ts";
import { findValidator, readState, untilActive, validatorsOf } from "./support/beaconState.ts";
import { depositAs, strangerOf } from "./support/foreignDeposits.ts";
import { useLivePool } from "./support/livePool.ts";
import { applyRealReport } from "./support/realEther.ts";

const LOSS = 64n * ETHER;

describe("Stake that others want, on a real chain", () => {
  const pool = useLivePool(3_000n);
  let foreignCredentials: Hex;
  /** The batch's keys, with deposits for the stranger. */
  let stolen: Ceremony;
  let batch: Batch;
  let [own, taken, unsigned]: Hex[] = [];
  let refSlot: bigint;

  const usageOf = async (pubkey: Hex | undefined) => {
    const { suite } = pool().live;
    const scan = { network: LOCAL, fromBlock: 0, batches: await fetchBatches(suite, 0) };
    return findKeyUsage(await ownerOfPool(suite), [pubkey ?? "0x"], scan);
  };

  before(async () => {
    foreignCredentials = withdrawalCredentials((await strangerOf(pool())).address, "0x01");
    const ceremony = await makeKeys(pool().live, 3);
    stolen = await makeKeys(pool().live, 3, { withdrawalCredentials: foreignCredentials });
    // The signature of another message.
    const keys = ceremony.keys.map((key, i) => (i === 2 ? signedBy(key, stolen.keys[2], ceremony) : key));
    [own, taken, unsigned] = keys.map(({ pubkey }) => pubkey);
    batch = await registerBatch(pool().live, { ...ceremony, keys });
  });

  it("H1 reverts an activation when a deposit with foreign credentials lands after its approval", async () => {
    const { live } = pool();
    const approved = await approveKeys(live, batch, 0, 3);
    checkUnused(await usageOf(taken), "activate");
    const { pubkey = "0x", depositSignature: signature = "0x" } = stolen.keys[1] ?? {};
    await depositAs(pool(), pubkey, { ether: 32n, credentials: foreignCredentials, signature });
    const { poolETH } = live.suite;

    await expect(stakeApproved(live, approved)).to.be.revertedWithCustomError(poolETH, "DepositCountChanged");

    expect(await poolETH.totalStaked()).to.equal(0n);
  });

  it("H1 has members refuse a key that somebody deposited for with foreign credentials", async () => {
    const usages = await usageOf(taken);

    expect(() => {
      checkUnused(usages, "activate");
    }).to.throw(KeyUsedError, `foreign withdrawal credentials ${foreignCredentials} and a valid signature`);
    checkUnused(await usageOf(own), "activate");
  });

  it("H1 H8 shows as lost what members approve nevertheless", async () => {
    const { live } = pool();
    await pool().stake(batch);
    const { poolETH, accounting } = live.suite;
    const before = await poolETH.totalPooledEther();
    refSlot = await pool().frameEnd();
    await pool().finalize(refSlot);
    const observation = await live.observe(refSlot);
    await expect(live.report(observation)).to.be.revertedWithCustomError(accounting, "SupermajorityRequired");

    const { report } = await applyRealReport(pool(), refSlot, lost());

    expect(report).to.include({ stakedKeys: 3n, activeKeys: 1n, lostKeys: 2n, stakedWei: 96n * ETHER });
    expect(report.validatorsGwei + report.pendingGwei).to.equal(32n * 10n ** 9n);
    expect(before - (await poolETH.totalPooledEther())).to.equal(LOSS);
  });

  it("H1 H8 loses nothing more when the consensus layer has given the one away and burned the other", async () => {
    await untilActive(pool(), [own ?? "0x", taken ?? "0x"]);
    refSlot = await pool().frameEnd();

    const { report, keys, state } = await applyRealReport(pool(), refSlot, lost());

    expect(report).to.include({ activeKeys: 1n, lostKeys: 2n });
    expect(keys.map((key) => key.state)).to.deep.equal(["active", "foreign", "burned"]);
    expect(state.validators.find(({ pubkey }) => pubkey === taken)?.credentials).to.equal(foreignCredentials);
    expect(state.validators.some(({ pubkey }) => pubkey === unsigned)).to.equal(false);
    expect(await pool().live.suite.poolETH.totalPooledEther()).to.be.within(2_936n * ETHER, 2_937n * ETHER);
  });

  it("H59 lets nobody merge a validator with one of the pool's, in either direction", async () => {
    const [before] = await validatorsOf(pool(), [own ?? "0x"]);
    await consolidate(taken, taken);
    await pool().until(async () => (await findValidator(pool(), taken))?.credentials.startsWith("0x02") ?? false);
    await consolidate(own, taken);
    await consolidate(taken, own);
    await pool().live.advanceEpochs(3);

    const [after, foreign] = await validatorsOf(pool(), [own ?? "0x", taken ?? "0x"]);

    expect((await readState(pool(), "head")).waitingRequests).to.equal(0);
    expect(after).to.include({ credentials: before?.credentials, exitEpoch: FAR_FUTURE_EPOCH });
    expect(foreign?.exitEpoch).to.equal(FAR_FUTURE_EPOCH);
    const { report } = await applyRealReport(pool(), await pool().frameEnd(), lost());
    expect(report).to.include({ activeKeys: 1n, lostKeys: 2n, exitingKeys: 0n });
  });

  const lost = () => [taken ?? "0x", unsigned ?? "0x"];

  /** Asks for a consolidation as the stranger (EIP-7251). */
  async function consolidate(source = "0x", target = "0x"): Promise<void> {
    const stranger = await strangerOf(pool());
    const value = BigInt(await pool().live.connection.ethers.provider.call({ to: CONSOLIDATION_REQUESTS }));
    const data = concat([source, target]);
    await (await stranger.sendTransaction({ to: CONSOLIDATION_REQUESTS, data, value })).wait();
  }
});

/** A key with the deposit signature of another one. */
function signedBy(key: CeremonyKey, other: CeremonyKey | undefined, terms: Ceremony): CeremonyKey {
  const { depositSignature = "0x" } = other ?? {};
  const root = depositDataRoot({
    pubkey: getBytes(key.pubkey),
    withdrawalCredentials: fromHex(terms.withdrawalCredentials, "withdrawalCredentials", 32),
    amount: terms.amount,
    signature: getBytes(depositSignature),
  });
  return { ...key, depositSignature, depositDataRoot: toHex(root) };
}
