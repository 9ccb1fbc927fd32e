import { expect } from "chai";
import { dataLength } from "ethers";

import { MAX_TRANSACTION_GAS } from "../../src/consensus/transactionGas.ts";
import { approve, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, depositMore, ETHER, newBatch } from "../helpers/registry.ts";

/** What nodes take into their pools. */
const MAX_TRANSACTION_BYTES = 131_072;
/** More than fees, nonce, address and signature of a transaction take beside its data. */
const ENVELOPE_BYTES = 250;

/** Batches that are kept. */
const RECORDS = 64;
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

  it("H68 registers a batch for the same gas, however many there were", async () => {
    const suite = deployed();
    const operator = suite.poolManager.connect(suite.operator);
    const fill = async () => {
      const used: bigint[] = [];
      for (let i = 0; i < RECORDS; i++) {
        const receipt = await (await operator.registerBatch(ROOT, 1, OPERATORS, "")).wait();
        used.push(receipt?.gasUsed ?? 0n);
      }
      await operator.discardBatch((await suite.poolManager.batchCount()) - BigInt(RECORDS));
      return used;
    };
    // The first batch of all fills slots that are empty, as does each of the first 64.
    const [, second, ...rest] = await fill();
    rest.forEach((gas) => expect(gas).to.equal(second));

    const [, again] = await fill();
    expect((second ?? 0n) - (again ?? 0n)).to.be.within(16_000n, 18_000n);
    (await fill()).slice(1).forEach((gas) => expect(gas).to.equal(again));
  });

  it("H68 answers every view for the same gas, however many batches there were", async () => {
    const suite = deployed();
    const operator = suite.poolManager.connect(suite.operator);
    const views = async (id: bigint) =>
      Promise.all([
        operator.batchOf.estimateGas(id),
        operator.keyStatus.estimateGas(id, 0),
        operator.batchCount.estimateGas(),
        operator.nextNonce.estimateGas(),
        operator.freeEther.estimateGas(),
      ]);
    await operator.registerBatch(ROOT, 1, OPERATORS, "");
    const few = await views(0n);
    for (let i = 1; i < RECORDS; i++) await operator.registerBatch(ROOT, 1, OPERATORS, "");
    await operator.discardBatch(0n);
    for (let i = 0; i < RECORDS; i++) await operator.registerBatch(ROOT, 1, OPERATORS, "");
    const many = await views(2n * BigInt(RECORDS) - 1n);
    many.forEach((gas, i) => expect(gas).to.be.within((few[i] ?? 0n) - 100n, (few[i] ?? 0n) + 100n));
  });

  it("H68 drops all batches at once, or from the last on in as many calls as one likes", async () => {
    const suite = deployed();
    const operator = suite.poolManager.connect(suite.operator);
    for (let i = 0; i < RECORDS; i++) await operator.registerBatch(ROOT, 1, OPERATORS, "");

    await operator.discardBatch(50n);
    expect(await suite.poolManager.nextNonce()).to.equal(50n);
    const receipt = await (await operator.discardBatch(0n)).wait();
    expect(receipt?.logs.length).to.equal(50);
    expect(await suite.poolManager.nextNonce()).to.equal(0n);
  });
});
