import { expect } from "chai";

import { mapConcurrently } from "../../clients/concurrency.ts";

const afterTicks = (ticks: number) => new Promise((resolve) => setTimeout(resolve, ticks));

describe("mapConcurrently", () => {
  it("keeps the order of the items and its limit, whichever is ready first", async () => {
    const [ready, done]: [number[], number[]] = [[], []];
    let [underWay, most] = [0, 0];
    const items = [9, 1, 5, 0, 3, 2];
    const results = await mapConcurrently(
      items,
      3,
      async (item) => {
        most = Math.max(most, ++underWay);
        await afterTicks(item * 4);
        underWay--;
        ready.push(item);
        return item * 2;
      },
      (count) => done.push(count),
    );

    expect(results).to.deep.equal([18, 2, 10, 0, 6, 4]);
    expect(ready).not.to.deep.equal(items);
    expect(most).to.equal(3);
    expect(done).to.deep.equal([1, 1, 1, 1, 1, 1]);
  });

  it("fails as the first item that fails, and begins no further ones", async () => {
    const begun: number[] = [];
    const map = async (item: number) => {
      begun.push(item);
      await afterTicks(item);
      if (item === 2) throw new Error("two");
    };

    const error = await mapConcurrently([5, 2, 30, 40], 2, map).catch((reason: unknown) => reason);
    await afterTicks(20);
    expect(error).to.have.property("message", "two");
    expect(begun).to.deep.equal([5, 2]);
  });

  it("has nothing to do for no items", async () => {
    expect(await mapConcurrently([], 3, () => Promise.reject(new Error("called")))).to.deep.equal([]);
  });
});
