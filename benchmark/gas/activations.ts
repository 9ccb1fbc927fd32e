import { depositDataRoot, type DepositData } from "../../src/consensus/deposit.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { deployWithHolders, ETHER, registerAndActivate, type BenchmarkSuite, type Figures } from "./suite.ts";

/** How many activations of each size count, so that together they begin at all kinds of places in the deposit tree. */
const RUNS = { 1: 8, 10: 4, 32: 2 };
/** Deposits of others before; each level of the tree that they touch is cheaper afterwards. */
const EARLIER_DEPOSITS = 130;
/** Batches that the registry keeps; each later one takes the place of one of these. */
const RECORDS = 64;
const FILLER_ROOT = `0x${"ab".repeat(32)}`;
const RESERVE = 100n * ETHER;
/** After a day and four hours all of the daily limit is there again. */
const A_DAY_AND_MORE = 29 * 3_600;

/**
 * What it costs to register a batch, and to activate it: deposits, and registration in a cluster of four operators that
 * has validators already. Three members approve.
 */
export async function measureActivations(): Promise<Figures> {
  const suite = await deployWithHolders();
  await suite.clusterManager.depositReserve({ value: RESERVE });
  await depositForOthers(suite, EARLIER_DEPOSITS);
  await fillRecords(suite);
  await activate(suite, 1);

  const registrations: number[] = [];
  const measure = async (count: 1 | 10 | 32) => {
    const activations: number[] = [];
    for (let run = 0; run < RUNS[count]; run++) {
      const gas = await activate(suite, count);
      registrations.push(gas.register);
      activations.push(gas.activate);
    }
    return mean(activations);
  };
  const [n1, n10, n32] = [await measure(1), await measure(10), await measure(32)];
  await suite.chain.close();
  return {
    "batch.register": mean(registrations),
    "activate.n1": n1,
    "activate.n10": n10,
    "activate.n32": n32,
    "activate.marginal": Math.round((n32 - n10) / 22),
  };
}

async function activate(suite: BenchmarkSuite, count: number): Promise<{ register: number; activate: number }> {
  await suite.chain.networkHelpers.time.increase(A_DAY_AND_MORE);
  return registerAndActivate(suite, count, suite.members.slice(0, 3));
}

/** Registers as many batches as the registry keeps, and drops them. */
async function fillRecords({ poolManager, operator, operators }: BenchmarkSuite): Promise<void> {
  const ids = operators.map(({ id }) => id);
  for (let i = 0; i < RECORDS; i++) await poolManager.connect(operator).registerBatch(FILLER_ROOT, 1, ids, "");
  await poolManager.connect(operator).discardBatch(0n);
}

/** One ether each. The deposit contract does not look at keys and signatures, so any bytes will do. */
async function depositForOthers({ chain, poolETH }: BenchmarkSuite, count: number): Promise<void> {
  const { ethers } = chain;
  const depositContract = await ethers.getContractAt("IDepositContract", await poolETH.DEPOSIT_CONTRACT());
  for (let i = 0; i < count; i++) {
    const data: DepositData = {
      pubkey: new Uint8Array(48).fill(i),
      withdrawalCredentials: new Uint8Array(32).fill(i),
      amount: 1_000_000_000n as Gwei,
      signature: new Uint8Array(96).fill(i),
    };
    const root = depositDataRoot(data);
    await depositContract.deposit(data.pubkey, data.withdrawalCredentials, data.signature, root, { value: ETHER });
  }
}

function mean(runs: readonly number[]): number {
  return Math.round(runs.reduce((sum, run) => sum + run, 0) / runs.length);
}
