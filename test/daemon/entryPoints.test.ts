import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { nodeProblem } from "../../daemon/service/nodeVersion.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OLD = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.12.0' } });",
)}`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], before: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...before, "--import", "tsx", ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

for (const [name, folder] of [
  ["oracle", "oracle"],
  ["keeper", "keeper"],
] as const)
  describe(`The program of the ${name}`, () => {
    const program = `daemon/${folder}/main.ts`;
    let temporary: string;
    let file: string;
    beforeEach(() => {
      temporary = mkdtempSync(join(tmpdir(), "pooleth-"));
      file = join(temporary, "config.json");
    });
    afterEach(() => {
      rmSync(temporary, { recursive: true });
    });

    it("shows how to use it", async () => {
      const { code, stdout } = await run([program, "--help"]);
      expect(code).to.equal(0);
      expect(stdout).to.include(`node --import tsx ${program} --config FILE [--once] [--dry-run]`);
    });

    it("refuses a Node that is too old, before anything else", async () => {
      const { code, stderr } = await run([program, "--config", file], ["--import", OLD]);
      expect(code).to.equal(1);
      expect(stderr).to.equal("error: Node 22.12.0 is too old for the daemons: run them on Node 22.13 or newer\n");
    });

    it("refuses arguments that it does not know, or that are missing", async () => {
      expect((await run([program])).stderr).to.match(/^error: --config is missing: /);
      const { code, stderr } = await run([program, "--forever"]);
      expect(code).to.equal(1);
      expect(stderr).to.match(/^error: Unknown option '--forever'/);
    });

    it("tells all that is wrong with its configuration, and starts nothing", async () => {
      const example = JSON.parse(readFileSync(join(ROOT, "examples", `${name}.json`), "utf8")) as object;
      writeFileSync(file, JSON.stringify({ ...example, pool: "0x", data: "data", pollSeconds: -1, extra: 1 }));
      const { code, stdout, stderr } = await run([program, "--config", file]);
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr.split("\n").map((line) => line.split(" ").slice(0, 2).join(" "))).to.have.members([
        ...["error: pool", "error: pollSeconds", "error: extra", ""],
      ]);
    });
  });

describe("The version of Node", () => {
  it("is enough from 22.13 on", () => {
    for (const version of ["22.13.0", "23.0.1", "24.21.0"]) expect(nodeProblem(version)).to.equal(undefined);
    for (const version of ["20.20.2", "22.12.9", "18.0.0"]) expect(nodeProblem(version)).to.include("is too old");
  });
});
