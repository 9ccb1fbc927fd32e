import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { formatOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { toHex } from "../../src/units/hex.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";
import { MNEMONIC, PASSPHRASE, PASSWORD, useKeyCeremony, type SplitBatch } from "../helpers/keyCeremony.ts";

const VAULT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const EMPTY_CLUSTER = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
const NO_PROOFS = "skipped: no proofs.json";

describe("keys split", () => {
  // Operators 5 to 11.
  const ceremony = useKeyCeremony(7);

  const pubkeys = (count: number, firstIndex = 0, passphrase = "") =>
    Array.from({ length: count }, (_, i) =>
      toHex(
        ValidatorKeychain.fromMnemonic(MNEMONIC, passphrase)
          .signingKey(firstIndex + i)
          .toPublicKey()
          .toBytes(),
      ),
    );
  const keysOf = ({ folder }: SplitBatch) => readCeremony(folder, LOCAL).keys.map(({ pubkey }) => pubkey);
  const batch = (name: string) => join(ceremony().dir, "batches", name);
  /** What `keys verify` says of a batch that is in order. */
  const verified = (name: string) => [
    `batch: deposits, key shares, owner, nonces · ${name}: ok`,
    `batch: of the owner expected · ${name}: ok`,
    `batch: credentials of the address expected · ${name}: ok`,
    `batch: same deposits as the folder's · ${name}: ok`,
    `batch: proofs of distributed key generation · ${name}: ${NO_PROOFS}`,
    `batch: shares decrypt and recover the key · ${name}: skipped: no --operator-keys`,
  ];

  it("splits keys of a mnemonic with passphrase, from any index on, into a batch that registers", async () => {
    const { generate, split, json, verify, owner, file, dir } = ceremony();
    const source = { passphraseFile: file("passphrase"), firstIndex: "7" };
    await generate(source);

    const result = await split({ ...source, operators: "4,2,1,3" });

    const folder = batch("000000-000002");
    expect(result).to.deep.equal({
      ...{ dryRun: false, folder: dir, owner, keys: 3, nextNonce: "3" },
      batches: [{ folder, firstNonce: "0", keys: 3, operators: ["1", "2", "3", "4"] }],
      ...{ putAside: [], excluded: [], excludedFile: "" },
    });
    expect(readCeremony(folder, LOCAL).keys.map(({ pubkey, ownerNonce }) => ({ pubkey, ownerNonce }))).to.deep.equal(
      pubkeys(3, 7, PASSPHRASE).map((pubkey, i) => ({ pubkey, ownerNonce: BigInt(i) })),
    );
    expect(statSync(join(folder, "keyshares.json")).mode & 0o777).to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(await verify()).to.deep.equal([
      "deposits: roots, fork version, signatures · deposit_data.json: ok",
      "deposits: amount and credentials · 3 keys: ok",
      "deposits: credentials of the address expected · 3 keys: ok",
      ...verified("000000-000002"),
      "chain: operators, and their keys at ssv.network · 000000-000002: ok",
      "chain: nonces follow on the account's · 1 batch: ok",
      "chain: no deposit or registration of the keys by others, from block 0 on · 3 keys: ok",
    ]);
    const { batches: registered } = await json("validators register", { yes: true });
    expect((registered as unknown[])[0]).to.include({ batch: "0", keys: 3, firstNonce: "0" });
  });

  it("H11 leaves no secret anywhere when it splits keystores, those of the folder or of another one", async () => {
    const { generate, file, run, dir, home, verify } = ceremony();
    const secret = { passwordFile: file("password") };
    await generate({ ...secret, keystores: "pbkdf2" });
    const secrets = [
      MNEMONIC,
      PASSWORD,
      ...[0, 1, 2].map((i) => toHex(ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(i).toBytes()).slice(2)),
    ];

    const { success, stdout, stderr } = await run("keys split", { dir, ...secret, operators: "1,2,3,4" });

    expect(success, stderr).to.equal(true);
    expect(stdout).to.contain(batch("000000-000002"));
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).sort()).to.deep.equal([
      ...["deposit_data.json", "deposit_data.json", "keyshares.json"],
      ...[0, 1, 2].map((i) => `keystore-m_12381_3600_${i}_0_0.json`),
    ]);
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    for (const text of [...texts, stdout, stderr])
      for (const each of secrets) expect(text.toLowerCase()).not.to.contain(each.toLowerCase());

    const other = join(home, "other");
    await generate({ dir: other });
    const { batches } = await ceremony().split({
      ...{ dir: other, mnemonicFile: undefined, keystores: join(dir, "keystores"), ...secret },
    });
    expect(batches.map(keysOf)).to.deep.equal([pubkeys(3)]);
    expect(await verify(secret)).to.include.members(["keystores: hold their keys · 3 keystores: ok"]);
  });

  it("gives ranges of keys to operators of their own, seven of them too, in batches that register one by one", async () => {
    const { generate, split, verify, json } = ceremony();
    await generate({ count: "5" });

    const { batches } = await split({ operators: "0-1:1,2,3,4 2-3:5,6,7,8,9,10,11 4-4:4,3,2,1" });

    expect(batches.map(({ firstNonce, keys, operators }) => `${firstNonce} ${keys} ${operators.join()}`)).to.deep.equal(
      ["0 2 1,2,3,4", "2 2 5,6,7,8,9,10,11", "4 1 1,2,3,4"],
    );
    expect(batches.flatMap(keysOf)).to.deep.equal(pubkeys(5));
    for (const name of ["000000-000001", "000002-000003", "000004-000004"])
      expect(await verify()).to.include.members(verified(name));
    expect(((await json("validators register", { yes: true })).batches as unknown[]).length).to.equal(3);
    expect(((await json("validators list")).batches as SplitBatch[]).map(({ operators }) => operators.length)).to.eql([
      4, 7, 4,
    ]);
  });

  it("splits only new keys when the folder grows, for the nonces that follow, and nothing when run again", async () => {
    const { generate, split, json, verify, network, owner, dir } = ceremony();
    await generate({ count: "2" });
    await split();
    await json("validators register", { yes: true });
    await generate({ count: "3" });
    expect((await split()).batches).to.deep.equal([
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, operators: ["1", "2", "3", "4"] },
    ]);
    await generate({ count: "5" });
    const grown = await split({ operators: "5,6,7,8" });

    expect(grown.batches.map(({ folder, firstNonce }) => ({ folder, firstNonce }))).to.deep.equal([
      { folder: batch("000003-000004"), firstNonce: "3" },
    ]);
    expect(grown.batches.flatMap(keysOf)).to.deep.equal(pubkeys(5).slice(3));
    expect(await verify()).to.include("chain: nonces follow on the account's · 3 batches: ok");
    const files = readdirSync(join(dir, "batches"));

    // What became of other operators is of no interest then, and no secret is asked for.
    await (await network.removeOperator(11)).wait();
    const idle = await ceremony().run("keys split", { dir, operators: "1,2,3,4", json: true });
    expect(idle.stderr).to.equal(
      `nothing to split: of the 5 keys in ${dir}, 5 in batches 000000-000001 to 000003-000004; go on with \`keys verify\` and \`validators register\`, or name other operators with \`keys resplit --operators\`\n`,
    );
    expect(JSON.parse(idle.stdout)).to.deep.equal({
      ...{ dryRun: false, folder: dir, owner, keys: 0, nextNonce: "5", batches: [] },
      ...{ putAside: [], excluded: [], excludedFile: "" },
    });
    expect(readdirSync(join(dir, "batches"))).to.deep.equal(files);
    const registered = await json("validators register", { yes: true });
    expect((registered.batches as { state: string }[]).map(({ state }) => state)).to.deep.equal([
      "registered before",
      "registered",
      "registered",
    ]);
  });

  it("splits without a connection, for the operators of several files", async () => {
    const { generate, owner, file, added, dir, json } = ceremony();
    await generate({ count: "4" });
    const operatorsFile = file("first.json");
    await json("operators suggest", { strategy: "cheapest", include: "1,2,3,4", out: operatorsFile });
    const listed = [5n, 6n, 7n, 8n].map((id) => ({ id, operatorKey: added.get(id) ?? "" }));
    const second = file("second.json", formatOperatorsFile(listed));
    const runOffline = await createTaskRunner();
    const splitOffline = async (args: Record<string, unknown>) => {
      const secret = { mnemonicFile: file("mnemonic") };
      const options = { dir, json: true, chain: "local", account: owner, ...secret, ...args };
      const { success, stdout, stderr } = await runOffline("keys split", options);
      expect(success, stderr).to.equal(true);
      return JSON.parse(stdout) as { owner: string; batches: SplitBatch[] };
    };

    const made = await splitOffline({
      firstNonce: "0",
      operatorsFile: `${operatorsFile}, ${second}`,
      operators: "0-2:1,2,3,4 3-3:5,6,7,8",
    });
    await generate({ count: "6" });
    // Without --operators all keys are for those of the file.
    const grown = await splitOffline({ firstNonce: "4", operatorsFile: second });

    expect(
      [...made.batches, ...grown.batches].map(({ folder, operators }) => [folder, operators.join()]),
    ).to.deep.equal([
      [batch("000000-000002"), "1,2,3,4"],
      [batch("000003-000003"), "5,6,7,8"],
      [batch("000004-000005"), "5,6,7,8"],
    ]);
    expect(made.owner).to.equal(owner);
    expect(await ceremony().verify()).to.include("chain: nonces follow on the account's · 3 batches: ok");
    expect((await json("validators register", { yes: true })).batches).to.have.lengthOf(3);
  });

  it("splits for a staking service's own account, whose nonce is the number of its registrations", async () => {
    const { generate, split, verify, chain, network, node } = ceremony();
    const service = await chain.getSigner(LOCAL_ACCOUNTS.guardian);
    const account = service.address;
    await generate({ count: "2", withdrawalAddress: VAULT, compounding: true, amount: "64" });
    const { batches } = await split({ account });
    const [first] = batches;
    const { keys, operatorIds } = readCeremony(first?.folder ?? "", LOCAL);
    await (
      await network.connect(service).bulkRegisterValidator(
        keys.map(({ pubkey }) => pubkey),
        [...operatorIds],
        keys.map(({ sharesData }) => sharesData),
        EMPTY_CLUSTER,
        { value: 10n ** 18n },
      )
    ).wait();
    await generate({ count: "3", withdrawalAddress: VAULT, compounding: true, amount: "64" });

    const grown = await split({ account, ssvNetwork: node.addresses.ssvNetwork });

    expect(grown.owner).to.equal(account);
    expect(grown.batches).to.deep.equal([
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, operators: ["1", "2", "3", "4"] },
    ]);
    expect(await verify({ account, withdrawalAddress: VAULT, compounding: true })).to.include.members(
      verified("000002-000002"),
    );
  });
});
