import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { batchFiles, writeBatch } from "../../clients/ceremonyFolder.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { writeBatches } from "../helpers/ceremonyFolders.ts";
import { at, checksOf, editJson, expectRefused, type KeysharesJson } from "../helpers/keyFolder.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";
import { OTHER_OWNER, testCeremony } from "../src/support/operators.ts";
import { TestProvider } from "../helpers/testProvider.ts";

const OPERATORS = "chain: operators, and their keys at ssv.network";
const NONCES = "chain: nonces follow on the account's";
const [FIRST, SECOND] = ["batches/000000-000001/keyshares.json", "batches/000002-000002/keyshares.json"] as const;
const OTHERS = "split the keys anew for operators that are registered there";

describe("keys verify, against the chain", () => {
  let node: LocalNode;
  let run: TaskRunner;
  let home: string;
  let good: string;
  let copies = 0;

  before(async () => {
    node = await startLocalNode(hre, await findFreePort(0));
    run = await createTaskRunner(node);
    home = mkdtempSync(join(tmpdir(), "pooleth-chain-"));
    good = join(home, "good");
    await writeBatches(node.suite, good, { counts: [2, 1], firstNonce: 0n });
  });

  after(async () => {
    rmSync(home, { recursive: true });
    rmSync(node.record);
    await node.close();
  });

  function copy(): string {
    const folder = join(home, `copy-${copies++}`);
    cpSync(good, folder, { recursive: true });
    return folder;
  }

  /** A batch for the pool, but for what differs. */
  async function ceremony(fields: Parameters<typeof testCeremony>[0]): Promise<string> {
    const { clusterManager, poolETH, operators } = node.suite;
    const { files } = testCeremony({
      count: 1,
      firstNonce: 0n,
      operators: operators.slice(0, 4).map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
      owner: await clusterManager.getAddress(),
      withdrawalCredentials: (await poolETH.withdrawalCredentials(false)) as `0x${string}`,
      ...fields,
    });
    const folder = join(home, `ceremony-${copies++}`);
    writeBatch(folder, fields?.firstNonce ?? 0n, 1, batchFiles(files));
    return folder;
  }

  it("verifies operators, nonces and uses of a good ceremony", async () => {
    const { success, stdout } = await run("keys verify", { dir: good });
    expect(success).to.equal(true);
    expect(checksOf(stdout).slice(-4)).to.deep.equal([
      { check: OPERATORS, of: "000000-000001", result: "ok" },
      { check: OPERATORS, of: "000002-000002", result: "ok" },
      { check: NONCES, of: "2 batches", result: "ok" },
      {
        check: "chain: no deposit or registration of the keys by others, from block 0 on",
        of: "3 keys",
        result: "ok",
      },
    ]);
  });

  it("H4: refuses deposits to another address than the pool's vault", async () => {
    const { withdrawalCredentials: foreign } = testCeremony({ count: 1 }).ceremony;
    const own = await node.suite.poolETH.withdrawalCredentials(false);
    expectRefused(
      await run("keys verify", { dir: await ceremony({ withdrawalCredentials: foreign }) }),
      "batch: credentials of the address expected",
      `batches/000000-000000 withdrawal credentials are not those expected, ${own} (got ${foreign}): sign the deposits again: with these the ether would go to somebody else`,
    );
  });

  it("H14: refuses shares for another account than the pool's", async () => {
    const own = await node.suite.clusterManager.getAddress();
    expectRefused(
      await run("keys verify", { dir: await ceremony({ owner: OTHER_OWNER }) }),
      "batch: of the owner expected",
      `batches/000000-000000 owner is not the account that registers, ${own} (got ${OTHER_OWNER}): generate the key shares again for that account: a pool's is its cluster manager`,
    );
  });

  it("H14: refuses nonces that are really signed and do not follow on the account's", async () => {
    expectRefused(
      await run("keys verify", { dir: await ceremony({ firstNonce: 1n }) }),
      NONCES,
      "nonces of batches/000001-000001/keyshares.json do not follow on the account's next one, 0 (got from 1 on): make new shares with `keys resplit`",
    );
    const folder = copy();
    rmSync(join(folder, "batches/000000-000001"), { recursive: true });
    expectRefused(
      await run("keys verify", { dir: folder }),
      NONCES,
      `nonces of ${SECOND} do not follow on the account's next one, 0 (got from 2 on): make new shares with \`keys resplit\``,
    );
  });

  it("refuses a key that is left out", async () => {
    const folder = copy();
    const { publicKey } = editJson(join(folder, SECOND), ({ shares }: KeysharesJson) => at(shares, 0).data);
    writeFileSync(join(folder, "excluded.json"), JSON.stringify([publicKey]));
    expectRefused(
      await run("keys verify", { dir: folder }),
      "batches: no key that is left out",
      `key of ${SECOND} is left out for ever by excluded.json (got ${publicKey}): make its batch anew without it, with \`keys resplit --exclude ${publicKey}\``,
    );
  });

  it("H8: refuses an operator's key that is not the one registered", async () => {
    const folder = copy();
    const [listed, registered] = editJson(join(folder, SECOND), ({ shares }: KeysharesJson) => {
      const { operators } = at(shares, 0).data;
      const fingerprints = [0, 1].map((i) => operatorKeyFingerprint(at(operators, i).operatorKey));
      at(operators, 1).operatorKey = at(operators, 0).operatorKey;
      return fingerprints;
    });
    expectRefused(
      await run("keys verify", { dir: folder }),
      OPERATORS,
      `operator 2's key in ${SECOND} differs from the one registered at ssv.network, SHA-256 ${registered} (got SHA-256 ${listed}): split the keys anew for the operators as they are`,
    );
  });

  it("H8: refuses an operator that does not exist", async () => {
    const operators = node.suite.operators.slice(0, 4).map(({ id, publicKey }, i) => {
      return { id: i === 3 ? 999n : id, operatorKey: publicKey };
    });
    expectRefused(
      await run("keys verify", { dir: await ceremony({ operators }) }),
      OPERATORS,
      `operator of batches/000000-000000/keyshares.json does not exist at ssv.network (got 999): ${OTHERS}`,
    );
  });

  it("verifies key shares without deposits, too", async () => {
    const folder = join(home, "shares");
    cpSync(join(good, SECOND), join(folder, "keyshares-1700000000.json"));
    expectRefused(
      await run("keys verify", { dir: folder }),
      NONCES,
      "nonces of keyshares-1700000000.json do not follow on the account's next one, 0 (got from 2 on): make new shares with `keys resplit`",
    );
  });

  // The last: it changes the chain.
  it("H8: refuses an operator that was removed", async () => {
    const chain = new TestProvider(node.url);
    const owner = await chain.getSigner(LOCAL_ACCOUNTS.ssvOperators);
    await (await node.suite.ssvNetwork.connect(owner).removeOperator(3)).wait();
    chain.destroy();
    expectRefused(
      await run("keys verify", { dir: good }),
      OPERATORS,
      `operator of ${FIRST} was removed from ssv.network (got 3): ${OTHERS}`,
    );
  });
});
