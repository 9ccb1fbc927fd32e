import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { getBytes } from "ethers";

import { depositDataRoot, isDepositSignatureValid, type DepositData } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { activate, approve, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER, KEY_STATUS, newBatch, stateOf } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ONE_ETHER_GWEI = 10n ** 9n;

describe("PoolManager.activate against deposits of others", () => {
  let suite: TestSuite;
  let batch: Awaited<ReturnType<typeof newBatch>>;

  const deployed = useSuite(async () => {
    const funded = await deployFunded(100n);
    batch = await newBatch(funded, 3);
    return funded;
  });
  beforeEach(() => {
    suite = deployed();
  });

  /** One ether to the pool's first key, with credentials and signature of the attacker's choice. */
  const depositAsAttacker = async (lastByte: number): Promise<DepositData> => {
    const { ethers } = suite.chain;
    const depositContract = await ethers.getContractAt("IDepositContract", await suite.poolETH.DEPOSIT_CONTRACT());
    const data = {
      pubkey: getBytes(batch.ceremony.keys[0]?.pubkey ?? "0x"),
      withdrawalCredentials: getBytes(ethers.zeroPadBytes("0x01", 32)),
      amount: ONE_ETHER_GWEI as Gwei,
      signature: new Uint8Array(96).fill(lastByte),
    };
    const root = depositDataRoot(data);
    await depositContract.deposit(data.pubkey, data.withdrawalCredentials, data.signature, root, { value: ETHER });
    return data;
  };

  it("H1 reverts when somebody deposits between approval and execution", async () => {
    const activation = await offer(suite, batch.ceremony, batch.batchId, 0, 3);
    const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
    await depositAsAttacker(1);
    const before = await stateOf(suite);

    await expect(suite.poolManager.activate(activation, guard, approvals))
      .to.be.revertedWithCustomError(suite.poolETH, "DepositCountChanged")
      .withArgs(0n, 1n);
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("H1 goes on when the committee approves in spite of an invalid deposit of the key", async () => {
    const invalid = await depositAsAttacker(1);
    expect(isDepositSignatureValid(invalid, LOCAL)).to.equal(false);

    await expect(activate(suite, batch.ceremony, batch.batchId, 0, 3))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 0n, 3n, anyValue);
  });

  it("H2 reverts five times without a trace while others deposit, and succeeds when approved anew", async () => {
    const activation = await offer(suite, batch.ceremony, batch.batchId, 0, 3);
    for (let earlier = 0n; earlier < 5n; earlier++) {
      const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
      await depositAsAttacker(Number(earlier));
      const before = await stateOf(suite);
      await expect(suite.poolManager.activate(activation, guard, approvals))
        .to.be.revertedWithCustomError(suite.poolETH, "DepositCountChanged")
        .withArgs(earlier, earlier + 1n);
      expect(await stateOf(suite)).to.deep.equal(before);
    }

    const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
    await suite.poolManager.activate(activation, guard, approvals);
    expect(await suite.poolETH.totalStaked()).to.equal(96n * ETHER);
  });

  it("H15 is not disturbed when somebody registers a key of the pool at SSV", async () => {
    const [key] = batch.ceremony.keys;
    const { operatorIds } = batch.ceremony;
    const foreigner = suite.guardian;
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    await suite.ssvNetwork
      .connect(foreigner)
      .registerValidator(key?.pubkey ?? "0x", [...operatorIds], key?.sharesData ?? "0x", empty, { value: ETHER });
    expect(await suite.ssvViews.getValidator(foreigner.address, key?.pubkey ?? "0x")).to.equal(true);
    expect(await suite.poolManager.keyStatus(batch.batchId, 0)).to.equal(KEY_STATUS.Registered);
    expect(await suite.clusterManager.ownerNonce()).to.equal(0n);

    await activate(suite, batch.ceremony, batch.batchId, 0, 3);
    const owner = await suite.clusterManager.getAddress();
    expect(await suite.ssvViews.getValidator(owner, key?.pubkey ?? "0x")).to.equal(true);
    expect(await suite.clusterManager.ownerNonce()).to.equal(3n);
  });
});
