import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { ConfigurationError } from "../../../daemon/config/configurationError.ts";
import { loadKeeperConfig, loadOracleConfig } from "../../../daemon/config/loadConfig.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
const POOL = "0x1111111111111111111111111111111111111111";
const LEAST = {
  pool: POOL,
  startBlock: 1,
  execution: ["http://127.0.0.1:8545"],
  beacon: ["http://127.0.0.1:5052"],
  signer: { env: "KEY" },
  data: "state",
};
const SIGN = { isDryRun: false };

/** Each field with what it cannot be, and how the line of the message begins. */
const BAD_ORACLE: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ pool: "0x12" }, 'pool cannot be used, expected an address (got "0x12"): give the address of PoolETH'],
  [{ pool: undefined }, "pool is missing (got nothing): give the address"],
  [{ startBlock: -1 }, "startBlock cannot be used, "],
  [{ preset: "gnosis" }, "preset cannot be used, "],
  [{ execution: [] }, "execution cannot be used, "],
  [{ execution: ["ftp://node"] }, "execution[0] cannot be used, expected an http or https url (got node)"],
  [{ beacon: "http://127.0.0.1:5052" }, "beacon cannot be used, "],
  [{ beacon: ["http://a:1/", "http://a:1"] }, "beacon[1] is there twice (got a:1): name each server once"],
  [{ signer: undefined }, "signer is missing (got nothing): name a keystore"],
  [{ signer: { env: "A", keystore: "b" } }, "signer.keystore is no field of it (got hidden): remove it"],
  [{ signer: { key: "0xsecret" } }, "signer names no source, or more than one (got hidden): name a keystore"],
  [
    { signer: { env: `0x${"ab".repeat(32)}` } },
    "signer.env cannot be used, it is a private key: set a variable to it, and give the variable's name (got hidden)",
  ],
  [
    { signer: { web3signer: "http://s", address: "x" } },
    "signer.address cannot be used, expected an address (got hidden)",
  ],
  [{ data: "" }, "data cannot be used, "],
  [{ monitoringPort: 65_536 }, "monitoringPort cannot be used, "],
  [{ exchangePort: 1.5 }, "exchangePort cannot be used, "],
  [{ pollSeconds: 0 }, "pollSeconds cannot be used, "],
  [{ pollSeconds: 3_601 }, "pollSeconds cannot be used, "],
  [{ maxFeeGwei: "100" }, "maxFeeGwei cannot be used, "],
  [{ logLevel: "loud" }, "logLevel cannot be used, "],
  [{ agreement: 2 }, "agreement is more than there are beacon nodes, which are 1 (got 2): give how many"],
  [{ stateFromKeys: -1 }, "stateFromKeys cannot be used, "],
  [{ peers: ["http://p", "http://p/"] }, "peers[1] is there twice (got p)"],
  [{ report: { turnSeconds: 0 } }, "report.turnSeconds cannot be used, "],
  [{ report: { sign: "yes" } }, "report.sign cannot be used, "],
  [{ approvals: { everyBlocks: 65 } }, "approvals.everyBlocks cannot be used, "],
  [{ approvals: { maxKeys: 81 } }, "approvals.maxKeys cannot be used, "],
  [{ exits: { sign: 1 } }, "exits.sign cannot be used, "],
  [{ privateKey: "0xsecret" }, "privateKey is no field of it (got hidden): remove it, or correct its name"],
  [{ report: { sing: true } }, "report.sing is no field of it (got hidden)"],
];
const BAD_KEEPER: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ members: ["here"] }, "members[0] cannot be used, expected an http or https url (got hidden)"],
  [{ members: ["http://m", "http://m"] }, "members[1] is there twice (got m)"],
  [{ dailySpendEth: 0 }, "dailySpendEth cannot be used, "],
  [{ dailySpendEth: 1e21 }, "dailySpendEth cannot be used, "],
  [{ actions: { topUp: { enabled: 0 } } }, "actions.topUp.enabled cannot be used, "],
  [{ actions: { activate: { everySeconds: -1 } } }, "actions.activate.everySeconds cannot be used, "],
  [{ actions: { submitReport: { afterSeconds: -1 } } }, "actions.submitReport.afterSeconds cannot be used, "],
  [{ actions: { triggerExits: { maxFeeGwei: 0 } } }, "actions.triggerExits.maxFeeGwei cannot be used, "],
  [{ actions: { stake: {} } }, "actions.stake is no field of it (got hidden)"],
  [{ warnings: { keys: 0.5 } }, "warnings.keys cannot be used, "],
  [{ warnings: { reserveEth: -1 } }, "warnings.reserveEth cannot be used, "],
  [{ warnings: { runwayDays: -1 } }, "warnings.runwayDays cannot be used, "],
  [{ warnings: { walletEth: -1 } }, "warnings.walletEth cannot be used, "],
];

describe("Configuration files of daemons", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    file = join(folder, "config.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const linesOf = (load: () => unknown): string[] => {
    try {
      load();
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigurationError);
      return (error as Error).message.split("\n");
    }
    return [];
  };

  it("are filled up with defaults", () => {
    writeFileSync(file, JSON.stringify(LEAST));
    const oracle = loadOracleConfig(file, SIGN);
    expect(oracle).to.include({ preset: "mainnet", pollSeconds: 12, maxFeeGwei: 100, stateFromKeys: 5_000 });
    expect(oracle.report).to.deep.equal({ sign: true, submit: true, turnSeconds: 36 });
    const keeper = loadKeeperConfig(file, SIGN);
    expect(keeper.actions.submitReport).to.deep.equal({ enabled: true, afterSeconds: 600 });
  });

  it("have paths that begin at their folder", () => {
    writeFileSync(file, JSON.stringify({ ...LEAST, signer: { keystore: "a.json", passwordFile: "/b" } }));
    const { data, signer } = loadOracleConfig(file, SIGN);
    expect(data).to.equal(join(folder, "state"));
    expect(signer).to.deep.equal({ keystore: join(folder, "a.json"), passwordFile: "/b" });
  });

  for (const [load, bad] of [
    [loadOracleConfig, BAD_ORACLE],
    [loadKeeperConfig, BAD_KEEPER],
  ] as const)
    for (const [change, line] of bad)
      it(`are refused by ${load.name} with ${JSON.stringify(change)}`, () => {
        writeFileSync(file, JSON.stringify({ ...LEAST, ...change }));
        const lines = linesOf(() => load(file, SIGN));
        expect(lines).to.have.lengthOf(1);
        expect(lines[0]?.slice(0, line.length)).to.equal(line);
      });

  it("are refused with all bad fields at once, and without secrets", () => {
    const key = "https://user:password@node.example/v3/secret";
    writeFileSync(
      file,
      JSON.stringify({ ...LEAST, pool: 5, execution: [key, key], signer: { key: "0xsecret" }, agreement: 9 }),
    );
    const lines = linesOf(() => loadOracleConfig(file, SIGN));
    expect(lines.map((line) => line.split(" ")[0])).to.have.members(["pool", "signer", "execution[1]", "agreement"]);
    expect(lines.join())
      .to.include("node.example")
      .and.not.match(/secret|password@/);
  });

  it("need no signer in a dry run", () => {
    writeFileSync(file, JSON.stringify({ ...LEAST, signer: undefined }));
    expect(loadOracleConfig(file, { isDryRun: true }).signer).to.equal(undefined);
  });

  it("that are no JSON, or not there, are refused", () => {
    expect(() => loadOracleConfig(file, SIGN)).to.throw(/^config cannot be read, ENOENT/);
    writeFileSync(file, "{");
    expect(() => loadOracleConfig(file, SIGN)).to.throw(/config\.json is not JSON/);
  });

  it("of the examples can be used", () => {
    expect(loadOracleConfig(join(EXAMPLES, "oracle.json"), SIGN)).to.include({ agreement: 2, pool: POOL });
    expect(loadKeeperConfig(join(EXAMPLES, "keeper.json"), SIGN)).to.include({ dailySpendEth: 0.5 });
  });
});
