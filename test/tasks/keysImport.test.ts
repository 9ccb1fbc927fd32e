import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { CeremonyRequest } from "../../src/ceremony/generate.ts";
import { HOODI } from "../../src/consensus/network.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import type { Hex } from "../../src/units/hex.ts";
import { PoolETH__factory } from "../../typechain-types/index.ts";
import { useKeyCeremony, type TaskResult } from "../helpers/keyCeremony.ts";
import { testDkg, validatorFiles, type TestDkg } from "../src/support/dkg.ts";
import { OTHER_OWNER, OWNER, testOperators } from "../src/support/operators.ts";

const IDS = [5n, 6n, 7n, 8n];
const OTHER_KEYS = new ValidatorKeychain(new Uint8Array(32).fill(8));
const resign = (nonce: number) =>
  `have its operators sign for nonces from ${nonce} on with \`ssv-dkg resign\`, endorsed with \`keys endorse\`, or run the ceremony again with --nonce ${nonce}`;

describe("keys import", () => {
  const listed = (ids: readonly bigint[]) => testOperators(ids).map(({ id, operatorKey }) => ({ id, operatorKey }));
  const operators = listed(IDS);
  // Operators 5 to 8, whose private keys sign the proofs.
  const ceremony = useKeyCeremony(4, (id) => operators.find((operator) => operator.id === id)?.operatorKey ?? "");

  /** A ceremony of ssv-dkg's as it should be, with what differs, in a folder as ssv-dkg writes it. */
  async function dkg(
    name: string,
    fields: Partial<CeremonyRequest> = {},
  ): Promise<TestDkg & { readonly from: string }> {
    const { node, chain, owner, home } = ceremony();
    const pool = PoolETH__factory.connect(node.addresses.poolETH ?? "", chain);
    const withdrawalCredentials = (await pool.withdrawalCredentials(false)) as Hex;
    const made = testDkg({ operators, owner, firstNonce: 0n, withdrawalCredentials, ...fields });
    const from = join(home, name);
    for (const { folder, deposits, keyshares, proofs } of validatorFiles(made.files)) {
      mkdirSync(join(from, folder), { recursive: true });
      writeAll(join(from, folder), { deposits, keyshares, proofs });
    }
    if (made.ceremony.keys.length > 1) writeAll(from, made.files);
    return { ...made, from };
  }
  const writeAll = (folder: string, files: TestDkg["files"]): void => {
    writeFileSync(join(folder, "deposit_data.json"), files.deposits);
    writeFileSync(join(folder, "keyshares.json"), files.keyshares);
    writeFileSync(join(folder, "proofs.json"), files.proofs);
  };
  const take = (from: string, args: Record<string, unknown> = {}) => ceremony().json("keys import", { from, ...args });
  const batch = (name: string) => join(ceremony().dir, "batches", name);
  /** What is told of the batch that came too late. */
  const putAside = () => ({ folder: batch("000002-000004"), firstNonce: "2", keys: 3, reason: "void" });
  const contents = () => readdirSync(ceremony().dir, { recursive: true }).sort();
  const refuses = (args: Record<string, unknown>, line: string) => ceremony().refuses("keys import", args, line);
  const register = () =>
    ceremony().json("validators register", { yes: true }) as Promise<TaskResult & { batches: TaskResult[] }>;
  /** Takes the first two nonces with keys of another folder, and drops them again after `then`. */
  async function behindOthers(then: () => Promise<void>): Promise<void> {
    const out = join(ceremony().home, "others");
    await ceremony().json("local ceremony", { out, count: "2" });
    await ceremony().json("validators register", { dir: out, yes: true });
    await then();
    await ceremony().json("validators discard", { batch: "0", yes: true });
  }

  it("takes a ceremony as the next batch, with its proofs, and it registers", async () => {
    const { ceremony: made, proofs, from } = await dkg("dkg");
    const { owner, dir, verify } = ceremony();

    expect(await take(from)).to.deep.equal({
      ...{ folder: batch("000000-000002"), owner, firstNonce: "0", keys: 3 },
      ...{ operators: IDS.map(String), putAside: [] },
    });
    const written = JSON.parse(readFileSync(join(batch("000000-000002"), "proofs.json"), "utf8")) as unknown[][];
    expect(written.map((each) => each.length)).to.deep.equal(proofs.map((each) => each.length));
    const checks = [
      "batch: deposits, key shares, owner, nonces · 000000-000002: ok",
      "batch: of the owner expected · 000000-000002: ok",
      "batch: credentials of the address expected · 000000-000002: ok",
      "batch: proofs of distributed key generation · 000000-000002: ok",
    ];
    const onChain = [
      "chain: operators, and their keys at ssv.network · 000000-000002: ok",
      "chain: nonces follow on the account's · 1 batch: ok",
    ];
    expect(await verify()).to.include.members([...checks, ...onChain]);
    await refuses({ from }, `ceremony owner nonce does not begin at 3 (got 0): ${resign(3)}`);
    expect((await register()).batches[0]).to.include({ keys: made.keys.length, firstNonce: "0" });
    expect(readdirSync(dir)).to.deep.equal(["batches"]);
  });

  it("takes it beside keys that were split, which follow on it", async () => {
    const { generate, split, verify } = ceremony();
    await generate({ count: "2", firstIndex: "100" });
    await split({ firstIndex: "100" });
    const { from } = await dkg("dkg", { firstNonce: 2n, count: 1 });

    await take(from);
    await generate({ count: "3", firstIndex: "100" });
    const { batches } = await split({ firstIndex: "100" });

    expect(batches.map(({ folder }) => folder)).to.deep.equal([batch("000003-000003")]);
    expect(await verify()).to.include("chain: nonces follow on the account's · 3 batches: ok");
    expect((await register()).batches).to.have.lengthOf(3);
  });

  it("puts void batches aside whose keys were signed for other nonces, which resplit cannot do", async () => {
    const { dir, generate, split } = ceremony();
    await behindOthers(async () => {
      await take((await dkg("first", { firstNonce: 2n })).from);
      await register();
    });
    const before = contents();
    const line = `dir has shares from nonce 2 on, which are void, of keys that only operators of ssv-dkg can sign with (got ${batch("000002-000004")}): have them sign for nonces from 0 on with \`ssv-dkg resign\` and \`keys endorse\`, then take the result in with \`keys import\``;
    await ceremony().refuses("keys resplit", { yes: true }, line);
    await ceremony().refuses("keys resplit", { dryRun: true }, line);
    await generate({ firstIndex: "100" });
    await expectSplitRefused();
    expect(contents()).to.deep.equal([...before, "deposit_data.json"].sort());

    const { from } = await dkg("resigned");
    expect(await take(from)).to.deep.include({ firstNonce: "0", putAside: [putAside()] });

    expect(readdirSync(join(dir, "superseded"))).to.deep.equal(["0000-000002-000004"]);
    expect((await split({ firstIndex: "100" })).batches.map(({ folder }) => folder)).to.deep.equal([
      batch("000003-000005"),
    ]);
    expect((await register()).batches).to.have.lengthOf(2);

    async function expectSplitRefused(): Promise<void> {
      await ceremony().refuses(
        "keys split",
        { operators: "1,2,3,4" },
        `dir has shares from nonce 2 on, which do not follow on the account's next one, 0 (got ${batch("000002-000004")}): make new ones with \`keys resplit\``,
      );
    }
  });

  it("puts a void batch aside of which only some keys were signed anew, though it would follow on them", async () => {
    await behindOthers(async () => {
      await take((await dkg("first", { firstNonce: 2n })).from);
    });

    const { from } = await dkg("resigned", { count: 2 });
    expect(await take(from)).to.deep.include({ putAside: [putAside()] });

    expect(readdirSync(join(ceremony().dir, "batches"))).to.deep.equal(["000000-000001"]);
    expect((await register()).batches[0]).to.include({ keys: 2, firstNonce: "0" });
  });

  it("leaves void batches of other keys where they are, until resplit puts them aside", async () => {
    await behindOthers(async () => {
      await take((await dkg("first", { firstNonce: 2n })).from);
    });
    await take((await dkg("other", { count: 1, keychain: OTHER_KEYS })).from);
    expect(readdirSync(join(ceremony().dir, "batches"))).to.deep.equal(["000000-000000", "000002-000004"]);

    const aside = await ceremony().json("keys resplit", { asideOnly: true, yes: true });

    expect(aside).to.deep.include({ keys: 0, batches: [], putAside: [putAside()], nextNonce: "1" });
    expect(readdirSync(join(ceremony().dir, "batches"))).to.deep.equal(["000000-000000"]);
    expect((await register()).batches[0]).to.include({ keys: 1, firstNonce: "0" });
  });

  it("refuses ceremonies for another owner, nonce, pool, or with operators as ssv.network does not know them", async () => {
    const { dir, owner, json } = ceremony();
    const { from: foreign } = await dkg("foreign", { owner: OTHER_OWNER });
    await refuses(
      { from: foreign },
      `ceremony owner is not the account that registers, ${owner} (got ${OTHER_OWNER}): generate the key shares again for that account: a pool's is its cluster manager`,
    );
    await refuses(
      { from: (await dkg("later", { firstNonce: 1n })).from },
      `ceremony owner nonce does not begin at 0 (got 1): ${resign(0)}`,
    );
    const withdrawalCredentials: Hex = `0x01${"00".repeat(11)}${OWNER.slice(2).toLowerCase() as "5a"}`;
    const { from: elsewhere, ceremony: own } = await dkg("elsewhere", { withdrawalCredentials });
    expect(own.withdrawalCredentials).to.equal(withdrawalCredentials);
    const { stderr } = await ceremony().run("keys import", { dir, from: elsewhere });
    expect(stderr).to.match(
      new RegExp(
        `^error: ceremony withdrawal credentials are not the pool's, 0x01[0-9a-f]{62} \\(got ${withdrawalCredentials}\\): run ssv-dkg again with --withdrawAddress 0x[0-9A-Fa-f]{40}: with these the ether would not come back to the pool\n$`,
      ),
    );
    const { keyFingerprint } = await json("operators show", { id: "1" });
    const sha256 = operatorKeyFingerprint(operators[0]?.operatorKey ?? "");
    await refuses(
      { from: (await dkg("other keys", { operators: listed([1n, 2n, 3n, 4n]) })).from },
      `operator 1's key in keyshares.json differs from the one registered at ssv.network, SHA-256 ${String(keyFingerprint)} (got SHA-256 ${sha256}): split the keys anew for the operators as they are`,
    );
    const unknown = await dkg("unknown", { operators: listed([11n, 12n, 13n, 14n]), firstNonce: 1n });
    await refuses(
      { from: unknown.from },
      "ceremony operator does not exist at ssv.network (got 11): split the keys anew for operators that are registered there",
    );
    const { from: otherNetwork } = await dkg("network", { network: HOODI, firstNonce: 1n });
    const end = await ceremony().run("keys import", { dir, from: otherNetwork });
    expect(end.stderr).to.match(/^error: deposit_data\.json\[0\]\.fork_version /);
    expect(existsSync(dir)).to.equal(false);
  });

  it("names no endorsement where the owner is no pool's", async () => {
    const { dir, node, run } = ceremony();
    const ssvNetwork = node.addresses.ssvNetwork ?? "";
    const { from } = await dkg("own", { owner: OWNER, firstNonce: 1n });
    expect((await run("keys import", { dir, from, account: OWNER, ssvNetwork })).stderr).to.equal(
      `error: ceremony owner nonce does not begin at 0 (got 1): ${resign(0).replace(", endorsed with `keys endorse`", "")}\n`,
    );
  });

  it("refuses options and folders that are none, and keys that it knows", async () => {
    const { home } = ceremony();
    await refuses({}, "from is missing (got nothing): name the folder that ssv-dkg wrote");
    const { from, ceremony: made } = await dkg("dkg");
    await refuses({ from, dir: undefined }, "dir is missing (got nothing): name the folder of the ceremony");
    await refuses(
      { from: join(home, "nowhere") },
      `ceremony folder cannot be read, ENOENT (got ${join(home, "nowhere")}): name a folder that you may read`,
    );
    await refuses(
      { from: home },
      "ceremony folder holds what ssv-dkg does not write there (got dkg): name the folder of one ceremony, and take out what is not its own",
    );
    await take(from);
    const [first] = made.keys;
    const again = (await dkg("again", { firstNonce: 3n })).from;
    const known = (pubkey = "") =>
      `from holds a key that is registered, excluded, or in another batch of the folder (got ${pubkey}): import only keys that are to be registered`;
    await refuses({ from: again }, known(first?.pubkey));
    const other = (await dkg("other", { firstNonce: 3n, keychain: OTHER_KEYS })).from;
    await refuses(
      { from: other, dir: batch("000000-000002") },
      `dir holds the keyshares.json of one batch (got ${batch("000000-000002")}): name another folder: a ceremony keeps its batches below batches/`,
    );
    expect(await take(other)).to.include({ firstNonce: "3" });
  });
});
