import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { getAddress, toBeHex, type Log } from "ethers";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import { ISSVNetwork__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const IDS = [1n, 2n, 3n, 4n];
const ETHER = 10n ** 18n;
const [A, B, C] = [toBeHex(1, 48), toBeHex(2, 48), toBeHex(3, 48)];

describe("validators exit, and fee-recipient", () => {
  const local = useLocalTasks();
  let service: string;
  let poolKeys: readonly string[];
  let dir: string;

  before(async () => {
    service = (await local().chain.getSigner(8)).address;
    dir = await local().stake(2);
    poolKeys = readCeremony(dir, LOCAL).keys.map(({ pubkey }) => pubkey);
    const shares = [A, B].map(() => "0x");
    const ssv = await network(8);
    await (await ssv.bulkRegisterValidator([A, B], IDS, shares, NEW_CLUSTER, { value: ETHER })).wait();
  });

  const network = async (signer: number) =>
    ISSVNetwork__factory.connect(local().node.addresses.ssvNetwork ?? "", await local().chain.getSigner(signer));
  const own = (args: Record<string, unknown> = {}) => ({ account: "eoa", from: service, ...args });
  const manager = (): string => local().node.addresses.clusterManager ?? "";

  /** The keys that operators were asked to exit for an owner, in the last block. */
  async function askedOf(owner: string): Promise<string[]> {
    const ssv = await network(8);
    const { chain } = local();
    const fromBlock = await chain.getBlockNumber();
    const topics = ssv.interface.encodeFilterTopics("ValidatorExited", [owner]);
    const logs: Log[] = await chain.getLogs({ address: await ssv.getAddress(), topics, fromBlock });
    return logs.map((log) => String(ssv.interface.parseLog(log)?.args.publicKey));
  }

  it("asks for a pool's validators by role, with what it means", async () => {
    const file = join(dir, "deposit_data.json");
    const dry = await local().run("validators exit", { file, dryRun: true, json: true });
    expect(JSON.parse(dry.stdout)).to.deep.include({ dryRun: true, keys: 2, pubkeys: poolKeys });
    expect(dry.stderr)
      .to.match(/^warning: an exit cannot be taken back: /m)
      .and.to.match(/^warning: keep the cluster funded/m);
    expect(await askedOf(manager())).to.deep.equal([]);

    const sent = await local().read("validators exit", { file, yes: true });
    expect(sent).to.deep.include({ account: manager(), operators: ["1", "2", "3", "4"], keys: 2, pubkeys: poolKeys });
    expect(await askedOf(manager())).to.deep.equal(poolKeys);
  });

  it("asks for an account's own, and says which were asked for before", async () => {
    await local().read("validators exit", own({ keys: A, yes: true }));
    expect(await askedOf(service)).to.deep.equal([A]);
    const again = await local().run("validators exit", own({ keys: `${A}, ${B.slice(2)}`, yes: true }));
    expect(again.stderr).to.contain("warning: 1 of them were asked for before\n");
    expect(await askedOf(service)).to.deep.equal([A, B]);
  });

  it("reads keys from a file with one in each line, each once", async () => {
    const file = join(local().folder, "keys.txt");
    writeFileSync(file, `${B}\n${A.slice(2)}\n${B}\n`);
    const { pubkeys } = await local().read("validators exit", own({ file, dryRun: true }));
    expect(pubkeys).to.deep.equal([B, A]);
  });

  it("refuses keys that are none, or not the account's, and clusters that do nothing", async () => {
    const { refuses, folder, chain } = local();
    const block = await chain.getBlockNumber();
    const GIVE = "name public keys by commas with --keys, or a file that holds them with --file";
    await refuses(
      "validators exit",
      {},
      `keys are to be given, or a file with them, and not both (got nothing): ${GIVE}`,
    );
    await refuses(
      "validators exit",
      { keys: A, file: "x" },
      `keys are to be given, or a file with them, and not both (got both): ${GIVE}`,
    );
    await refuses("validators exit", { keys: `${A},${A}` }, `keys is there twice (got ${A}): name each key once`);
    await refuses(
      "validators exit",
      { keys: "0x12" },
      "keys has 1 bytes instead of 48 (got 0x12): give exactly 96 hexadecimal digits",
    );
    const empty = join(folder, "empty");
    writeFileSync(empty, toBeHex(1, 96));
    await refuses(
      "validators exit",
      { file: empty },
      `file holds no public key (got ${empty}): write one in each line, 96 hexadecimal digits`,
    );
    await refuses(
      "validators exit",
      { keys: A },
      `keys is not registered at ssv.network by ${manager()} (got ${A}): look it up with \`validators show\``,
    );
    await refuses(
      "validators exit",
      { keys: poolKeys[0], from: service },
      `from has no role that allows exit (got ${service}): send from an account with the role, which the pool's admin can grant`,
    );
    expect(await chain.getBlockNumber()).to.equal(block);
  });

  it("refuses keys of two clusters at once, of liquidated ones, and removed ones", async () => {
    const [ssv, others] = [await network(8), [1n, 2n, 3n, 5n]];
    const operator = await network(7);
    await (await operator.registerOperator("0x05", 1_000_000_000n, false)).wait();
    await (await ssv.registerValidator(C, others, "0x", NEW_CLUSTER, { value: ETHER })).wait();
    await local().refuses(
      "validators exit",
      own({ keys: [A, C].join() }),
      `keys is with operators 1, 2, 3, 5, and not with 1, 2, 3, 4 as the first one (got ${C}): exit the validators of each cluster by themselves`,
    );
    const snapshot = async () => fetchClusterSnapshot(ssv, service, others);
    await (await ssv.liquidate(service, others, await snapshot())).wait();
    await local().refuses(
      "validators exit",
      own({ keys: C }),
      "keys are in the cluster of operators 1, 2, 3, 5, which is liquidated, so its operators do nothing (got 1 keys): reactivate it first, with `cluster reactivate`",
    );
    await (await ssv.removeValidator(C, others, await snapshot())).wait();
    await local().refuses(
      "validators exit",
      own({ keys: C }),
      `keys was removed from ssv.network (got ${C}): exit it through its withdrawal address`,
    );
  });

  it("shows and sets who gets the tips of an account's validators", async () => {
    const vault = getAddress(local().node.addresses.rewardsVault ?? "");
    expect(await local().read("fee-recipient show")).to.deep.equal({
      ...{ account: manager(), feeRecipient: vault, isNamed: true, rewardsVault: vault },
    });
    expect(await local().read("fee-recipient show", { account: service })).to.deep.equal({
      ...{ account: service, feeRecipient: service, isNamed: false, rewardsVault: "" },
    });
    const already = (recipient: string) =>
      local().refuses(
        "fee-recipient set",
        own({ recipient }),
        `recipient gets the tips already (got ${recipient}): name another one`,
      );
    await already(service);
    expect(await local().read("fee-recipient set", own({ recipient: vault, dryRun: true }))).to.include({
      ...{ feeRecipient: service, newFeeRecipient: vault },
    });
    await local().read("fee-recipient set", own({ recipient: vault, yes: true }));
    await already(vault);
    expect(await local().read("fee-recipient show", own())).to.include({ account: service, feeRecipient: vault });
    expect(await local().read("fee-recipient show", { account: service })).to.include({
      ...{ feeRecipient: vault, isNamed: true },
    });
  });

  it("never names another recipient for a pool, or none", async () => {
    await local().refuses(
      "fee-recipient set",
      { recipient: service },
      `account is not the account that sends: the recipient of a pool is its rewards vault, for ever (got ${manager()}): give eoa for the account that sends`,
    );
    await local().refuses(
      "fee-recipient set",
      own({ recipient: "0x00" }),
      "recipient is not an address (got 0x00): give 0x and 40 hexadecimal digits, with the right checksum",
    );
  });
});
