import { expect } from "chai";
import hre, { network } from "hardhat";

import { replay } from "../../scripts/conformance/replay.ts";
import { readTrace } from "../../scripts/conformance/trace.ts";

const VECTORS = new URL("../vectors/ssv-v2/", import.meta.url);

describe("SSV simulator against recorded behaviour", () => {
  for (const name of ["trace-1", "trace-2", "trace-3"]) {
    it(`replays ${name} without a difference`, async () => {
      const trace = readTrace(new URL(`${name}.json`, VECTORS).pathname);

      const mismatches = await replay(await network.create(), hre.artifacts, trace);

      expect(mismatches).to.deep.equal([]);
    });
  }

  it("tells a difference", async () => {
    const trace = readTrace(new URL("trace-1.json", VECTORS).pathname);
    const steps = trace.steps.slice(0, 1).map((step) => ({ ...step, balanceChange: "1" }));

    const mismatches = await replay(await network.create(), hre.artifacts, { ...trace, steps });

    expect(mismatches).to.deep.equal(['step 0 (registerOperator): balance change: recorded "1", simulated "0"']);
  });

  it("refuses what is no trace, in one line", () => {
    expect(() => readTrace("missing.json")).to.throw("missing.json: cannot be read (ENOENT)");
    expect(() => readTrace(new URL("README.md", VECTORS).pathname)).to.throw("README.md: not JSON");
    expect(() => readTrace(new URL("../../../package.json", VECTORS).pathname)).to.throw("not a trace: parameters");
  });
});
