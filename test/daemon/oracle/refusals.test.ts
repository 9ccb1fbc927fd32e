import { expect } from "chai";

import { RefusalError, RefusalLog } from "../../../daemon/oracle/refusals.ts";
import { createLogger } from "../../../daemon/service/logger.ts";
import { DaemonMetrics } from "../../../daemon/service/metrics.ts";

interface Line {
  readonly reason: string;
  readonly err?: { readonly type: string; readonly stack: string };
}

describe("RefusalLog", () => {
  let lines: string[];
  let refusals: RefusalLog;
  let stop: AbortController;

  beforeEach(() => {
    lines = [];
    stop = new AbortController();
    const log = createLogger("test", "info", { write: (line) => lines.push(line) });
    const counter = new DaemonMetrics().counter("refusals_total", "Refusals", ["kind", "reason"]);
    refusals = new RefusalLog(log, counter, stop.signal);
  });

  const told = async (error: Error): Promise<Line | undefined> => {
    expect(await refusals.attempt("report", () => Promise.reject(error))).to.equal(false);
    const line = lines.pop();
    return line === undefined ? undefined : (JSON.parse(line) as Line);
  };

  it("tells a refusal by what it says, once", async () => {
    const error = new RefusalError("content", "https://files.example.org/batches", "is not there", "store it");
    expect(await told(error)).to.include({ reason: error.message });
    expect(await told(error)).to.equal(undefined);
  });

  it("tells where the program failed of what nobody foresaw, without the keys of addresses", async () => {
    const line = await told(new TypeError("no answer of https://node.example.org/v3/secret-key"));
    expect(line?.reason).to.equal("no answer of https://node.example.org");
    expect(line?.err).to.include({ type: "TypeError" });
    expect(line?.err?.stack).to.include("refusals.test.ts").and.not.to.include("secret-key");
  });

  it("tells nothing of what is cut short since the daemon is to end", async () => {
    stop.abort();
    expect(await told(new DOMException("This operation was aborted", "AbortError"))).to.equal(undefined);
  });
});
