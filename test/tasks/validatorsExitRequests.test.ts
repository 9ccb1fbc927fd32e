import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { ValidatorExitRequests__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const GWEI = 1_000_000_000n;

describe("validators exit --via el", () => {
  const local = useLocalTasks();
  let poolKeys: readonly string[];
  let dir: string;
  let file: string;

  before(async () => {
    dir = await local().stake(3);
    file = join(dir, "deposit_data.json");
    poolKeys = readCeremony(dir, LOCAL).keys.map(({ pubkey }) => pubkey);
  });

  const requestedAt = async (position: number) => {
    const manager = local().node.addresses.poolManager ?? "";
    const exits = ValidatorExitRequests__factory.connect(manager, local().chain);
    return (await exits.exitOf(0n, position)).requestedAt;
  };
  const setExcess = async (excess: bigint): Promise<unknown> =>
    local().chain.send("hardhat_setStorageAt", [WITHDRAWAL_REQUESTS, "0x0", toBeHex(excess, 32)]);

  it("shows what it would request and what it costs, and requests nothing in a dry run", async () => {
    const dry = await local().run("validators exit", { via: "el", file, dir, dryRun: true, json: true });
    const { transactions } = JSON.parse(dry.stdout) as { transactions: unknown[] };
    expect(transactions).to.have.length(1);
    expect(transactions[0]).to.deep.include({
      ...{ dryRun: true, batch: "0", position: 0, keys: 3, pubkeys: poolKeys },
      ...{ feeNowWei: "3", maxFeesWei: `${3n * GWEI}` },
    });
    expect(dry.stderr)
      .to.match(/^warning: an exit cannot be taken back: /m)
      .and.to.match(/^warning: the consensus layer drops requests without a sign/m);
    expect(await requestedAt(0)).to.equal(0n);
  });

  it("H57 refuses when a key costs more than is allowed", async () => {
    await setExcess(600n);
    const fee = BigInt(await local().chain.call({ to: WITHDRAWAL_REQUESTS }));
    const { stderr, success } = await local().run("validators exit", {
      via: "el",
      file,
      dir,
      maxFee: "0.0001",
      yes: true,
    });
    expect(success).to.equal(false);
    expect(fee).to.be.greaterThan(10n ** 14n);
    expect(stderr).to.match(
      /^error: max-fee is less than the 0\.\d+ ETH that the consensus layer charges for a key now \(got 0\.0001 ETH\)/,
    );
    await setExcess(0n);
    expect(await requestedAt(0)).to.equal(0n);
  });

  it("requests exits by role, with a transaction for each run of keys", async () => {
    const keys = [poolKeys[0], poolKeys[2]].join(",");
    const sent = await local().read<{ transactions: unknown[] }>("validators exit", {
      via: "el",
      keys,
      dir,
      yes: true,
    });
    expect(sent).to.deep.include({ via: "el", keys: 2 });
    expect(sent.transactions).to.have.length(2);
    expect(sent.transactions[1]).to.deep.include({ batch: "0", position: 2, keys: 1, pubkeys: [poolKeys[2]] });
    expect(await requestedAt(0)).to.be.greaterThan(0n);
    expect(await requestedAt(1)).to.equal(0n);
    expect(await requestedAt(2)).to.be.greaterThan(0n);
    const again = await local().run("validators exit", { via: "el", keys, dir, yes: true });
    expect(again.stderr).to.match(/^error: .*ExitRequestedRecently\(.*wait: a request can be repeated/);
  });

  it("refuses keys that are not the pool's, other ways, and other accounts", async () => {
    const stranger = toBeHex(7, 48);
    await local().refuses(
      "validators exit",
      { via: "el", keys: stranger, dir },
      `keys is no activated key of a batch in ${dir} (got ${stranger}): look it up with \`validators show\``,
    );
    const other = await local().run("validators exit", { via: "mail", keys: stranger });
    expect(other.stderr).to.match(/^error: via .*\(got mail\)/);
    const own = await local().run("validators exit", { via: "el", keys: stranger, account: "eoa" });
    expect(own.stderr).to.match(/^error: via works for a pool's validators \(got el\)/);
  });
});
