import { expect } from "chai";

import { frameEnd, slotAt, timeOfSlot } from "../../../src/oracle/frames.ts";

const clock = { genesisTime: 1_000n, secondsPerSlot: 12n, slotsPerFrame: 7_200n };

describe("slots and frames", () => {
  it("counts slots from genesis", () => {
    expect(slotAt(clock, 1_000n)).to.equal(0n);
    expect(slotAt(clock, 1_011n)).to.equal(0n);
    expect(slotAt(clock, 1_012n)).to.equal(1n);
    expect(timeOfSlot(clock, 7_199n)).to.equal(1_000n + 7_199n * 12n);
  });

  it("ends a frame at its last slot", () => {
    expect(frameEnd(clock, 0n)).to.equal(7_199n);
    expect(frameEnd(clock, 7_199n)).to.equal(7_199n);
    expect(frameEnd(clock, 7_200n)).to.equal(14_399n);
  });
});
