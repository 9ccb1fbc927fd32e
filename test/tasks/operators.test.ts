import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, type JsonRpcSigner } from "ethers";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { encodeOperatorPublicKey, operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { parseOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { ISSVNetwork__factory, type ISSVNetwork } from "../../typechain-types/index.ts";
import { openSSV } from "../../tasks/ssvConnection.ts";
import { hardhatJson, type RunningNode } from "../helpers/commandLine.ts";
import { useLocalTasks, type LocalTasks } from "../helpers/localTasks.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";
import { keyOf } from "../src/support/operatorDirectory.ts";

const [FEE, OLD_FEE, NETWORK_FEE] = [1_000_000_000n, 1_770_000_000n, 3_366_600_000n];
const YEAR = 2_628_000n;

describe("operators tasks", () => {
  const local = useLocalTasks();
  let node: RunningNode;
  let chain: JsonRpcProvider;
  let folder: string;
  let run: LocalTasks["run"];
  let read: LocalTasks["read"];
  let refuses: LocalTasks["refuses"];
  let owner: JsonRpcSigner;
  let ssvNetwork: string;

  // Operators 1 to 4 are the local chain's, of one owner; 5 to 8 belong to another one, 9 and 10 to one each.
  before(async () => {
    ({ node, chain, folder, run, read, refuses } = local());
    owner = await chain.getSigner(LOCAL_ACCOUNTS.ssvOperators);
    ssvNetwork = node.addresses.ssvNetwork ?? "";
    const network: ISSVNetwork = ISSVNetwork__factory.connect(ssvNetwork, await chain.getSigner(7));
    for (let id = 5n; id <= 10n; id++) {
      const signer = await chain.getSigner(id < 9n ? 7 : Number(id));
      const key = encodeOperatorPublicKey(keyOf(id));
      await (await network.connect(signer).registerOperator(key, FEE, id === 6n || id === 7n)).wait();
    }
    await (await network.setOperatorsWhitelists([6], [node.addresses.clusterManager ?? ""])).wait();
    await (await network.removeOperator(8)).wait();
    await (await network.connect(owner).declareOperatorFee(2, 1_900_000_000n)).wait();
  });

  it("list all operators with their fees, as the pool sees them", async () => {
    const { listed, ...rest } = await read("operators list");

    expect(rest).to.include({ ssvNetwork, account: node.addresses.clusterManager, matching: 10 });
    expect(rest.networkFeeWeiPerBlock).to.equal(`${NETWORK_FEE}`);
    const rows = listed as Record<string, unknown>[];
    expect(rows.map(({ operator, state }) => `${String(operator)} ${String(state)}`)).to.deep.equal([
      ...["1 usable", "2 usable", "3 usable", "4 usable", "5 usable"],
      ...["6 usable", "7 private", "8 removed", "9 usable", "10 usable"],
    ]);
    expect(rows[1]).to.deep.equal({
      operator: "2",
      state: "usable",
      feeWeiPerBlock: `${OLD_FEE}`,
      feeWeiPerYear: `${OLD_FEE * YEAR}`,
      validators: 0,
      isPrivate: false,
      hasDeclaredFee: true,
      owner: owner.address,
    });
  });

  it("list some of them, as a table, and say how many they read", async () => {
    const table = await run("operators list", { owner: owner.address, limit: "1" });
    expect(table.stderr).to.match(/^read operators .* 10\/10 .*\n$/m);
    expect(table.stdout)
      .to.match(/^network fee per block +3366600000 wei$/m)
      .and.to.match(/^matching +4$/m)
      .and.to.match(/│ operator │ state +│ fee per block +│ fee per year +│ validators │ is private │/)
      .and.to.match(/│ 1 +│ usable │ 1770000000 wei │ 0\.00465156 ETH │ 0 +│ no +│ no +│ 0x/)
      .and.not.to.match(/│ 2 +│/);

    const own = await read("operators list", { usable: true, owner: (await chain.getSigner(7)).address });
    expect((own.listed as { operator: string }[]).map(({ operator }) => operator)).to.deep.equal(["5", "6"]);
  });

  it("show everything about an operator, and which of the pool's clusters it serves", async () => {
    await local().stake(2);
    const { declaredFee, clusters, operatorKey, ...rest } = await read("operators show", { id: "2" });
    expect(rest).to.include({
      ...{ operator: "2", state: "usable", owner: owner.address, validators: 2, room: 2_998 },
      ...{ feeWeiPerBlock: `${OLD_FEE}`, isPrivate: false, isWhitelisted: false, isRemoved: false },
      keyFingerprint: operatorKeyFingerprint(operatorKey as string),
    });
    expect(declaredFee).to.include({ feeWeiPerBlock: "1900000000", feeWeiPerYear: `${1_900_000_000n * YEAR}` });
    const { executableAt, expiresAt } = declaredFee as Record<string, string>;
    expect(BigInt(expiresAt ?? 0) - BigInt(executableAt ?? 0)).to.equal(604_800n);
    expect(clusters).to.deep.equal([{ operators: ["1", "2", "3", "4"], validators: 2, isActive: true }]);
    expect(await read("operators show", { id: "5" })).to.deep.include({ declaredFee: null, clusters: [] });
    expect(await read("operators show", { id: "6" })).to.include({ isPrivate: true, isWhitelisted: true });
  });

  it("suggest operators of different owners, and write their keys to a file", async () => {
    const out = join(folder, "operators.json");
    const { sets, chosen, ...rest } = await read("operators suggest", { out });
    const fees = OLD_FEE + 3n * FEE;

    // Of each owner's the least loaded one, then the cheapest, then the first.
    expect(sets).to.deep.equal([
      {
        set: 1,
        operators: ["1", "5", "9", "10"],
        feeWeiPerBlock: `${fees}`,
        feeWeiPerYear: `${fees * YEAR}`,
        withNetworkFeeWeiPerYear: `${(fees + NETWORK_FEE) * YEAR}`,
        file: out,
      },
    ]);
    expect(rest).to.deep.include({ usable: 8, account: node.addresses.clusterManager });
    expect(rest.leftOut).to.deep.equal([
      { reason: "removed from ssv.network", count: 1 },
      { reason: "private without the account on the whitelist", count: 1 },
    ]);
    expect((chosen as unknown[])[1]).to.deep.equal({
      ...{ set: 1, operator: "5", feeWeiPerBlock: `${FEE}`, feeWeiPerYear: `${FEE * YEAR}` },
      ...{ hasDeclaredFee: false, validators: 0, owner: (await chain.getSigner(7)).address },
    });
    const written = parseOperatorsFile(readFileSync(out, "utf8"));
    expect(written.map(({ id }) => id)).to.deep.equal([1n, 5n, 9n, 10n]);
    expect(written[3]?.operatorKey).to.equal(keyOf(10n));
    await refuses(
      "operators suggest",
      { out },
      `out is there already (got ${out}): name another file, or remove this one first`,
    );
  });

  it("suggest the cheapest, with and without some, and several sets", async () => {
    const idsOf = async (args: Record<string, unknown>) =>
      ((await read("operators suggest", { strategy: "cheapest", ...args })).sets as { operators: string[] }[]).map(
        ({ operators }) => operators.join(),
      );

    expect(await idsOf({})).to.deep.equal(["5,6,9,10"]);
    expect(await idsOf({ include: "3,4", exclude: "5" })).to.deep.equal(["3,4,6,9"]);
    expect(await idsOf({ maxFeeWei: `${OLD_FEE}`, size: "7" })).to.deep.equal(["1,3,4,5,6,9,10"]);
    expect(await idsOf({ sets: "2", out: join(folder, "many.json") })).to.deep.equal(["5,6,9,10", "1,2,3,4"]);
    const second = parseOperatorsFile(readFileSync(join(folder, "many-2.json"), "utf8"));
    expect(second.map(({ id }) => id)).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(readFileSync(join(folder, "many-1.json"), "utf8")).to.contain('"id": 10');
  });

  it("look at an ssv.network without a pool, for the account that is named", async () => {
    const noPool = await createTaskRunner(node, "default");
    const stateOf = async (args: Record<string, unknown>) =>
      (await read("operators show", { id: "6", ssvNetwork, ...args })).state;
    const inProcess = await noPool("operators suggest", { ssvNetwork: node.addresses.clusterManager });

    expect(await stateOf({})).to.equal("private");
    expect(await stateOf({ account: node.addresses.clusterManager })).to.equal("usable");
    expect(await stateOf({ account: owner.address })).to.equal("private");
    expect((await run("operators suggest", { ssvNetwork })).stderr).to.match(
      /\nwarning: private operators are left out, because no --account says who registers with them\n$/,
    );
    expect(inProcess.stderr).to.equal(
      `error: ssv-network is no ssv.network of version 2 (got ${node.addresses.clusterManager ?? ""}): check address and network\n`,
    );
  });

  it("look at the known ssv.network of a public chain without a record of a pool", async () => {
    const networks = { hoodiLike: { type: "edr-simulated" as const, chainType: "l1" as const, chainId: 560_048 } };
    const hoodi = await createHardhatRuntimeEnvironment(
      { plugins: [hardhatEthers], networks },
      { network: "hoodiLike" },
      process.cwd(),
    );
    const [json, nothing] = [false, undefined];
    const opening = openSSV(hoodi, { json, pool: nothing, ssvNetwork: nothing, account: nothing });
    expect(await opening.catch((error: unknown) => (error as Error).message)).to.equal(
      "ssvNetwork is no ssv.network of version 2 (got 0x58410Bef803ECd7E63B23664C586A6DB72DAf59c): check address and network",
    );
  });

  const wrong: [task: string, args: Record<string, unknown>, line: string][] = [
    ["list", { limit: "0" }, "limit is not a whole number within its bounds (got 0): give 1 to 9007199254740991"],
    [
      "list",
      { owner: "me" },
      "owner is not an address (got me): give 0x and 40 hexadecimal digits, with the right checksum",
    ],
    [
      "list",
      { account: "me" },
      "account is not an address (got me): give 0x and 40 hexadecimal digits, with the right checksum",
    ],
    [
      "list",
      { ssvNetwork: "ssv" },
      "ssv-network is not an address (got ssv): give 0x and 40 hexadecimal digits, with the right checksum",
    ],
    ["show", { id: "0" }, "id is not an operator's id (got 0): give the number that ssv.network gave the operator"],
    [
      "show",
      { id: "18446744073709551616" },
      "id is not an operator's id (got 18446744073709551616): give the number that ssv.network gave the operator",
    ],
    [
      "show",
      { id: "11" },
      "operator does not exist at ssv.network (got 11): look up the operators with `operators list`",
    ],
    ["suggest", { size: "5" }, "size is no size of a cluster that SSV accepts (got 5): give 4, 7, 10 or 13"],
    ["suggest", { sets: "0" }, "sets is not a whole number within its bounds (got 0): give 1 to 100"],
    ["suggest", { strategy: "best" }, "strategy is none of its choices (got best): give cheapest or diverse"],
    ["suggest", { validators: "x" }, "validators is not a whole number within its bounds (got x): give 1 to 100000"],
    ["suggest", { maxFeeWei: "1.5" }, "max-fee-wei is not a whole number (got 1.5): give decimal digits only"],
    [
      "suggest",
      { include: "1,,2" },
      "include is not an operator's id (got nothing): give the number that ssv.network gave the operator",
    ],
    ["suggest", { exclude: "1,1" }, "exclude names an operator twice (got 1,1): name each operator once, as 1,2,3"],
  ];
  for (const [task, args, line] of wrong)
    it(`refuse ${JSON.stringify(args)} in one line`, async () => {
      await refuses(`operators ${task}`, args, line);
    });

  it("refuse a pool beside an ssv.network, a file that cannot be written, and too few operators", async () => {
    const { poolETH = "" } = node.addresses;
    await refuses(
      "operators list",
      { ssvNetwork, pool: poolETH },
      `ssv-network is given beside a pool, which has its own (got ${ssvNetwork}): name one of the two`,
    );
    writeFileSync(join(folder, "file"), "");
    const out = join(folder, "file", "operators.json");
    const unwritable = await run("operators suggest", { out });
    expect(unwritable.stderr).to.match(/\nerror: out cannot be written, ENOTDIR \(got .*operators\.json\): make room/);
    const { success, stdout, stderr } = await run("operators suggest", { validators: "3000", maxFeeWei: "1500000000" });
    expect({ success, stdout }).to.deep.equal({ success: false, stdout: "" });
    expect(stderr).to.contain(
      "error: usable operators are too few for one set of 4 without two of one owner; left out: 1 removed from ssv.network, 1 private without the account on the whitelist, 4 without room for the validators (got 4 of 3 owners): choose the cheapest, whoever owns them, ask for fewer",
    );
  });

  it("take their options from the command line", async () => {
    const args = ["operators", "suggest", "--size", "4", "--strategy", "cheapest", "--exclude", "5"];
    const { sets } = await hardhatJson([...args, "--max-fee-wei", "1770000000", "--network", "local"], node.env);
    expect((sets as { operators: string[] }[])[0]?.operators).to.deep.equal(["1", "6", "9", "10"]);
  });
});
