import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { DevnetFolder, DevnetFolderError, type ChainSettings } from "../../devnet/supervisor/folder.ts";

const SETTINGS: ChainSettings = {
  preset: "minimal",
  fork: "fulu",
  secondsPerSlot: 2_400,
  genesisTime: 1_700_000_000,
  foreignValidators: 48,
};
const POOL = { ssvNetwork: "0x01", addresses: { poolETH: "0x02" }, operators: ["1", "2", "3", "4"] };

describe("folder of a devnet", () => {
  let path: string;

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "pooleth-folder-"));
  });

  afterEach(() => {
    rmSync(path, { recursive: true });
  });

  it("keeps what a chain was begun with, once its pool is there", () => {
    const folder = new DevnetFolder(path);
    expect(folder.read()).to.equal(undefined);
    folder.write(SETTINGS, POOL);
    expect(new DevnetFolder(path).read()).to.deep.equal({ settings: SETTINGS, pool: POOL });
  });

  it("forgets what an interrupted start has left, and nothing else", () => {
    const folder = new DevnetFolder(path);
    mkdirSync(folder.executionData);
    writeFileSync(folder.executionGenesis, "{}");
    writeFileSync(join(path, "notes.txt"), "mine");
    folder.clear();
    expect(existsSync(folder.executionData)).to.equal(false);
    expect(existsSync(folder.executionGenesis)).to.equal(false);
    expect(readFileSync(join(path, "notes.txt"), "utf8")).to.equal("mine");
  });

  it("refuses a description that it cannot read", () => {
    const folder = new DevnetFolder(path);
    writeFileSync(join(path, "devnet.json"), JSON.stringify({ version: 2, ...SETTINGS, pool: POOL }));
    expect(() => folder.read()).to.throw(/version/);
  });

  it("is for one process at a time, and free again after one that died", () => {
    const folder = new DevnetFolder(path);
    folder.lock();
    folder.lock();
    writeFileSync(join(path, "devnet.lock"), String(process.ppid));
    expect(() => {
      folder.lock();
    }).to.throw(DevnetFolderError, `is used by process ${process.ppid}`);

    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(join(path, "devnet.lock"), String(pid));
    folder.lock();
    expect(readFileSync(join(path, "devnet.lock"), "utf8")).to.equal(String(process.pid));
    folder.unlock();
    expect(existsSync(join(path, "devnet.lock"))).to.equal(false);
  });
});
