import { expect } from "chai";

import { placesOfStakes, spansOf } from "../../../src/oracle/keySpans.ts";

describe("spans of keys", () => {
  const places = placesOfStakes([
    { batchId: 0n, activated: 3 },
    { batchId: 1n, activated: 0 },
    { batchId: 2n, activated: 2 },
  ]);
  const shown = (limits: { maxKeys: number; maxSpans: number }, chosen = places) =>
    spansOf(chosen, limits).map((list) => list.map(({ batchId, from, to }) => `${batchId}:${from}-${to}`).join(" "));

  it("follow the order in which keys were activated", () => {
    expect(places.map(({ batchId, position }) => `${batchId}:${position}`)).to.deep.equal([
      "0:0",
      "0:1",
      "0:2",
      "2:0",
      "2:1",
    ]);
  });

  it("join neighbours of one batch within the limits", () => {
    expect(shown({ maxKeys: 9, maxSpans: 9 })).to.deep.equal(["0:0-3", "2:0-2"]);
    expect(shown({ maxKeys: 2, maxSpans: 9 })).to.deep.equal(["0:0-2", "0:2-3", "2:0-2"]);
    const apart = places.filter((_, i) => i !== 1);
    expect(shown({ maxKeys: 9, maxSpans: 9 }, apart)).to.deep.equal(["0:0-1 0:2-3", "2:0-2"]);
    expect(shown({ maxKeys: 9, maxSpans: 1 }, apart)).to.deep.equal(["0:0-1", "0:2-3", "2:0-2"]);
    expect(shown({ maxKeys: 9, maxSpans: 9 }, [])).to.deep.equal([]);
  });
});
