import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";

import { expect } from "chai";
import { Wallet } from "ethers";

import { loadKeeperConfig, loadOracleConfig } from "../../daemon/config/loadConfig.ts";
import { environmentSigner } from "../../daemon/service/environmentSigner.ts";
import { daemonFiles, KEYS_FILE, type DaemonFiles } from "../../devnet/daemonFiles.ts";

const POOL = `0x${"11".repeat(20)}`;
const PLACE = {
  rpcUrl: "http://127.0.0.1:8545",
  beaconUrl: "http://127.0.0.1:5052",
  preset: "minimal",
  secondsPerSlot: 2_400,
} as const;
const SIGN = { isDryRun: false };
const keyOf = (number: number): string => `0x${String(number).padStart(64, "0")}`;
const KEYS = { members: [1, 2, 3].map(keyOf), keeper: keyOf(4) };

describe("Files of daemons for a devnet", () => {
  let folder: string;
  let files: DaemonFiles;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-daemon-files-"));
    files = daemonFiles(PLACE, POOL, KEYS);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const member = (number: number) => loadOracleConfig(join(folder, `member-${number}.json`), SIGN);
  const keeper = () => loadKeeperConfig(join(folder, "keeper.json"), SIGN);

  it("are configurations that the daemons take, for its nodes, preset and slots", () => {
    for (const config of [member(1), member(2), member(3), keeper()])
      expect(config).to.deep.include({
        ...{ pool: POOL, preset: PLACE.preset },
        ...{ execution: [PLACE.rpcUrl], beacon: [PLACE.beaconUrl] },
      });
    expect(member(1).report.turnSeconds).to.equal(2 * PLACE.secondsPerSlot);
    // All members have had their turns by then.
    expect(keeper().actions.submitReport.afterSeconds).to.be.above(3 * member(1).report.turnSeconds);
  });

  it("have members ask each other, and the keeper all of them", () => {
    const ports = [1, 2, 3].map((number) => member(number).exchangePort);
    const [first, second, third] = ports.map((port) => `http://127.0.0.1:${port}`);
    expect([1, 2, 3].map((number) => member(number).peers)).to.deep.equal([
      [second, third],
      [first, third],
      [first, second],
    ]);
    expect(keeper().members).to.deep.equal([first, second, third]);
  });

  it("give each a key, a folder and ports of its own", () => {
    const all = [member(1), member(2), member(3), keeper()];
    const environment = parseEnv(files[KEYS_FILE] ?? "");
    const accounts = all.map(({ signer }) =>
      signer !== undefined && "env" in signer ? environmentSigner(signer.env, environment).address : "",
    );
    expect(accounts).to.deep.equal([...KEYS.members, KEYS.keeper].map((key) => new Wallet(key).address));
    const ports = [
      ...all.map(({ monitoringPort }) => monitoringPort),
      ...[1, 2, 3].map((number) => member(number).exchangePort),
    ];
    expect(new Set(ports).size).to.equal(7);
    expect(new Set(all.map(({ data }) => data)).size).to.equal(4);
  });
});
