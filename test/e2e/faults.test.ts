import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { ZeroAddress, type TransactionReceipt } from "ethers";
import hre from "hardhat";

import { activateKeys, registerKeys } from "../../scripts/lifecycle/keys.ts";
import { LivePool } from "../../scripts/lifecycle/livePool.ts";
import { allValidators, headExecutionHash } from "../helpers/devnetChain.ts";
import { ProcessKiller } from "../helpers/processKiller.ts";

const SEED = process.env.FAULT_SEED ?? Date.now().toString();
const [KEYS, FOREIGN] = [8, 48];
const ETHER = 10n ** 18n;
/** Slots until a slot is final, and its report still in time. */
const FINAL_AFTER = 25n;
const KILLING_MS = 30_000;
/** After which a task counts as hung. */
const PATIENCE_MS = 90_000;

describe(`a devnet whose processes are killed (FAULT_SEED=${SEED})`, function () {
  this.timeout(240_000);
  let pool: LivePool;
  const receipts: TransactionReceipt[] = [];

  before(async () => {
    pool = await LivePool.start(hre, { foreignValidators: FOREIGN });
    const { deployer, poolETH } = pool.suite;
    await (await poolETH.deposit(deployer.address, ZeroAddress, { value: 300n * ETHER })).wait();
    await activateKeys(pool, await registerKeys(pool, KEYS), 0, KEYS);
    await pool.advanceEpochs(12);
    expect(await poolValidators("head")).to.have.lengthOf(KEYS);
  });

  after(async () => {
    await pool.stop();
  });

  it("lets exactly as many slots pass as are asked for", async () => {
    // Slots that settle transactions are done with.
    await sleep(1_000);
    const { slot } = await pool.devnet.status();
    const killer = new ProcessKiller(pool.devnet, SEED);
    const slots = inTime(pool.devnet.advance(24, false));
    await killer.kill("beacon node");
    expect((await slots).slot).to.equal(slot + 24);
  });

  it("lets slots and transactions pass while single processes die at random moments", async () => {
    const killer = new ProcessKiller(pool.devnet, SEED);
    killer.start();
    for (const began = Date.now(); Date.now() - began < KILLING_MS;) {
      receipts.push(await inTime(deposit()));
      const { slot } = await inTime(pool.devnet.status());
      expect((await inTime(pool.devnet.advance(4, false))).slot).to.be.at.least(slot + 4);
    }
    await killer.stop();
    expect(killer.kills).to.have.lengthOf.above(8);
    await checkChain();
  });

  for (const names of [
    ["operator 1", "operator 2"],
    ["beacon node", "operator 3", "operator 4"],
    ["execution client", "beacon node"],
  ])
    it(`goes on when ${names.join(" and ")} die together`, async () => {
      const killer = new ProcessKiller(pool.devnet, SEED);
      const slots = inTime(pool.devnet.advance(16, false));
      await killer.kill(...names);
      await slots;
      const { processes } = await inTime(pool.devnet.status());
      const before = new Set(killer.kills.map(({ pid }) => pid));
      expect(killer.kills).to.have.lengthOf(names.length);
      expect(processes.filter(({ pid }) => before.has(pid))).to.deep.equal([]);
      await checkChain();
    });

  it("puts a transaction into a block that the execution client forgot", async () => {
    const killer = new ProcessKiller(pool.devnet, SEED);
    const { deployer } = pool.suite;
    const transaction = await deployer.sendTransaction({ to: deployer.address, value: 1n });
    await killer.kill("execution client");
    expect((await inTime(transaction.wait()))?.status).to.equal(1);
  });

  it("has reports that equal the state", async () => {
    const { slotsPerFrame } = pool.clock;
    const refSlot = ((await pool.slot()) / slotsPerFrame) * slotsPerFrame + slotsPerFrame - 1n;
    await pool.advanceTo(refSlot + FINAL_AFTER);
    const observed = await pool.observe(refSlot);
    const balances = (await poolValidators(refSlot)).map(({ balance }) => balance);
    expect(observed.report.validatorsGwei).to.equal(balances.reduce((sum, balance) => sum + balance, 0n));
    expect(observed.report.activeKeys).to.equal(BigInt(KEYS));
    expect((await pool.report(observed)).status).to.equal(1);
  });

  it("has validators that attest, and slashed none of them", async () => {
    await pool.advanceEpochs(3);
    const { epoch } = await pool.devnet.status();
    const indices = (await poolValidators("head")).map(({ index }) => index);
    const attested = await pool.beacon.attested(BigInt(epoch - 2), indices);
    expect([...attested.values()]).to.deep.equal(indices.map(() => true));
    const all = await allValidators(pool.beacon, "head");
    expect(all.filter(({ validator }) => validator.slashed)).to.deep.equal([]);
  });

  /** One chain in both layers, final up to where it can be, with all that was ever seen in it. */
  async function checkChain(): Promise<void> {
    await inTime(pool.advanceEpochs(4));
    const { epoch, finalizedEpoch } = await pool.devnet.status();
    expect(finalizedEpoch).to.be.at.least(epoch - 3);
    const { provider } = pool.connection.ethers;
    expect((await provider.getBlock("latest"))?.hash).to.equal(await headExecutionHash(pool.beacon));
    for (const { hash, blockHash, blockNumber } of receipts) {
      expect((await provider.getTransactionReceipt(hash))?.blockHash).to.equal(blockHash);
      expect((await provider.getBlock(blockNumber))?.hash).to.equal(blockHash);
    }
  }

  async function poolValidators(state: bigint | "head") {
    const vault = (await pool.suite.withdrawalVault.getAddress()).slice(2).toLowerCase();
    const all = await allValidators(pool.beacon, state);
    return all.filter(({ validator }) => validator.withdrawal_credentials.endsWith(vault));
  }

  /** As a user does it: again when it is refused. */
  async function deposit(): Promise<TransactionReceipt> {
    const { deployer, poolETH } = pool.suite;
    for (;;) {
      try {
        const receipt = await (await poolETH.deposit(deployer.address, ZeroAddress, { value: ETHER })).wait();
        if (receipt !== null) return receipt;
      } catch (error) {
        if (!/restarts, try again/.test(String(error))) throw error;
      }
    }
  }
});

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing happened for ${PATIENCE_MS} ms`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
