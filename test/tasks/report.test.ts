import { expect } from "chai";

import { advanceFrame } from "../../tasks/commands/localAdvance.ts";
import { planReport } from "../../tasks/commands/report.ts";
import { openPool, type PoolConnection } from "../../tasks/connect.ts";
import type { PrintableRecord } from "../../tasks/output.ts";
import { findSender } from "../../tasks/signers.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ETHER = 10n ** 18n;
const BEFORE = 100n * ETHER + 10n ** 9n;
const DRY = { dryRun: true, yes: false };

describe("planReport", () => {
  const suite = useSuite(async () => {
    const deployed = await deploySuite();
    const { chain, deployer, poolETH } = deployed;
    await poolETH.deposit(deployer.address, chain.ethers.ZeroAddress, { value: 100n * ETHER });
    const ceremony = await makeCeremony(deployed, 3);
    await activate(deployed, ceremony, await registerCeremony(deployed, ceremony), 0, 3);
    await advanceFrame(await openPool(chain, await poolETH.getAddress()));
    return deployed;
  });

  const open = async (): Promise<PoolConnection> => openPool(suite().chain, await suite().poolETH.getAddress());
  const plan = async (validatorsGwei: bigint) => {
    const opened = await open();
    const sender = await findSender(opened, undefined);
    return planReport(opened, { sender, members: suite().members.slice(0, 3), fields: { validatorsGwei } });
  };
  /** Shows what a report with these balances would do. */
  const preview = async (validatorsGwei: bigint) => {
    const terminal = fakeTerminal();
    const { expected } = await carryOut(await plan(validatorsGwei), DRY, terminal);
    return { expected: expected as PrintableRecord, noted: terminal.noted };
  };

  it("shows before the question what the report then does", async () => {
    const expected = {
      rewardsWei: ETHER / 200n,
      deferredRewardsWei: 0n,
      totalPooledEtherBeforeWei: BEFORE,
      totalPooledEtherWei: BEFORE + ETHER / 200n,
    };
    const terminal = fakeTerminal("yes");

    expect(await preview(96_005_000_000n)).to.deep.equal({ expected, noted: [] });
    expect(await carryOut(await plan(96_005_000_000n), { dryRun: false, yes: false }, terminal)).to.include(expected);
    expect(terminal.noted[0]).to.match(
      /^expected\n {2}rewards +0\.005 ETH\n {2}deferred rewards +0 ETH\n {2}total pooled ether before +100\.000000001 ETH\n {2}total pooled ether +100\.005000001 ETH$/m,
    );
    expect(terminal.noted).to.have.lengthOf(2);
  });

  it("warns of a loss, in a dry run and before the question", async () => {
    const warning = "warning: the pool loses 0.04 ETH, 0.0399 % of it: check the balances";
    const terminal = fakeTerminal("no");

    expect(await preview(95_960_000_000n)).to.deep.equal({
      expected: {
        rewardsWei: -ETHER / 25n,
        deferredRewardsWei: 0n,
        totalPooledEtherBeforeWei: BEFORE,
        totalPooledEtherWei: BEFORE - ETHER / 25n,
      },
      noted: [warning],
    });
    const error = await carryOut(await plan(95_960_000_000n), { dryRun: false, yes: false }, terminal).catch(String);
    expect(error).to.contain("confirmation was not given");
    expect(terminal.noted.slice(1)).to.deep.equal([warning]);
  });

  it("warns of rewards above 1 % of the pool, and shows what the bounds hold back", async () => {
    const { expected, noted } = await preview(98_000_000_000n);
    const { rewardsWei, deferredRewardsWei, totalPooledEtherWei } = expected as Record<string, bigint>;
    const booked = (totalPooledEtherWei ?? 0n) - BEFORE;

    expect(noted).to.deep.equal([
      "warning: rewards of 2 ETH are 1.9999 % of the pool, more than 1 %: check the balances",
    ]);
    expect(rewardsWei).to.equal(2n * ETHER);
    // A day's growth at 10 % a year.
    expect(booked > ETHER / 37n && booked < ETHER / 36n, `booked ${booked} wei`).to.equal(true);
    expect(deferredRewardsWei).to.equal(2n * ETHER - booked);
    expect((await preview(97_000_000_000n)).noted).to.deep.equal([]);
  });

  it("counts rewards that waited before", async () => {
    await carryOut(await plan(96_500_000_000n), { dryRun: false, yes: true }, fakeTerminal());
    const waiting = (await suite().accounting.lastReport()).deferredRewards;
    await advanceFrame(await open());

    const { expected } = await preview(96_500_000_000n);
    const booked = (await plan(96_500_000_000n)).details.expected as Record<string, bigint>;
    const rise = (booked.totalPooledEtherWei ?? 0n) - (booked.totalPooledEtherBeforeWei ?? 0n);
    expect(expected.rewardsWei).to.equal(0n);
    expect(waiting).to.equal((booked.deferredRewardsWei ?? 0n) + rise);
    expect(rise > 0n).to.equal(true);
  });
});
