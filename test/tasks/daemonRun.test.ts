import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { hardhat } from "../helpers/commandLine.ts";

for (const group of ["oracle", "keeper"])
  describe(`The task ${group} run`, () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it("needs a configuration that can be read", async () => {
      const { code, stderr } = await hardhat([group, "run"]);
      expect(code).to.equal(1);
      expect(stderr).to.include("error: config-file is missing (got nothing): name the file");
      const missing = await hardhat([group, "run", "--config-file", join(folder, "none.json")]);
      expect(missing.stderr).to.include("error: config-file cannot be read, ENOENT");
    });

    it("goes on as the daemon, which tells what is wrong with its configuration", async () => {
      const file = join(folder, "config.json");
      writeFileSync(file, JSON.stringify({ pool: "0x", startBlock: 0, execution: ["http://a"], beacon: ["http://b"] }));
      const { code, stderr } = await hardhat([group, "run", "--config-file", file, "--dry-run", "--once"]);
      expect(code).to.equal(1);
      expect(stderr)
        .to.include("error: pool cannot be used, expected an address")
        .and.include("error: data is missing");
      // A dry run goes without.
      expect(stderr).not.to.include("signer");
    });
  });
