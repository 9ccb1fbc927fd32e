import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Interface, JsonRpcProvider } from "ethers";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { hardhat, startNode, type RunningNode } from "../helpers/commandLine.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

interface KeysharesFile {
  readonly shares: { readonly data: { readonly operators: { operatorKey: string }[] } }[];
}

describe("operator keys in validators tasks", () => {
  let node: RunningNode;
  let chain: JsonRpcProvider;
  let folder: string;
  let run: TaskRunner;
  /** Of this chain, and the same keys split for another operator 2. */
  let good: string;
  let bad: string;
  let refusal: string;

  before(async () => {
    node = await startNode();
    chain = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1 });
    run = await createTaskRunner(node);
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    [good, bad] = [join(folder, "good"), join(folder, "bad")];
    await run("local ceremony", { out: good, count: "2" });
    cpSync(good, bad, { recursive: true });
    refusal = exchangeKey(join(bad, "keyshares.json"));
  });

  after(async () => {
    chain.destroy();
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  async function refuses(task: string, dir: string, line: string): Promise<void> {
    const block = await chain.getBlockNumber();
    const end = await run(task, { dir, yes: true });
    expect(end).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
    expect(await chain.getBlockNumber()).to.equal(block);
  }

  it("refuse to register keys that were split for another key of an operator, with exit code 1", async () => {
    await refuses("validators register", bad, refusal);
    const end = await hardhat(["validators", "register", "--dir", bad, "--yes", "--network", "local"], node.env);
    expect(end).to.deep.equal({ code: 1, stdout: "", stderr: `error: ${refusal}\n` });
  });

  it("refuse to stake to such keys, even when their batch is registered", async () => {
    expect(await run("validators register", { dir: good, yes: true })).to.include({ success: true });
    expect(await run("pool deposit", { amount: "64", yes: true })).to.include({ success: true });

    await refuses("validators activate", bad, refusal);
    expect(await run("validators activate", { dir: good, count: "1", yes: true })).to.include({ success: true });
  });

  it("refuse keys of an operator that was removed", async () => {
    await removeOperator(3);

    await refuses(
      "validators activate",
      good,
      "ceremony operator was removed from ssv.network (got 3): split the keys anew for operators that are registered there",
    );
  });

  /** Lists the key of operator 1 as that of operator 2, and returns how this is refused. */
  function exchangeKey(file: string): string {
    const keyshares = JSON.parse(readFileSync(file, "utf8")) as KeysharesFile;
    const [first = "", second = ""] =
      keyshares.shares[0]?.data.operators.map(({ operatorKey }) => operatorKeyFingerprint(operatorKey)) ?? [];
    for (const { data } of keyshares.shares) {
      const [one, two] = data.operators;
      if (one !== undefined && two !== undefined) two.operatorKey = one.operatorKey;
    }
    writeFileSync(file, JSON.stringify(keyshares));
    return `operator 2's key in keyshares.json differs from the one registered at ssv.network, SHA-256 ${second} (got SHA-256 ${first}): split the keys anew for the operators as they are`;
  }

  async function removeOperator(id: number): Promise<void> {
    const owner = await chain.getSigner(LOCAL_ACCOUNTS.ssvOperators);
    const data = new Interface(["function removeOperator(uint64)"]).encodeFunctionData("removeOperator", [id]);
    await (await owner.sendTransaction({ to: node.addresses.ssvNetwork ?? "", data })).wait();
  }
});
