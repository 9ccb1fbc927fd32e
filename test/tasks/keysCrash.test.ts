import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { hardhatKilled } from "../helpers/commandLine.ts";
import { useKeyHome } from "../helpers/keyHome.ts";
import { OTHER_OWNER, OWNER, testOperators } from "../src/support/operators.ts";

const KEYS = 160;
const BATCH = 10;
const SETS = ["1,2,3,4", "5,6,7,8"];

describe("keys tasks that are killed", () => {
  const keyHome = useKeyHome();

  const json = async (id: string, args: Record<string, unknown>) => {
    const { run, dir } = keyHome();
    const { success, stdout, stderr } = await run(id, { dir, json: true, chain: "local", ...args });
    expect(success, stderr).to.equal(true);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const checks = async (args: Record<string, unknown> = {}) => {
    const { checks: rows } = await json("keys verify", args);
    return (rows as Record<string, string>[]).map(({ check, of, result }) => `${check} · ${of}: ${result}`);
  };
  const names = (below: string) => {
    const path = join(keyHome().dir, below);
    return existsSync(path) ? readdirSync(path) : [];
  };
  const toArguments = (options: Record<string, string>) =>
    Object.entries(options).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      value,
    ]);

  /** Every file that is named as if it were whole is. */
  function expectWholeFiles(): void {
    const files = readdirSync(keyHome().dir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const whole = files.filter(({ name, parentPath }) => name.endsWith(".json") && !parentPath.endsWith(".unfinished"));
    expect(whole).not.to.deep.equal([]);
    for (const { name, parentPath } of whole)
      expect(() => void JSON.parse(readFileSync(join(parentPath, name), "utf8")), name).not.to.throw();
  }

  /** Name of a batch by its place. */
  const nameOf = (i: number) =>
    [i * BATCH, (i + 1) * BATCH - 1].map((nonce) => String(nonce).padStart(6, "0")).join("-");
  function writeOperators(name: string, ids: readonly bigint[]): string {
    const file = join(keyHome().home, name);
    const operators = testOperators(ids).map(({ id, operatorKey }) => ({ id, operatorKey }));
    writeFileSync(file, formatOperatorsFile(operators));
    return file;
  }

  it("leave whole keystores behind, which the next run keeps", async () => {
    const { dir, mnemonicFile, passwordFile } = keyHome();
    const options = { dir, count: "4", chain: "local", withdrawalAddress: OWNER, mnemonicFile, passwordFile };
    const killed = await hardhatKilled(["keys", "generate", ...toArguments(options)], () =>
      names("keystores").some((name) => name.endsWith(".json")),
    );

    expect(killed).to.equal(true);
    expectWholeFiles();
    expect(existsSync(join(dir, "deposit_data.json"))).to.equal(false);
    const kept = names("keystores").filter((name) => name.endsWith(".json"));
    const texts = kept.map((name) => readFileSync(join(dir, "keystores", name), "utf8"));
    const [leftover] = [2, 3].map((i) => `keystore-m_12381_3600_${i}_0_0.json`).filter((name) => !kept.includes(name));
    // As if it had been killed while it wrote.
    writeFileSync(join(dir, "keystores", `${leftover ?? ""}.unfinished`), texts[0]?.slice(0, 99) ?? "");
    writeFileSync(join(dir, "deposit_data.json.unfinished"), '[{"pubkey":');
    expect(await checks()).to.deep.equal([
      `keystores: version, functions, costs · ${kept.length} keystores: ok`,
      `keystores: of the keys with deposits · ${kept.length} keystores: skipped: no deposit file`,
      `keystores: hold their keys · ${kept.length} keystores: skipped: no --password-file`,
      "batches: key shares · all: skipped: none there, `keys split` makes them",
      "chain: operators, nonces, uses by others · all: skipped: no connection",
    ]);

    // The rest by the quicker way: what is there is kept, however it was encrypted.
    const made = await json("keys generate", { ...options, keystores: "pbkdf2" });

    expect(made).to.include({ newKeys: 4, newKeystores: 4 - kept.length });
    expect(kept.map((name) => readFileSync(join(dir, "keystores", name), "utf8"))).to.deep.equal(texts);
    expect(readdirSync(dir)).to.deep.equal(["deposit_data.json", "keystores"]);
    expect(names("keystores")).to.deep.equal([0, 1, 2, 3].map((i) => `keystore-m_12381_3600_${i}_0_0.json`));
    expect(await checks({ passwordFile })).to.include("keystores: hold their keys · 4 keystores: ok");
  });

  it("leave whole batches behind, to which the next run adds the others", async () => {
    const { dir, mnemonicFile } = keyHome();
    const files = [writeOperators("first.json", [1n, 2n, 3n, 4n]), writeOperators("second.json", [5n, 6n, 7n, 8n])];
    const terms = { withdrawalAddress: OWNER, mnemonicFile, keystores: "none" };
    await json("keys generate", { ...terms, count: String(KEYS) });
    // A batch ends where the operators change.
    const ranges = Array.from(
      { length: KEYS / BATCH },
      (_, i) => `${i * BATCH}-${(i + 1) * BATCH - 1}:${SETS[i % 2] ?? ""}`,
    ).join(" ");
    const options = { operators: ranges, operatorsFile: files.join(), account: OTHER_OWNER };
    const killed = await hardhatKilled(
      ["keys", "split", ...toArguments({ dir, chain: "local", mnemonicFile, ...options, firstNonce: "0" })],
      () => names("batches").some((name) => !name.endsWith(".unfinished")),
    );

    expect(killed).to.equal(true);
    expectWholeFiles();
    const kept = names("batches").filter((name) => !name.endsWith(".unfinished"));
    expect(kept.length).to.be.lessThan(KEYS / BATCH);
    expect(kept).to.deep.equal(kept.map((_, i) => nameOf(i)));
    const leftover = join(dir, "batches", `${nameOf(kept.length)}.unfinished`);
    rmSync(leftover, { recursive: true, force: true });
    const first = readFileSync(join(dir, "batches", nameOf(0), "keyshares.json"), "utf8");
    // As if it had been killed while it wrote.
    mkdirSync(leftover);
    writeFileSync(join(leftover, "keyshares.json"), first.slice(0, 999));
    expect((await checks()).filter((row) => row.startsWith("batch: deposits"))).to.have.lengthOf(kept.length);

    // The very same options.
    const { batches, nextNonce } = await json("keys split", { mnemonicFile, ...options, firstNonce: "0" });

    expect(nextNonce).to.equal(String(KEYS));
    expect(batches).to.have.lengthOf(KEYS / BATCH - kept.length);
    expect(names("batches")).to.deep.equal(Array.from({ length: KEYS / BATCH }, (_, i) => nameOf(i)));
    expect(readFileSync(join(dir, "batches", nameOf(0), "keyshares.json"), "utf8")).to.equal(first);
    expect((await checks()).filter((row) => /^batch: (?:deposits|same).*: ok$/.test(row))).to.have.lengthOf(
      (2 * KEYS) / BATCH,
    );
  });
});
