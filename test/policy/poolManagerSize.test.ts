import { expect } from "chai";
import { dataLength } from "ethers";

import { approve, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, depositMore, ETHER, newBatch } from "../helpers/registry.ts";

/** EIP-7825. */
const MAX_TRANSACTION_GAS = 16_777_216n;
/** What nodes take into their pools. */
const MAX_TRANSACTION_BYTES = 131_072;
/** More than fees, nonce, address and signature of a transaction take beside its data. */
const ENVELOPE_BYTES = 250;

const ROOT = `0x${"ab".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];

describe("PoolManager at its limits", () => {
  const deployed = useSuite(() => deployFunded(1n));

  it("H77 activates the largest offer that fits a transaction within the gas of one", async () => {
    const suite = deployed();
    const rich = suite.staker;
    await suite.chain.networkHelpers.setBalance(rich.address, 30_000n * ETHER);
    await depositMore(suite, rich, 28_000n);
    await suite.clusterManager.depositReserve({ value: 10n * ETHER });
    const batch = await newBatch(suite, 90);

    const encode = async (count: number) => {
      const activation = await offer(suite, batch.ceremony, batch.batchId, 0, count);
      const { guard, approvals } = await approve(suite, activation, suite.members);
      return { args: [activation, guard, approvals] as const };
    };
    const sizeOf = ({ args }: Awaited<ReturnType<typeof encode>>) =>
      dataLength(suite.poolManager.interface.encodeFunctionData("activate", [...args])) + ENVELOPE_BYTES;
    const [of80, of90] = [sizeOf(await encode(80)), sizeOf(await encode(90))];
    const count = 80 + Math.floor((MAX_TRANSACTION_BYTES - of80) / ((of90 - of80) / 10));
    expect(sizeOf(await encode(count + 1))).to.be.greaterThan(MAX_TRANSACTION_BYTES);
    expect(sizeOf(await encode(count))).to.be.at.most(MAX_TRANSACTION_BYTES);

    const { args } = await encode(count);
    const receipt = await (await suite.poolManager.activate(...args)).wait();
    expect(receipt?.gasUsed).to.be.lessThan(MAX_TRANSACTION_GAS);
    expect(await suite.clusterManager.ownerNonce()).to.equal(BigInt(count));
  });

  it("H68 registers a batch for the same gas, however many there are", async () => {
    const suite = deployed();
    const register = async () => {
      const sent = await suite.poolManager.connect(suite.operator).registerBatch(ROOT, 1, OPERATORS, "");
      return (await sent.wait())?.gasUsed ?? 0n;
    };
    await register();
    const second = await register();
    for (let i = 0; i < 100; i++) await register();
    const last = await register();
    expect(last).to.equal(second);
  });

  it("H68 answers every view for the same gas, however many batches there are", async () => {
    const suite = deployed();
    const poolManager = suite.poolManager;
    const views = async (id: bigint) =>
      Promise.all([
        poolManager.batchOf.estimateGas(id),
        poolManager.keyStatus.estimateGas(id, 0),
        poolManager.batchCount.estimateGas(),
        poolManager.nextNonce.estimateGas(),
        poolManager.freeEther.estimateGas(),
      ]);
    await poolManager.connect(suite.operator).registerBatch(ROOT, 1, OPERATORS, "");
    const few = await views(0n);
    for (let i = 0; i < 100; i++) await poolManager.connect(suite.operator).registerBatch(ROOT, 1, OPERATORS, "");
    const many = await views(100n);
    many.forEach((gas, i) => expect(gas).to.be.within((few[i] ?? 0n) - 100n, (few[i] ?? 0n) + 100n));
  });

  it("H68 drops many batches at once, or from the last on in as many calls as one likes", async () => {
    const suite = deployed();
    const operator = suite.poolManager.connect(suite.operator);
    for (let i = 0; i < 100; i++) await operator.registerBatch(ROOT, 1, OPERATORS, "");

    await operator.discardBatch(50n);
    expect(await suite.poolManager.nextNonce()).to.equal(50n);
    const receipt = await (await operator.discardBatch(0n)).wait();
    expect(receipt?.logs.length).to.equal(50);
    // Seven hundred at once would still fit a transaction, even with the counters of a coverage run.
    expect((receipt?.gasUsed ?? MAX_TRANSACTION_GAS) / 50n).to.be.lessThan(MAX_TRANSACTION_GAS / 700n);
    expect(await suite.poolManager.nextNonce()).to.equal(0n);
  });
});
