import { expect } from "chai";

import { QueueFullError, RequestQueue } from "../../devnet/operator/requestQueue.ts";

describe("The queue of an operator", () => {
  it("works on one request at a time, in their order, also after one that failed", async () => {
    const queue = new RequestQueue(8);
    const steps: string[] = [];
    const work = (name: string, fails = false) =>
      queue.run(async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([work("a"), work("b", true), work("c")]);

    expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    expect(steps).to.deep.equal(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("refuses a request when too many wait, until there is room", async () => {
    const queue = new RequestQueue(1);
    let finish: () => void = () => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = queue.run(() => Promise.resolve("second"));
    const refused = await queue.run(() => Promise.resolve()).catch((error: unknown) => error);

    expect(refused).to.be.instanceOf(QueueFullError);
    finish();
    await first;
    expect(await second).to.equal("second");
    expect(await queue.run(() => Promise.resolve("third"))).to.equal("third");
  });
});
