import hre from "hardhat";

import { applyReport, makeReport } from "../../test/helpers/report.ts";
import {
  accountsAt,
  deployWithHolders,
  ETHER,
  gasOf,
  registerAndActivate,
  type BenchmarkSuite,
  type Figures,
} from "./suite.ts";

const MEMBERS = [10, 11, 12, 13, 14, 15, 16, 17, 18];
const QUORUM = 5;
const VALIDATORS = 20;
/** About what one validator earns in a day on the consensus layer. */
const DAILY_GWEI = 2_471_333n;

/** Requests that one report finalizes; it should cost the same for any number of them. */
const FEW = 12;
const MANY = 1_000;
const REQUEST = ETHER / 100n;

/** What a daily report costs when five of nine members sign it: of rewards, and with requests to finalize. */
export async function measureReports(): Promise<Figures> {
  const { suite, signers } = await deployWithNine();
  const report = reporter(suite, signers);
  await report();
  await report();
  const sharesBefore = await treasuryShares(suite);
  const figure = await gasOf(report());
  if (sharesBefore === 0n || (await treasuryShares(suite)) <= sharesBefore)
    throw new Error("the report measured minted no fee to a treasury that has shares");

  const finalize = async (count: number) => {
    const lastId = await request(suite, count);
    const gas = await gasOf(report(lastId));
    if ((await suite.withdrawalQueue.queueState()).lastFinalizedId !== lastId)
      throw new Error(`the report measured did not finalize request ${lastId}`);
    return gas;
  };
  // The very first one finds empty slots.
  await finalize(1);
  const figures = {
    "report.5of9": figure,
    "report.5of9.finalize": await finalize(FEW),
    "report.5of9.finalize1000": await finalize(MANY),
  };
  const vault = await suite.withdrawalVault.getAddress();
  const pool = await suite.poolETH.getAddress();
  const buffered = await suite.chain.ethers.provider.getBalance(pool);
  await suite.chain.networkHelpers.setBalance(pool, 0n);
  await suite.chain.networkHelpers.setBalance(vault, buffered);
  const collecting = await finalize(FEW);
  await suite.chain.close();
  return { ...figures, "report.5of9.finalizeCollect": collecting };
}

/** A suite with twenty validators and nine members, of whom every other one signs. */
async function deployWithNine() {
  const members = await committee();
  const suite = await deployWithHolders({ members, quorum: QUORUM });
  const ascending = (await accountsAt(suite, MEMBERS)).sort(
    (a, b) => members.indexOf(a.address) - members.indexOf(b.address),
  );
  const signers = ascending.filter((_, index) => index % 2 === 0);
  await registerAndActivate(suite, VALIDATORS, signers);
  return { suite, signers };
}

/** Applies a report of a day's rewards. */
function reporter(suite: BenchmarkSuite, signers: Awaited<ReturnType<typeof accountsAt>>) {
  return async (finalizeUpTo = 0n) => {
    await suite.deployer.sendTransaction({ to: await suite.rewardsVault.getAddress(), value: ETHER / 50n });
    const report = await makeReport(suite, DAILY_GWEI * BigInt(VALIDATORS), { finalizeUpTo });
    return applyReport(suite, report, signers);
  };
}

/** Makes requests, a hundred in a transaction, and returns the last one. */
async function request({ withdrawalQueue, holders }: BenchmarkSuite, count: number): Promise<bigint> {
  const [holder] = holders;
  for (let left = count; left > 0; left -= 100) {
    const shares = Array.from({ length: Math.min(left, 100) }, () => REQUEST);
    await withdrawalQueue.connect(holder).requestWithdrawals(shares, holder.address);
  }
  return (await withdrawalQueue.queueState()).lastId;
}

async function treasuryShares({ poolETH, treasury }: BenchmarkSuite): Promise<bigint> {
  return poolETH.sharesOf(treasury.address);
}

/** The members' addresses, ascending; the accounts are the same on every chain. */
async function committee(): Promise<string[]> {
  const chain = await hre.network.create();
  const signers = await chain.ethers.getSigners();
  await chain.close();
  const addresses = signers.filter((_, number) => MEMBERS.includes(number)).map(({ address }) => address);
  return addresses.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}
