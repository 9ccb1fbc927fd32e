import { expect } from "chai";

import { countFrames } from "../../scripts/lifecycle/account.ts";
import { reportOf, sampleOf } from "../helpers/lifecycle.ts";

describe("frames of a lifecycle", () => {
  const reports = [31n, 95n].map((refSlot) => reportOf({ refSlot }));
  const samples = [
    { slot: 56n, finalizedEpoch: 5 },
    { slot: 95n, finalizedEpoch: 7 },
    { slot: 120n, finalizedEpoch: 12 },
  ].map((different) => sampleOf(0n, different));

  it("are late where no look at the chain found them final before the next one had ended", () => {
    expect(countFrames({ reports, samples }, 8n, 32n)).to.deep.equal({ frames: 3n, lateFrames: 1n });
    const inTime = sampleOf(0n, { slot: 95n, finalizedEpoch: 8 });
    expect(countFrames({ reports, samples: [...samples, inTime] }, 8n, 32n)).to.deep.equal({
      frames: 3n,
      lateFrames: 0n,
    });
    expect(countFrames({ reports: [], samples }, 8n, 32n)).to.deep.equal({ frames: 0n, lateFrames: 0n });
  });
});
