import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { concat, Wallet } from "ethers";

import { hardhat, startNode, type RunningNode } from "../helpers/commandLine.ts";
import { MESSAGE } from "../helpers/ownerSignature.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const DIGITS = MESSAGE.slice(2);
/** The key of development account 2, who is the operator of a local pool, and that of account 0. */
const OPERATOR_KEY = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
const OTHER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const OPERATOR = new Wallet(OPERATOR_KEY);
const FORMAT = "give what ssv-dkg generate-resign-msg or generate-reshare-msg wrote, resign.txt or reshare.txt";

describe("Options of keys endorse", () => {
  let node: RunningNode;
  let folder: string;
  let file: string;
  let run: TaskRunner;

  before(async () => {
    node = await startNode();
    run = await createTaskRunner(node);
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    file = join(folder, "resign.txt");
    writeFileSync(file, DIGITS);
  });

  after(async () => {
    delete process.env.ENDORSE_TEST_KEY;
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  /** The signature that a run prints, which nobody could ask about. */
  const print = async (args: Record<string, unknown>) => {
    const { success, stdout, stderr } = await run("keys endorse", { ...args, yes: true, json: true });
    expect(success, stderr).to.equal(true);
    const { signature, ...rest } = JSON.parse(stdout) as Record<string, string>;
    expect(rest).to.deep.include({ owner: node.addresses.clusterManager, message: DIGITS });
    return signature;
  };
  /** The operator's signature as ssv-dkg takes it. */
  const packed = (signature: string) => concat([MESSAGE, OPERATOR.address, signature]).slice(2);
  const refuses = async (args: Record<string, unknown>, line: string) => {
    const end = await run("keys endorse", { yes: true, ...args });
    expect(end).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
  };

  it("sign the file's digits with the network's operator, with the named account or with a variable's key", async () => {
    const expected = packed(await OPERATOR.signMessage(DIGITS));
    process.env.ENDORSE_TEST_KEY = OPERATOR_KEY;
    for (const how of [{}, { from: OPERATOR.address }, { signer: "ENDORSE_TEST_KEY" }])
      expect(await print({ file, ...how })).to.equal(expected);
    expect(await print({ message: DIGITS.toUpperCase() })).to.equal(expected);
  });

  it("wrap a signature made elsewhere, with or without a prefix", async () => {
    const signature = await OPERATOR.signMessage(DIGITS);
    for (const given of [signature, signature.slice(2)])
      expect(await print({ file, signature: given, signerAddress: OPERATOR.address })).to.equal(packed(signature));
  });

  it("work on the command line, where the signature is all that standard output has to be read for", async () => {
    const args = ["keys", "endorse", "--file", file, "--yes", "--json", "--network", "local"];
    const { code, stdout } = await hardhat(args, node.env);
    expect(code).to.equal(0);
    const { signature } = JSON.parse(stdout) as { signature: string };
    expect(signature).to.match(new RegExp(`^${DIGITS}${OPERATOR.address.slice(2).toLowerCase()}[0-9a-f]{130}$`));
  });

  it("name the file that holds no message, or cannot be read", async () => {
    const bad = join(folder, "bad.txt");
    writeFileSync(bad, `${DIGITS}00\n`);
    await refuses({ file: bad }, `${bad} is not 64 hexadecimal digits (got ${DIGITS}00): ${FORMAT}`);
    await refuses({ message: "0x12" }, `message is not 64 hexadecimal digits (got 0x12): ${FORMAT}`);
    const none = join(folder, "none.txt");
    await refuses({ file: none }, `file cannot be read, ENOENT (got ${none}): name a file that you may read`);
    await refuses(
      {},
      "file is missing (got nothing): name the resign.txt or reshare.txt that ssv-dkg wrote, or give --message",
    );
  });

  it("must not contradict each other, and come in pairs", async () => {
    await refuses(
      { file, message: DIGITS },
      "file and message contradict each other (got both): give the file or its digits",
    );
    await refuses(
      { file, signer: "ENDORSE_TEST_KEY", from: OPERATOR.address },
      "signer and from contradict each other (got both): give one of them, or none for an account of the network",
    );
    const remedy = "give both: --signature with the signature, --signer-address with the account that made it";
    await refuses({ file, signature: "0xab" }, `signer-address is missing (got nothing): ${remedy}`);
    await refuses({ file, signerAddress: OPERATOR.address }, `signature is missing (got nothing): ${remedy}`);
  });

  it("never show a key that is given instead of a variable's name", async () => {
    await refuses(
      { file, signer: OPERATOR_KEY },
      "signer must be the name of a configuration variable, never a key (got hidden): store the key with npm run hardhat -- keystore set OPERATOR_KEY and give --signer OPERATOR_KEY",
    );
  });

  it("name a variable that is not set, holds no key, or holds one without the role", async () => {
    const args = ["keys", "endorse", "--file", file, "--signer", "ENDORSE_TEST_MISSING", "--network", "local"];
    expect(await hardhat(args, node.env)).to.deep.equal({
      code: 1,
      stdout: "",
      stderr:
        "error: signer: ENDORSE_TEST_MISSING is not set (got nothing): store the key with npm run hardhat -- keystore set ENDORSE_TEST_MISSING\n",
    });

    process.env.ENDORSE_TEST_KEY = "not a key";
    await refuses(
      { file, signer: "ENDORSE_TEST_KEY" },
      "signer: ENDORSE_TEST_KEY holds no private key (got hidden): store 32 bytes in hexadecimal under this name",
    );
    process.env.ENDORSE_TEST_KEY = OTHER_KEY;
    const { address } = new Wallet(OTHER_KEY);
    await refuses(
      { file, signer: "ENDORSE_TEST_KEY" },
      `signer: ENDORSE_TEST_KEY has no role to sign for the owner of the clusters (got ${address}): sign with an account that has the operator role, which the pool's admin can grant`,
    );
  });
});
