import { expect } from "chai";

import { createLogger } from "../../../daemon/service/logger.ts";

describe("The logger of daemons", () => {
  const lines: string[] = [];
  const log = createLogger("oracle", "info", { write: (line) => lines.push(line) });
  beforeEach(() => {
    lines.length = 0;
  });

  it("writes a line of JSON for each event of its level", () => {
    log.info({ slot: 5 }, "signed");
    log.debug("not this");
    expect(lines).to.have.lengthOf(1);
    expect(JSON.parse(lines[0] ?? "")).to.include({ name: "oracle", level: 30, slot: 5, msg: "signed" });
  });

  it("hides secrets by their names", () => {
    log.info({ password: "s3cret", config: { signer: { env: "s3cret" }, wallet: { privateKey: "s3cret" } } }, "start");
    expect(lines.join()).not.to.include("s3cret");
    expect(lines.join()).to.include("hidden");
  });

  it("leaves hosts of the addresses in errors, and nothing of what errors carry along", () => {
    const error = new Error("https://user:s3cret@node.example:8545/v3/s3cret?k=s3cret does not answer");
    log.error({ err: Object.assign(error, { request: { url: "s3cret" } }) }, "failed");
    log.error({ err: "http://a.example/s3cret" }, "failed");
    expect(lines.join()).to.include("https://node.example:8545 does not answer").and.include("http://a.example");
    expect(lines.join()).not.to.include("s3cret");
  });
});
