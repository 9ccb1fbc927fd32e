import { expect } from "chai";
import { toBeHex } from "ethers";

import { AccessManager__factory, ClusterManager__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const [ETHER, UNIT] = [10n ** 18n, 10n ** 15n];
const [HOUR, PERIOD] = [3_600n, 28n * 3_600n];
const ADMIN_ROLE = 0n;

interface Shown {
  readonly operatingReserveWei: string;
  readonly withdrawableWei: string;
  readonly allowanceWei: string;
  readonly laterAllowances: { readonly availableAt: string; readonly allowanceWei: string }[];
}

describe("reserve tasks", () => {
  const local = useLocalTasks();
  let receiver: string;
  let admin: string;

  before(async () => {
    receiver = (await local().chain.getSigner(15)).address;
    admin = local().node.accounts["admin"] ?? "";
  });

  const address = (name: string): string => local().node.addresses[name] ?? "";
  const manager = () => ClusterManager__factory.connect(address("clusterManager"), local().chain);
  const authority = async () =>
    AccessManager__factory.connect(address("authority"), await local().chain.getSigner(admin));
  const show = () => local().read<Shown>("reserve show");
  const send = (id: string, args: Record<string, unknown>) => local().read(id, { ...args, yes: true });
  const time = async () => BigInt((await local().chain.getBlock("latest"))?.timestamp ?? 0);
  const moveTo = async (timestamp: bigint) => {
    await local().chain.send("evm_setNextBlockTimestamp", [toBeHex(timestamp)]);
    await local().chain.send("hardhat_mine", ["0x1"]);
  };

  it("show tells what is there, what of it may be taken out, and how clusters are funded", async () => {
    const reserve = await manager().reserve();
    const { runwayBlocks, minRunwayBlocks } = await manager().runway();
    const shown = await show();
    expect(shown).to.deep.equal({
      clusterManager: address("clusterManager"),
      blockNumber: await local().chain.getBlockNumber(),
      operatingReserveWei: `${reserve}`,
      withdrawableWei: `${await manager().reserveAllowance()}`,
      allowanceWei: `${await manager().reserveAllowance()}`,
      laterAllowances: [],
      ...{ runwayBlocks: `${runwayBlocks}`, runwayDays: Number(runwayBlocks / 7_200n) },
      ...{ minRunwayBlocks: `${minRunwayBlocks}`, minRunwayDays: Number(minRunwayBlocks / 7_200n) },
      maxEffectiveBalanceWei: `${32n * ETHER}`,
    });
    const { stdout, stderr } = await local().run("reserve show");
    expect(stdout)
      .to.match(/^later allowances +none$/m)
      .and.to.match(/^max effective balance +32 ETH$/m);
    expect(stderr).to.equal("");
  });

  it("deposit pays in from any account, after it has shown what that changes", async () => {
    const before = await manager().reserve();
    const dry = await local().read("reserve deposit", { amount: "50", from: receiver, dryRun: true });
    expect(dry).to.deep.include({
      ...{ dryRun: true, action: "pay 50 ETH into the operating reserve", from: receiver },
      ...{ operatingReserveWei: `${before}`, operatingReserveAfterWei: `${before + 50n * ETHER}` },
    });
    expect(await manager().reserve()).to.equal(before);

    const sent = await send("reserve deposit", { amount: "50", from: receiver });
    expect(sent).to.deep.include({ paidWei: `${50n * ETHER}`, operatingReserveWei: `${before + 50n * ETHER}` });
    expect(await manager().reserve()).to.equal(before + 50n * ETHER);
  });

  it("withdraw sends what the administrator may take out now, and show says when it is more", async () => {
    const [before, held] = [await manager().reserve(), await local().chain.getBalance(receiver)];
    // Two withdrawals, in different periods.
    const start = ((await time()) / PERIOD + 1n) * PERIOD;
    await moveTo(start);
    const first = await send("reserve withdraw", { amount: "2", to: receiver });
    expect(first).to.deep.include({ receiver, takenWei: `${2n * ETHER}` });
    expect(await local().chain.getBalance(receiver)).to.equal(held + 2n * ETHER);
    await moveTo(start + PERIOD);
    await send("reserve withdraw", { amount: "1.0001", to: receiver });

    const left = before - 3n * ETHER - UNIT / 10n;
    const limit = (left / 10n / UNIT) * UNIT;
    const shown = await show();
    expect(shown).to.deep.include({
      operatingReserveWei: `${left}`,
      allowanceWei: `${limit - 3_001n * UNIT}`,
      laterAllowances: [
        { availableAt: `${start + 7n * PERIOD}`, allowanceWei: `${limit - 1_001n * UNIT}` },
        { availableAt: `${start + 8n * PERIOD}`, allowanceWei: `${limit}` },
      ],
    });
    // As the contract says then.
    for (const { availableAt, allowanceWei } of shown.laterAllowances) {
      await moveTo(BigInt(availableAt) - 1n);
      expect(await manager().reserveAllowance()).to.be.lessThan(BigInt(allowanceWei));
      await moveTo(BigInt(availableAt));
      expect(`${await manager().reserveAllowance()}`).to.equal(allowanceWei);
    }
    expect((await show()).laterAllowances).to.deep.equal([]);
  });

  it("withdraw of a role with a delay is scheduled, and sent by the same command when the delay is over", async () => {
    const delayed = (await local().chain.getSigner(14)).address;
    await (await (await authority()).grantRole(ADMIN_ROLE, delayed, HOUR)).wait();
    const args = { amount: "0.5", to: receiver, from: delayed };
    const [before, block] = [await manager().reserve(), await time()];

    const scheduled = await send("reserve withdraw", args);
    const executableAt = BigInt(String(scheduled.executableAt));
    expect(executableAt).to.be.greaterThan(block + HOUR - 1n);
    expect(BigInt(String(scheduled.expiresAt))).to.equal(executableAt + 7n * 24n * HOUR);
    expect(await (await authority()).getSchedule(String(scheduled.scheduled))).to.equal(executableAt);
    expect(await manager().reserve()).to.equal(before);
    const left = executableAt - (await time());
    await local().refuses(
      "reserve withdraw",
      { ...args, yes: true },
      `delay is not over yet: the call is scheduled (got ${left} seconds): run the same command again after ${new Date(Number(executableAt) * 1_000).toISOString()}`,
    );

    await moveTo(executableAt);
    expect(await local().read("reserve withdraw", { ...args, dryRun: true })).to.include({
      action: `take 0.5 ETH out of the operating reserve, to ${receiver}`,
    });
    expect(await send("reserve withdraw", args)).to.deep.include({ takenWei: `${ETHER / 2n}` });
    expect(await manager().reserve()).to.equal(before - ETHER / 2n);
    // It was executed once, so that it would be scheduled anew.
    expect((await local().read("reserve withdraw", { ...args, dryRun: true })).action).to.equal(
      `schedule, to be executed by the same command after 3600 seconds: take 0.5 ETH out of the operating reserve, to ${receiver}`,
    );
  });

  it("refuse what nobody can do, and change nothing", async () => {
    const { refuses } = local();
    const [block, reserve] = [await local().chain.getBlockNumber(), await manager().reserve()];
    const eth = (amount: bigint) => `${amount / ETHER}.${`${amount % ETHER}`.padStart(18, "0").replace(/0+$/, "")} ETH`;
    const allowance = await manager().reserveAllowance();
    await refuses("reserve deposit", {}, "amount is missing (got nothing): say how much to pay in, in ETH");
    await refuses("reserve deposit", { amount: "0" }, "amount is nothing (got 0): pay something in");
    await refuses(
      "reserve withdraw",
      {},
      "amount and to are missing (got nothing): say how much to take out, in ETH, and who gets it",
    );
    await refuses("reserve withdraw", { amount: "0", to: receiver }, "amount is nothing (got 0): take something out");
    await refuses(
      "reserve withdraw",
      { amount: "1", to: "0x12" },
      "to is not an address (got 0x12): give 0x and 40 hexadecimal digits, with the right checksum",
    );
    await refuses(
      "reserve withdraw",
      { amount: "1", to: address("clusterManager") },
      `to holds the reserve: only the allowance would be gone (got ${await manager().getAddress()}): name another account`,
    );
    await refuses(
      "reserve withdraw",
      { amount: "9999", to: receiver },
      `amount is more than the ${eth(reserve)} there (got 9999 ETH): take less`,
    );
    await refuses(
      "reserve withdraw",
      { amount: "40", to: receiver },
      `amount is more than the ${eth(allowance)} that may be taken out now (got 40 ETH): take less, or wait: \`reserve show\` says when it is more`,
    );
    await refuses(
      "reserve withdraw",
      { amount: "1", to: receiver, from: receiver },
      `from has no role that allows withdrawReserve (got ${receiver}): send from an account with the role, which the pool's admin can grant`,
    );
    expect(await local().chain.getBlockNumber()).to.equal(block);
  });
});
