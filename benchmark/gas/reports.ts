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

/** What a daily report of rewards costs when five of nine members sign it. */
export async function measureReports(): Promise<Figures> {
  const members = await committee();
  const suite = await deployWithHolders({ members, quorum: QUORUM });
  const ascending = (await accountsAt(suite, MEMBERS)).sort(
    (a, b) => members.indexOf(a.address) - members.indexOf(b.address),
  );
  const everyOther = ascending.filter((_, index) => index % 2 === 0);
  await registerAndActivate(suite, VALIDATORS, everyOther);

  const report = async () => {
    await suite.deployer.sendTransaction({ to: await suite.rewardsVault.getAddress(), value: ETHER / 50n });
    return applyReport(suite, await makeReport(suite, DAILY_GWEI * BigInt(VALIDATORS)), everyOther);
  };
  await report();
  await report();
  const sharesBefore = await treasuryShares(suite);
  const figure = await gasOf(report());
  if (sharesBefore === 0n || (await treasuryShares(suite)) <= sharesBefore)
    throw new Error("the report measured minted no fee to a treasury that has shares");
  await suite.chain.close();
  return { "report.5of9": figure };
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
