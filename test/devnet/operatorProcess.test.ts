import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { generateOperatorKey } from "../../src/ssv/operatorKey.ts";
import { FORK } from "../helpers/devnetOperators.ts";
import { runOperator, startOperator, writeConfiguration, type OperatorProcess } from "../helpers/operatorProcess.ts";

const NETWORK = "0xDD9BC35aE942eF0cFa76930954a156B3fF30a4E1";
/** Nobody listens there. */
const GOOD = { operatorId: "7", executionUrl: "http://127.0.0.1:9", ssvNetwork: NETWORK };
/** Milliseconds. */
const SOON = 1_000;

describe("The process of a devnet's operator", () => {
  let home: string;
  let running: OperatorProcess[] = [];
  const { privateKey } = generateOperatorKey();
  const configuration = (changed: object = {}) => writeConfiguration(home, privateKey, { ...GOOD, ...changed });
  const start = async (): Promise<OperatorProcess> => {
    const operator = await startOperator(configuration());
    running.push(operator);
    return operator;
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pooleth-operator-"));
  });

  afterEach(async () => {
    await Promise.all(running.map((operator) => operator.stop("SIGKILL")));
    running = [];
    rmSync(home, { recursive: true });
  });

  const refused = {
    operatorId: ["7", "a"],
    executionUrl: [undefined, "https://127.0.0.1:9"],
    ssvNetwork: [undefined, NETWORK.replace("DD9B", "dd9B")],
    firstBlock: [undefined, -1],
    dataFolder: [undefined, ""],
    port: [undefined, 65_536],
    allowUnsafe: [undefined, "yes"],
    logLevel: [undefined, "loud"],
  } as const;
  for (const [field, [, value]] of Object.entries(refused))
    it(`refuses a configuration whose ${field} cannot be used`, async () => {
      const file = configuration({ [field]: value });
      const { code, stderr } = await runOperator(["--config", file]);

      expect(code).to.equal(1);
      expect(stderr)
        .to.match(/^error: .+\n$/)
        .and.contain(`${file}: ${field} cannot be used`);
    });

  it("refuses a configuration that lacks a field, has an unknown one, or names no key", async () => {
    const without = await runOperator(["--config", configuration({ operatorId: undefined })]);
    expect(without.stderr).to.contain("operatorId is missing (got nothing): give the id that SSV gave the operator");
    const unknown = await runOperator(["--config", configuration({ colour: "red" })]);
    expect(unknown.stderr).to.contain("colour is no field of an operator's configuration");
    const keyless = await runOperator(["--config", writeConfiguration(home, "no key", GOOD)]);
    expect(keyless.stderr).to.contain("privateKeyFile holds no readable key").and.not.contain("no key (");
    expect((await runOperator([])).stderr).to.contain("--config is missing");
  });

  it("tells what it is before it has read anything", async () => {
    const { status, body } = await (await start()).get("/v1/status");

    expect(status).to.equal(200);
    expect(body).to.deep.include({ operatorId: "7", online: true, block: null, validators: [] });
  });

  it("refuses requests that it cannot take, and goes on", async () => {
    const operator = await start();
    const context = { ...FORK, executionBlock: { number: 1, hash: `0x${"00".repeat(32)}` } };
    const duty = { type: "randao", pubkey: `0x${"00".repeat(48)}`, epoch: 3 };
    const statusOf = async (body: unknown, headers?: Record<string, string>) =>
      (await operator.post("/v1/sign", body, headers)).status;

    expect((await operator.get("/")).status).to.equal(404);
    expect(await statusOf("{}", { "content-type": "text/plain" })).to.equal(415);
    expect(await statusOf("{")).to.equal(400);
    const { status, body } = await operator.post("/v1/sign", { context, duties: [duty] });
    expect(status).to.equal(400);
    expect(body.error).to.contain("request.duties[0].epoch does not fit");
    expect(await statusOf(`"${"a".repeat(5 * 2 ** 20)}"`)).to.equal(413);
    // Its execution client does not answer.
    expect(await statusOf({ context, duties: [] })).to.equal(502);
    expect((await operator.get("/v1/status")).status).to.equal(200);
  });

  it("does not sign while it is switched off", async () => {
    const operator = await start();
    const context = { ...FORK, executionBlock: { number: 1, hash: `0x${"00".repeat(32)}` } };

    expect(await operator.post("/v1/online", { online: false })).to.deep.equal({
      status: 200,
      body: { online: false },
    });
    expect((await operator.post("/v1/sign", { context, duties: [] })).status).to.equal(503);
    expect((await operator.get("/v1/status")).body.online).to.equal(false);
    expect(await operator.post("/v1/online", { online: true })).to.deep.equal({ status: 200, body: { online: true } });
    expect((await operator.post("/v1/sign", { context, duties: [] })).status).to.equal(502);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    it(`ends within a second of ${signal}`, async () => {
      const operator = await start();
      await operator.get("/v1/status");
      const startedAt = Date.now();

      expect((await operator.stop(signal)).code).to.equal(0);
      expect(Date.now() - startedAt).to.be.below(SOON);
    });

  it("ends when its parent process is gone", async () => {
    const operator = await start();
    const startedAt = Date.now();
    operator.child.stdin?.end();
    const ended = new Promise((resolve) => operator.child.once("exit", resolve));

    expect(await ended).to.equal(0);
    expect(Date.now() - startedAt).to.be.below(SOON);
  });
});
