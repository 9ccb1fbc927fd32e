import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { formatOperatorsFile, parseOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { toHex } from "../../src/units/hex.ts";
import { optionName } from "../../tasks/input.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";
import { MNEMONIC, useKeyCeremony } from "../helpers/keyCeremony.ts";
import { OTHER_OWNER, OWNER } from "../src/support/operators.ts";

const OTHER_MNEMONIC = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const RANGES = "write ids as 1,2,3,4 for all keys, or ranges as '0-19:1,2,3,4 20-39:5,6,7,8'";
const CHOOSE = "choose others with `operators suggest`";
const KEYS_MADE_WITH = "give the mnemonic, passphrase and first index that the folder was made with";

describe("keys split refuses", () => {
  // Operators 5 to 8.
  const ceremony = useKeyCeremony(4);

  const pubkey = (index: number, mnemonic = MNEMONIC) =>
    toHex(ValidatorKeychain.fromMnemonic(mnemonic).signingKey(index).toPublicKey().toBytes());
  /** Refuses with one line, and leaves the folder as it is. */
  async function refuses(args: Record<string, unknown>, line: string): Promise<void> {
    const { dir, file, refuses: ends } = ceremony();
    const before = existsSync(dir) ? readdirSync(dir, { recursive: true }) : [];
    await ends("keys split", { mnemonicFile: file("mnemonic"), operators: "1,2,3,4", ...args }, line);
    expect(existsSync(dir) ? readdirSync(dir, { recursive: true }) : []).to.deep.equal(before);
  }

  it("folders without keys, and keys whose ether would go elsewhere", async () => {
    const { dir, generate, node, json } = ceremony();
    await refuses({ dir: undefined }, "dir is missing (got nothing): name the folder of the keys");
    await refuses({}, `dir holds no deposit_data.json (got ${dir}): run \`keys generate\` with it first`);
    await generate({ withdrawalAddress: OWNER });
    const [foreign, own] = [OWNER, node.addresses.withdrawalVault ?? ""].map(
      (address) => `0x01${"00".repeat(11)}${address.slice(2).toLowerCase()}`,
    );
    await refuses(
      {},
      `withdrawalCredentials of key 0 in ${dir} are not the pool's, ${own ?? ""} (got ${foreign ?? ""}): make the keys for the pool, or name the account of your staking service with --account`,
    );
    await json("keys split", { mnemonicFile: ceremony().file("mnemonic"), operators: "1,2,3,4", account: OWNER });
  });

  it("passwords, mnemonics and indexes that are not those of the keys, and keystores that are missing", async () => {
    const { dir, generate, file } = ceremony();
    const keystore = (i: number) => join(dir, "keystores", `keystore-m_12381_3600_${i}_0_0.json`);
    await generate({ keystores: "pbkdf2", passwordFile: file("password") });
    const keystores = { mnemonicFile: undefined, passwordFile: file("wrong", "wrong horse battery\n") };
    const { success, stdout, stderr } = await ceremony().run("keys split", { dir, ...keystores, operators: "1,2,3,4" });
    expect({ success, stdout }).to.deep.equal({ success: false, stdout: "" });
    expect(stderr).to.match(
      /^error: \S+keystore-m_12381_3600_[01]_0_0\.json\.crypto\.checksum\.message does not match: the password is wrong, or the file was changed \(got 0x[0-9a-f]{64}\): give the password the file was encrypted with\n$/,
    );
    await refuses(
      { keystores: join(dir, "keystores") },
      `keystores are given beside a mnemonic (got ${join(dir, "keystores")}): name one source of keys`,
    );
    await refuses(
      { mnemonicFile: undefined },
      "password cannot be asked for (got no terminal): run it in a terminal, or name a file that holds it with --password-file",
    );
    rmSync(keystore(1));
    const missing = "name the folder with the keystores of all keys, or give the mnemonic";
    await refuses(keystores, `keystores hold no key ${pubkey(1)} (got ${dir}): ${missing}`);
    await refuses(
      { ...keystores, keystores: ceremony().home },
      `keystores hold no key ${pubkey(0)} (got ${ceremony().home}): ${missing}`,
    );

    const wrong = (index: number, made: string) =>
      `mnemonic does not give key 0 of ${dir}, ${pubkey(0)} (got public key ${made} at index ${index}): ${KEYS_MADE_WITH}`;
    await refuses({ mnemonicFile: file("other", OTHER_MNEMONIC) }, wrong(0, pubkey(0, OTHER_MNEMONIC)));
    await refuses({ firstIndex: "1" }, wrong(1, pubkey(1)));
    await refuses(
      { firstIndex: "4294967294" },
      "first-index is not a whole number within its bounds (got 4294967294): give 0 to 4294967293",
    );
    expect(existsSync(join(dir, "batches"))).to.equal(false);
  });

  it("operators that are missing, unknown, removed, private or full", async () => {
    const { generate, network, chain, owner } = ceremony();
    await generate();
    await refuses(
      { operators: undefined },
      "operators is missing (got nothing): name operators as 1,2,3,4 or for ranges of keys as '0-19:1,2,3,4 20-39:5,6,7,8'",
    );
    await refuses(
      { operators: "1,2,3,9" },
      "operator does not exist at ssv.network (got 9): look up the operators with `operators list`",
    );
    await (await network.removeOperator(5)).wait();
    await (await network.setOperatorsPrivateUnchecked([6])).wait();
    await refuses({ operators: "1,2,3,5" }, `operators names an operator removed from ssv.network (got 5): ${CHOOSE}`);
    const notListed = `operators names an operator private without the account on the whitelist (got 6): ${CHOOSE}`;
    await refuses({ operators: "1,2,3,6" }, notListed);
    await (await network.setOperatorsWhitelists([6], [owner])).wait();
    await refuses({ operators: "1,2,3,6", account: OTHER_OWNER }, notListed);

    const limited = await findLimit();
    await chain.send("hardhat_setStorageAt", [await network.getAddress(), toBeHex(limited.slot), limited.word]);
    await refuses(
      { operators: "1,2,3,6" },
      `operators names an operator without room for the validators: it can take 2 more, and 3 are needed (got 1): ${CHOOSE}`,
    );
  });

  it("operators that are no committee, and ranges that do not fit the keys", async () => {
    const { generate } = ceremony();
    await generate();
    for (const [operators, line] of [
      ["1,2,3", "operators are 3 (got 1, 2, 3): use 4, 7, 10 or 13 operators"],
      ["1,2,3,3", "operators have operator 3 listed twice (got 1, 2, 3, 3): name each operator once"],
      ["1-2:1,2,3,4", "operators leaves out key 0 (got 1-2): give each key to one range"],
      ["0-0:1,2,3,4 2-2:5,6,7,8", "operators leaves out key 1 (got 2-2): give each key to one range"],
      ["0-1:1,2,3,4 1-2:5,6,7,8", "operators overlaps the range before it (got 1-2): give each key to one range"],
      ["2-1:1,2,3,4", `operators ends before it begins (got 2-1): ${RANGES}`],
      ["0-1:1,2,3,4", "operators leaves out key 2 (got 0-1): give each of the 3 keys, 0 to 2, to one range"],
      [
        "0-1:1,2,3,4 2-3:5,6,7,8",
        "operators goes beyond the last key, 2 (got 2-3): give each of the 3 keys, 0 to 2, to one range",
      ],
      ["0-2=1,2,3,4", `operators is no range of keys with operator ids (got 0-2=1,2,3,4): ${RANGES}`],
    ] as const)
      await refuses({ operators }, line);
  });

  it("operators files that are missing, lack an operator, or contradict each other", async () => {
    const { generate, file, json, added } = ceremony();
    await generate();
    const operatorsFile = file("operators.json");
    await refuses(
      { operatorsFile },
      `operators-file cannot be read, ENOENT (got ${operatorsFile}): name a file that you may read`,
    );
    await json("operators suggest", { strategy: "cheapest", include: "1,2,3,4", out: operatorsFile });
    await refuses(
      { operatorsFile, operators: "1,2,3,5" },
      "operators-file is an operator that no file has (got 5): name the files of all operators, separated by commas",
    );
    const keyOf = (id: bigint) => added.get(id) ?? "";
    const swapped = [1n, 6n, 7n, 8n].map((id) => ({ id, operatorKey: keyOf(id === 1n ? 5n : id) }));
    await refuses(
      { operatorsFile: `${operatorsFile},${file("swapped.json", formatOperatorsFile(swapped))}` },
      `operators-file has another key of operator 1 than the files before it (got ${file("swapped.json")}): write the files again with \`operators suggest\``,
    );
    const foreign = [1n, 2n, 3n, 4n].map((id) => ({ id, operatorKey: keyOf(id + 4n) }));
    const sha256 = (encoded: string) => `SHA-256 ${operatorKeyFingerprint(encoded)}`;
    const registered = parseOperatorsFile(readFileSync(operatorsFile, "utf8"))[0]?.operatorKey ?? "";
    await refuses(
      { operatorsFile: file("foreign.json", formatOperatorsFile(foreign)) },
      `operators-file has another key of operator 1 than ssv.network, ${sha256(registered)} (got ${sha256(keyOf(5n))}): write the file anew with \`operators suggest\`, or leave it out`,
    );
    const copied = [5n, 6n, 7n, 8n].map((id) => ({ id, operatorKey: keyOf(id) }));
    await refuses(
      {
        operators: undefined,
        operatorsFile: `${operatorsFile},${file("copied.json", formatOperatorsFile(copied))}`,
      },
      "operators-file are 8 (got 1, 2, 3, 4, 5, 6, 7, 8): use 4, 7, 10 or 13 operators",
    );
  });

  it("another owner, a nonce that a batch has, and batches whose nonces were taken", async () => {
    const { generate, split, dir, owner, json } = ceremony();
    await generate({ count: "2" });
    await split();
    await generate({ count: "3" });
    const first = join(dir, "batches", "000000-000001");
    await refuses(
      { account: OTHER_OWNER },
      `account is not the owner that ${first} was made for, ${owner} (got ${OTHER_OWNER}): name that account, or another folder than ${dir}`,
    );
    await refuses(
      { firstNonce: "1" },
      `first-nonce is one of the nonces that batches in ${dir} have for other keys or operators (got 1): give 2, or leave it out`,
    );
    for (const operators of ["0-1:5,6,7,8 2-2:1,2,3,4", "1,2,3,4", "0-0:1,2,3,4 1-2:5,6,7,8"])
      await refuses(
        { firstNonce: "0", operators },
        `first-nonce is one of the nonces that batches in ${dir} have for other keys or operators (got 0): give 2, or leave it out`,
      );
    await refuses(
      { firstNonce: "3" },
      "first-nonce leaves out nonces, so no operator would take the shares (got 3): give 2, or leave it out",
    );
    await refuses({ firstNonce: "-1" }, "first-nonce is not a whole number (got -1): give decimal digits only");
    const other = join(ceremony().home, "other");
    await json("local ceremony", { out: other, count: "1" });
    await json("validators register", { dir: other, yes: true });
    await refuses(
      {},
      `dir has shares from nonce 0 on, which do not follow on the account's next one, 1 (got ${first}): make new ones with \`keys resplit\``,
    );
  });

  it("a first nonce that the account has used", async () => {
    const { generate, home, json } = ceremony();
    await generate();
    const other = join(home, "other");
    await json("local ceremony", { out: other, count: "2" });
    await json("validators register", { dir: other, yes: true });

    await refuses(
      { firstNonce: "1" },
      "first-nonce has passed, so no operator would take the shares (got 1): give 2, or leave it out",
    );
    await refuses(
      { firstNonce: "3" },
      "first-nonce leaves out nonces, so no operator would take the shares (got 3): give 2, or leave it out",
    );
  });

  it("options that are wrong also where no key is left to split", async () => {
    const { generate, split, file, added } = ceremony();
    await generate();
    await split();
    await refuses(
      { operators: "1,2,3,9" },
      "operator does not exist at ssv.network (got 9): look up the operators with `operators list`",
    );
    const swapped = [5n, 6n, 7n, 8n].map((id) => ({ id, operatorKey: added.get(id) ?? "" }));
    await refuses(
      { operatorsFile: file("others.json", formatOperatorsFile(swapped)) },
      "operators-file is an operator that no file has (got 1): name the files of all operators, separated by commas",
    );
    await refuses(
      { firstIndex: "-1" },
      "first-index is not a whole number within its bounds (got -1): give 0 to 4294967293",
    );
    await refuses({ keystores: "k" }, "keystores are given beside a mnemonic (got k): name one source of keys");
  });

  it("to work without a connection unless account, nonce and operators' keys are given", async () => {
    const { generate, file, json, owner } = ceremony();
    await generate();
    const operatorsFile = file("operators.json");
    await json("operators suggest", { strategy: "cheapest", include: "1,2,3,4", out: operatorsFile });
    const offline = { chain: "local", account: owner, firstNonce: "0", operatorsFile };
    const remedy =
      "(got nothing): give all of account, first-nonce and operators-file, because without a connection nobody can be asked";
    for (const name of ["account", "firstNonce", "operatorsFile"])
      await refuses({ ...offline, [name]: undefined }, `${optionName(name)} is missing ${remedy}`);
    await refuses({ chain: "local" }, `account, first-nonce and operators-file are missing ${remedy}`);
    await refuses({ chain: "local", account: owner }, `first-nonce and operators-file are missing ${remedy}`);
    await refuses(
      { ...offline, chain: "goerli" },
      "network name is unknown (got goerli): use one of mainnet, hoodi, local, or describe the network in a file that NETWORK_FILE names",
    );
    await refuses(
      { ...offline, chain: "hoodi" },
      "chain is another one than that of --network local, whose chain id is 31337 (got hoodi): leave --network out to work without a connection, or --chain to use it",
    );
    const unnamed = await createTaskRunner();
    const hoodi = { ...offline, dir: ceremony().dir, chain: "hoodi", operators: "1,2,3,4" };
    expect((await unnamed("keys split", hoodi)).stderr).to.equal(
      "error: deposit_data.json[0].fork_version is not that of hoodi, 0x10000910 (got 0x00000000): generate the deposits again for hoodi\n",
    );
    await json("keys split", { mnemonicFile: file("mnemonic"), ...offline });
    await generate({ count: "4" });
    await refuses(
      { ...offline, firstNonce: "4" },
      "first-nonce leaves out nonces, so no operator would take the shares (got 4): give 3",
    );
    await refuses(
      { ...offline, account: OTHER_OWNER, firstNonce: "3" },
      `account is not the owner that ${join(ceremony().dir, "batches", "000000-000002")} was made for, ${owner} (got ${OTHER_OWNER}): name that account, or another folder than ${ceremony().dir}`,
    );
  });

  /** The word of the simulator's storage that holds how many validators an operator may serve, with that set to two. */
  async function findLimit() {
    const { chain, network } = ceremony();
    for (let slot = 0; slot < 100; slot++) {
      const word = await chain.getStorage(await network.getAddress(), slot);
      // 3,000 validators, and 604,800 seconds between declaring a fee and executing it.
      if (word.endsWith(`${(604_800).toString(16).padStart(16, "0")}${(3_000).toString(16).padStart(8, "0")}`))
        return { slot, word: `${word.slice(0, -8)}${"2".padStart(8, "0")}` };
    }
    throw new Error("no slot has the limit");
  }
});
