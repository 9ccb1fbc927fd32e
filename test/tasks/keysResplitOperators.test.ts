import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { useKeyCeremony, type SplitBatch, type TaskResult } from "../helpers/keyCeremony.ts";

/** The keys of `local ceremony`, of the same mnemonic, are others. */
const FIRST_INDEX = "100";
const [USUAL, OTHERS] = [
  ["1", "2", "3", "4"],
  ["5", "6", "7", "8"],
];

describe("keys resplit for other operators, while no batch is void", () => {
  // Operators 5 to 8.
  const ceremony = useKeyCeremony(4);

  const options = (args: Record<string, unknown>) => ({
    ...{ dir: ceremony().dir, mnemonicFile: ceremony().file("mnemonic"), firstIndex: FIRST_INDEX },
    ...{ yes: true, json: true, ...args },
  });
  const resplit = async (args: Record<string, unknown>) => {
    const { success, stdout, stderr } = await ceremony().run("keys resplit", options(args));
    expect(success, stderr).to.equal(true);
    return { result: JSON.parse(stdout) as TaskResult & { batches: SplitBatch[] }, stderr };
  };
  const batch = (name: string) => join(ceremony().dir, "batches", name);
  const names = (below: string) => readdirSync(join(ceremony().dir, below));
  const register = () => ceremony().json("validators register", { yes: true });
  /** Three batches of one key each, of the usual operators, others and the usual ones. */
  async function splitThree(): Promise<void> {
    await ceremony().generate({ firstIndex: FIRST_INDEX });
    await ceremony().split({ firstIndex: FIRST_INDEX, operators: "0-0:1,2,3,4 1-1:5,6,7,8 2-2:1,2,3,4" });
  }

  it("splits batches with other operators again, and those that follow on them, and keeps the rest", async () => {
    await splitThree();
    const kept = readFileSync(join(batch("000000-000000"), "keyshares.json"), "utf8");
    const operators = "1,2,3,4";

    const { result } = await resplit({ operators });

    expect(result).to.include({ dryRun: false, keys: 2, nextNonce: "3" });
    expect(result.putAside).to.deep.equal([
      { folder: batch("000001-000001"), firstNonce: "1", keys: 1, reason: "operators" },
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, reason: "follows" },
    ]);
    const row = { folder: batch("000001-000002"), firstNonce: "1", keys: 2, operators: USUAL };
    expect(result.batches).to.deep.equal([row]);
    expect(names("superseded")).to.deep.equal(["0000-000001-000001", "0001-000002-000002"]);
    expect(readFileSync(join(batch("000000-000000"), "keyshares.json"), "utf8")).to.equal(kept);
    expect(await ceremony().verify()).to.include("chain: nonces follow on the account's · 2 batches: ok");
    expect((await register()).batches).to.have.lengthOf(2);
    const again = await resplit({ operators });
    expect(again.result).to.deep.include({ keys: 0, putAside: [], batches: [] });
    expect(again.stderr).to.equal(
      `nothing to split again: no shares in ${ceremony().dir} are void; keys without shares are for \`keys split\`\n`,
    );
  });

  it("says why shares that are not void are put aside, before anybody agrees", async () => {
    await splitThree();
    const { success, stderr } = await ceremony().run("keys resplit", options({ operators: "1,2,3,4", yes: false }));

    expect(success).to.equal(false);
    expect(stderr.split("\n").slice(0, 2)).to.deep.equal([
      `the shares in ${batch("000001-000001")}, from nonce 1 on, are for other operators than those named and will be put aside`,
      `the shares in ${batch("000002-000002")}, from nonce 2 on, follow on shares that are made anew and will be put aside`,
    ]);
    expect(names("batches")).to.have.lengthOf(3);
  });

  it("refuses to replace a batch that waits in the pool's registry, until it is discarded", async () => {
    await splitThree();
    await register();
    await ceremony().refuses(
      "keys resplit",
      options({ operators: "5,6,7,8" }),
      `operators are to replace 1,2,3,4 of the batch in ${batch("000000-000000")}, which waits in the pool's registry (got 5,6,7,8): drop it there with \`validators discard\` first, or name its own operators in a range for its keys`,
    );
    expect(names("batches")).to.have.lengthOf(3);
    await ceremony().json("validators discard", { batch: "1", yes: true });
    const { result } = await resplit({ operators: "1,2,3,4" });

    expect(result.batches).to.deep.equal([
      { folder: batch("000001-000002"), firstNonce: "1", keys: 2, operators: USUAL },
    ]);
  });

  it("says which keys run and so stay with their operators", async () => {
    await splitThree();
    await register();
    await ceremony().json("pool deposit", { amount: "32", yes: true });
    await ceremony().json("validators activate", { count: "1", yes: true });
    await ceremony().json("validators discard", { batch: "1", yes: true });

    const { result, stderr } = await resplit({ operators: "5,6,7,8" });

    expect(stderr).to.equal(
      `the keys in ${batch("000000-000000")} are registered at ssv.network and stay with operators 1,2,3,4\n`,
    );
    expect(result.batches).to.deep.equal([
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, operators: OTHERS },
    ]);
    expect(names("batches")).to.deep.equal(["000000-000000", "000001-000001", "000002-000002"]);
  });
});
