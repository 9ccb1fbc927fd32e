import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { HOODI } from "../../src/consensus/network.ts";
import { parseDepositFile } from "../../src/keys/depositFile.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { decryptKeystore } from "../../src/keys/keystore.ts";
import { toHex } from "../../src/units/hex.ts";
import { optionName } from "../../tasks/input.ts";
import { MNEMONIC, PASSPHRASE, PASSWORD } from "../helpers/keyCeremony.ts";
import { useKeyHome } from "../helpers/keyHome.ts";

const OTHER_MNEMONIC = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const VAULT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("keys generate", () => {
  const keyHome = useKeyHome();
  const folder = () => keyHome().dir;
  const generate = (args: Record<string, unknown> = {}) => {
    const { run, dir, mnemonicFile, passwordFile } = keyHome();
    return run("keys generate", {
      json: true,
      dir,
      count: "3",
      chain: "hoodi",
      withdrawalAddress: VAULT,
      mnemonicFile,
      passwordFile,
      keystores: "pbkdf2",
      ...args,
    });
  };
  const deposits = () => parseDepositFile(readFileSync(join(folder(), "deposit_data.json"), "utf8"), HOODI);

  async function refuses(args: Record<string, unknown>, line: string): Promise<void> {
    expect(await generate(args)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
  }

  it("makes deposits and keystores of the mnemonic's keys, for their owner alone to read", async () => {
    const { passwordFile } = keyHome();
    const { success, stdout, stderr } = await generate();

    expect(success).to.equal(true);
    expect(JSON.parse(stdout)).to.deep.equal({
      folder: folder(),
      keys: 3,
      newKeys: 3,
      newKeystores: 3,
      firstIndex: 0,
      network: "hoodi",
      withdrawalCredentials: `0x01${"00".repeat(11)}${VAULT.slice(2).toLowerCase()}`,
      amountGwei: "32000000000",
    });
    const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);
    const secrets = [0, 1, 2].map((index) => keychain.signingKey(index));
    expect(deposits().map(({ pubkey }) => toHex(pubkey))).to.deep.equal(
      secrets.map((secret) => toHex(secret.toPublicKey().toBytes())),
    );
    for (const [index, secret] of secrets.entries()) {
      const file = join(folder(), "keystores", `keystore-m_12381_3600_${index}_0_0.json`);
      expect(await decryptKeystore(readFileSync(file, "utf8"), PASSWORD)).to.deep.equal(secret.toBytes());
      expect(statSync(file).mode & 0o777).to.equal(0o600);
    }
    expect(statSync(folder()).mode & 0o777).to.equal(0o700);
    expect(statSync(join(folder(), "deposit_data.json")).mode & 0o777).to.equal(0o600);
    expect(stderr).to.contain("back up: the mnemonic").and.to.contain(`destroy: `).and.to.contain(passwordFile);
  });

  it("H11: writes neither mnemonic nor secret nor password into the folder, and prints none", async () => {
    const { stdout, stderr } = await generate();

    const secrets = [
      MNEMONIC,
      PASSWORD,
      ...[0, 1, 2].map((index) => toHex(ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(index).toBytes()).slice(2)),
    ];
    const files = readdirSync(folder(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).to.have.lengthOf(4);
    const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
    for (const text of [...texts, stdout, stderr])
      for (const secret of secrets) expect(text.toLowerCase()).not.to.contain(secret.toLowerCase());
  });

  it("makes what is missing when it runs again, and leaves the rest as it is", async () => {
    await generate({ count: "2" });
    const [first = "", second = ""] = [0, 1].map((i) =>
      join(folder(), "keystores", `keystore-m_12381_3600_${i}_0_0.json`),
    );
    const kept = readFileSync(second, "utf8");
    rmSync(first);

    const { stdout } = await generate({ count: "4" });

    expect(JSON.parse(stdout)).to.include({ keys: 4, newKeys: 2, newKeystores: 3 });
    expect(readFileSync(second, "utf8")).to.equal(kept);
    expect(deposits()).to.have.lengthOf(4);
    expect(JSON.parse((await generate({ count: "4" })).stdout)).to.include({ newKeys: 0, newKeystores: 0 });
  });

  it("makes keys without keystores, with a passphrase, and from any index on", async () => {
    const { home } = keyHome();
    const passphraseFile = join(home, "passphrase");

    await generate({ keystores: "none", passphraseFile, firstIndex: "7", count: "1" });

    const expected = ValidatorKeychain.fromMnemonic(MNEMONIC, PASSPHRASE).signingKey(7).toPublicKey().toBytes();
    expect(deposits().map(({ pubkey }) => toHex(pubkey))).to.deep.equal([toHex(expected)]);
    expect(readdirSync(folder())).to.deep.equal(["deposit_data.json"]);
  });

  it("makes a new mnemonic only where it is told to, and uses it again", async () => {
    const { home } = keyHome();
    const newMnemonicFile = join(home, "safe", "mnemonic");

    await generate({ mnemonicFile: undefined, newMnemonicFile, keystores: "none" });

    const mnemonic = readFileSync(newMnemonicFile, "utf8").trim();
    expect(mnemonic.split(" ")).to.have.lengthOf(24);
    expect(statSync(newMnemonicFile).mode & 0o777).to.equal(0o600);
    const made = ValidatorKeychain.fromMnemonic(mnemonic).signingKey(0).toPublicKey().toBytes();
    expect(deposits()[0]?.pubkey).to.deep.equal(made);
    const again = await generate({ mnemonicFile: undefined, newMnemonicFile, keystores: "none", count: "4" });
    expect(JSON.parse(again.stdout)).to.include({ newKeys: 1 });
    expect(again.stderr).to.contain(`the mnemonic in ${newMnemonicFile} is used again`);
  });

  it("makes deposits of any amount for a service's compounding validators", async () => {
    await generate({ compounding: true, amount: "64.5", keystores: "none" });

    expect(deposits()[0]).to.include({ amount: 64_500_000_000n });
    expect(toHex(deposits()[0]?.withdrawalCredentials ?? new Uint8Array()).slice(0, 4)).to.equal("0x02");
  });

  it("refuses what is missing or cannot be", async () => {
    const { home } = keyHome();
    await refuses({ dir: undefined }, "dir is missing (got nothing): name a folder for the keys");
    await refuses({ count: undefined }, "count is missing (got nothing): say how many keys the folder is to hold");
    await refuses({ count: "0" }, "count is not a whole number within its bounds (got 0): give 1 to 65536");
    await refuses(
      { firstIndex: "4294967294" },
      "first-index is not a whole number within its bounds (got 4294967294): give 0 to 4294967293",
    );
    await refuses(
      { keystores: "argon2" },
      "keystores is no way to encrypt them (got argon2): give scrypt, pbkdf2 or none",
    );
    await refuses(
      { chain: "goerli" },
      "network name is unknown (got goerli): use one of mainnet, hoodi, local, or describe the network in a file that NETWORK_FILE names",
    );
    await refuses(
      { withdrawalAddress: undefined },
      "withdrawal-address is missing: without a connection nobody knows the pool (got nothing): name the pool's withdrawal vault, which `pool status` shows, or leave out --chain",
    );
    await refuses(
      { chain: undefined, withdrawalAddress: undefined, compounding: true },
      "compounding is for the keys of a staking service: a pool's have 0x01 credentials (got no --withdrawal-address): name the service's address with --withdrawal-address, or leave it out",
    );
    await refuses(
      { amount: "64" },
      "amount needs compounding credentials (got 64): leave it out: 0x01 takes exactly 32 ETH",
    );
    await refuses(
      { amount: "2049", compounding: true },
      "amount does not fit 0x02 credentials (got 2049000000000 Gwei): deposit 32 to 2048 ETH",
    );
    expect(readdirSync(home).sort()).to.deep.equal(["mnemonic", "passphrase", "password"]);
  });

  it("H11: refuses secrets inside the folder, which others get to see", async () => {
    const inside = join(folder(), "mnemonic");
    for (const field of ["newMnemonicFile", "mnemonicFile", "passphraseFile", "passwordFile"])
      await refuses(
        { mnemonicFile: undefined, [field]: inside },
        `${optionName(field)} is inside the folder of the ceremony (got ${inside}): keep what is secret elsewhere`,
      );
  });

  it("refuses mnemonics and passwords that are none, without showing them", async () => {
    const { home, mnemonicFile, passwordFile } = keyHome();
    await refuses(
      { newMnemonicFile: join(home, "new") },
      "mnemonic can come from one place only (got 2 sources): give one of --mnemonic-file, --new-mnemonic-file and --show-new-mnemonic",
    );
    await refuses(
      { mnemonicFile: undefined },
      "mnemonic cannot be asked for (got no terminal): run it in a terminal, or name a file that holds it with --mnemonic-file",
    );
    await refuses(
      { mnemonicFile: undefined, showNewMnemonic: true },
      "show-new-mnemonic cannot be shown to anybody (got no terminal): run it in a terminal, or name a file with --new-mnemonic-file",
    );
    writeFileSync(mnemonicFile, `${MNEMONIC} junk\n`);
    await refuses(
      {},
      "mnemonic has too many words or too few (got 13 words): give its 12, 15, 18, 21 or 24 words, by spaces",
    );
    writeFileSync(mnemonicFile, `${MNEMONIC}\n`);
    writeFileSync(passwordFile, "too short\n");
    await refuses({}, "password-file is too short for a password (got 9 characters): use at least 12 characters");
    writeFileSync(passwordFile, "\n");
    await refuses({}, "password-file holds no password (got nothing): write the password on its first line");
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    const noFile = "names no file (got hidden): give the path of a file that holds it on its first line";
    await refuses({ passwordFile: PASSWORD }, `password-file ${noFile}`);
    await refuses({ mnemonicFile: MNEMONIC }, `mnemonic-file ${noFile}`);
    await refuses({ passphraseFile: "a passphrase" }, `passphrase-file ${noFile}`);
    await refuses(
      { passwordFile: home },
      `password-file cannot be read, EISDIR (got ${home}): name a file that you may read`,
    );
  });

  it("makes no new mnemonic where something else is refused", async () => {
    const { home, mnemonicFile } = keyHome();
    const newMnemonicFile = join(home, "new");
    const made = { mnemonicFile: undefined, newMnemonicFile };
    await refuses(
      { ...made, amount: "2049", compounding: true },
      "amount does not fit 0x02 credentials (got 2049000000000 Gwei): deposit 32 to 2048 ETH",
    );
    await refuses(
      { ...made, dir: mnemonicFile },
      `dir cannot be read, ENOTDIR (got ${mnemonicFile}): name a folder that you may read`,
    );
    await refuses(
      { ...made, dir: "/proc/ceremony" },
      "dir cannot be made a folder, ENOENT (got /proc/ceremony): name a folder that you may write to",
    );
    const short = join(home, "short");
    writeFileSync(short, "too short\n", { mode: 0o600 });
    await refuses(
      { ...made, passwordFile: short },
      "password-file is too short for a password (got 9 characters): use at least 12 characters",
    );
    expect(existsSync(newMnemonicFile)).to.equal(false);
    await generate();
    await refuses(
      made,
      `dir holds keys of another mnemonic (got ${folder()}): give that mnemonic to add keys to it, or name another folder`,
    );
    expect(existsSync(newMnemonicFile)).to.equal(false);
  });

  it("refuses to mix keystores of two passwords in a folder", async () => {
    const { passwordFile } = keyHome();
    await generate();
    const keystore = join("keystores", "keystore-m_12381_3600_0_0_0.json");
    const { crypto } = JSON.parse(readFileSync(join(folder(), keystore), "utf8")) as {
      crypto: { checksum: { message: string } };
    };
    writeFileSync(passwordFile, "another password\n");

    await refuses(
      { count: "4" },
      `${keystore}.crypto.checksum.message does not match: the password is wrong, or the file was changed (got 0x${crypto.checksum.message}): give the password the file was encrypted with`,
    );
    expect(deposits()).to.have.lengthOf(3);
    expect(readdirSync(join(folder(), "keystores"))).to.have.lengthOf(3);
  });

  it("refuses to mix keys of two mnemonics, terms or indexes in a folder", async () => {
    const { mnemonicFile } = keyHome();
    await generate();
    const [first] = deposits();
    const pubkey = toHex(first?.pubkey ?? new Uint8Array());
    const remedy =
      "give the mnemonic, passphrase and first index that the folder was begun with, or name another folder";

    await refuses(
      { count: "2" },
      `count is less than the 3 keys that ${folder()} holds (got 2): give the number of keys the folder is to hold in all`,
    );
    await refuses({ firstIndex: "1" }, `pubkey of key 0 in ${folder()} is another one (got ${pubkey}): ${remedy}`);
    const terms = "use the terms that the folder was begun with, or name another folder";
    await refuses(
      { compounding: true },
      `withdrawalCredentials of key 0 in ${folder()} is another one (got ${toHex(first?.withdrawalCredentials ?? new Uint8Array())}): ${terms}`,
    );
    await refuses(
      { chain: "mainnet" },
      "deposit_data.json[0].fork_version is not that of mainnet, 0x00000000 (got 0x10000910): generate the deposits again for mainnet",
    );
    writeFileSync(mnemonicFile, OTHER_MNEMONIC);
    await refuses({}, `pubkey of key 0 in ${folder()} is another one (got ${pubkey}): ${remedy}`);
    rmSync(join(folder(), "deposit_data.json"));
    await refuses({}, `keystore in ${folder()} is for another key (got ${pubkey}): ${remedy}`);
    // As if a run for more keys had been killed, which makes several keystores at once.
    writeFileSync(mnemonicFile, MNEMONIC);
    rmSync(join(folder(), "keystores", "keystore-m_12381_3600_0_0_0.json"));
    await refuses(
      { count: "2" },
      `count is less than the 3 keys that ${folder()} was begun for, as its keystores show (got 2): give the number of keys the folder is to hold in all, or name another folder`,
    );
    expect(JSON.parse((await generate()).stdout)).to.include({ newKeys: 3, newKeystores: 1 });
  });
});
