import { expect } from "chai";

import { isMarked, markableAt, openings, SHARE_UNIT, shutterOf, splitRequest } from "../../../src/pool/redemption.ts";
import { toEtherDown } from "../../../src/pool/shares.ts";

const ETHER = 10n ** 18n;
const DAY = 86_400n;
const EVEN = { shares: 10_000n * ETHER, pooledEther: 10_000n * ETHER };

describe("splitRequest", () => {
  it("makes one request of whole units up to 1,000 ETH, and none of less than a unit", () => {
    expect(splitRequest(EVEN, ETHER + SHARE_UNIT - 1n)).to.deep.equal([ETHER]);
    expect(splitRequest(EVEN, 1_000n * ETHER)).to.deep.equal([1_000n * ETHER]);
    expect(splitRequest(EVEN, SHARE_UNIT - 1n)).to.deep.equal([]);
  });

  it("cuts more into the fewest of like size, each with room for a report", () => {
    expect(splitRequest(EVEN, 1_000n * ETHER + SHARE_UNIT)).to.deep.equal([500n * ETHER + SHARE_UNIT, 500n * ETHER]);
    expect(splitRequest(EVEN, 1_998n * ETHER)).to.deep.equal([999n * ETHER, 999n * ETHER]);
    const thirds = splitRequest(EVEN, 2_000n * ETHER);
    expect(thirds).to.deep.equal(
      [666_666_666_667n, 666_666_666_667n, 666_666_666_666n].map((units) => units * SHARE_UNIT),
    );
  });

  it("leaves nothing out and stays within the bounds at odd rates", () => {
    for (const pooledEther of [7_777_777_777_777_777_777_777n, 13_131_313_131_313_131_313_131n])
      for (const shares of [1_001n * ETHER + 5n, 4_321n * ETHER + 123_456_789_012n, 9_999n * ETHER]) {
        const totals = { shares: 10_000n * ETHER, pooledEther };
        const parts = splitRequest(totals, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).to.equal(shares - (shares % SHARE_UNIT));
        for (const part of parts) {
          expect(part % SHARE_UNIT).to.equal(0n);
          expect(toEtherDown(totals, part) <= 1_000n * ETHER).to.equal(true);
          expect(parts.length === 1 || toEtherDown(totals, part) > 499n * ETHER).to.equal(true);
        }
      }
  });
});

describe("shutterOf", () => {
  it("is shut by an announcement, and for three days by a large loss", () => {
    expect(shutterOf(0n, 0n, 10n * DAY)).to.equal(undefined);
    expect(shutterOf(9n * DAY, 9n * DAY, 10n * DAY)).to.equal("announced");
    expect(shutterOf(0n, 7n * DAY, 10n * DAY)).to.equal("settling");
    expect(shutterOf(0n, 7n * DAY, 10n * DAY + 1n)).to.equal(undefined);
  });
});

describe("openings", () => {
  const unmarked = { lastRebase: 1_000_000n, lastFinalizedId: 2n, markedId: 0n, markedAt: 0n };

  it("tells when each rule opens, the first one in front", () => {
    const silent = { rule: "silent", openAt: 1_000_000n + 30n * DAY + 1n };
    const old = { rule: "old", openAt: 900_000n + 60n * DAY + 1n };
    expect(openings(unmarked, 3n, 900_000n)).to.deep.equal([silent, old]);
    expect(openings(unmarked, 3n, 900_000n - 40n * DAY)[0]?.rule).to.equal("old");
    expect(markableAt(unmarked)).to.equal(1_000_000n + 7n * DAY + 1n);
  });

  it("counts a mark for requests of before it, until the next report or until they are finalized", () => {
    const marked = { ...unmarked, markedId: 4n, markedAt: 1_000_000n + 8n * DAY };
    const opening = { rule: "marked", openAt: 1_000_000n + 9n * DAY };
    expect(openings(marked, 4n, 900_000n)[0]).to.deep.equal(opening);
    expect(openings(marked, 5n, 900_000n)[0]?.rule).to.equal("silent");
    expect(isMarked(marked)).to.equal(true);
    expect(isMarked({ ...marked, lastFinalizedId: 4n })).to.equal(false);
    expect(isMarked({ ...marked, lastRebase: marked.markedAt })).to.equal(false);
  });
});
