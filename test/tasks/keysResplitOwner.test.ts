import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { useKeyCeremony } from "../helpers/keyCeremony.ts";

const STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/** The keys of `local ceremony`, of the same mnemonic, are others. */
const FIRST_INDEX = "100";

describe("keys resplit for another account", () => {
  const ceremony = useKeyCeremony();
  const options = () => ({
    account: STRANGER,
    firstIndex: FIRST_INDEX,
    mnemonicFile: ceremony().file("mnemonic"),
    yes: true,
  });
  const superseded = () => existsSync(join(ceremony().dir, "superseded"));

  beforeEach(async () => {
    const { json, generate, split, dir } = ceremony();
    await generate({ count: "2", firstIndex: FIRST_INDEX });
    await split({ firstIndex: FIRST_INDEX });
    await json("validators register", { dir, yes: true });
  });

  it("refuses keys that the owner of their shares has registered, which two clusters would then run", async () => {
    const { json, refuses, owner, dir } = ceremony();
    await json("pool deposit", { amount: "32", yes: true });
    const { pubkeys } = (await json("validators activate", { dir, count: "1", yes: true, dryRun: true })) as {
      pubkeys: string[];
    };
    await json("validators activate", { dir, count: "1", yes: true });

    await refuses(
      "keys resplit",
      options(),
      `account ${owner} has registered this key, and its operators would run it beside those of ${STRANGER}, until it is slashed (got ${pubkeys[0] ?? ""}): name the account that registered it, or split other keys`,
    );
    expect(superseded()).to.equal(false);
  });

  it("makes shares of keys that nobody has registered", async () => {
    const { json, dir } = ceremony();
    const { batches } = await json("keys resplit", options());

    expect(batches).to.deep.equal([
      { folder: join(dir, "batches", "000000-000001"), firstNonce: "0", keys: 2, operators: ["1", "2", "3", "4"] },
    ]);
    expect(superseded()).to.equal(true);
  });
});
