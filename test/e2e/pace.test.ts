import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { DevnetProcess } from "../../scripts/lifecycle/devnetProcess.ts";

const FOREIGN = ["--foreign", "16"];

describe("pace of a devnet", function () {
  this.timeout(180_000);
  let devnet: DevnetProcess;

  afterEach(async () => {
    expect(await devnet.stop()).to.deep.include({ code: 0 });
  });

  it("is that of the clock in real time", async () => {
    devnet = await DevnetProcess.start([...FOREIGN, "--slot-seconds", "2"]);
    const { client } = devnet;
    const [slot, began] = [(await client.status()).slot, Date.now()];
    await sleep(12_000);
    const passed = (await client.status()).slot - slot;
    // A slot that begins late is not left out.
    expect(passed).to.be.within(4, Math.ceil((Date.now() - began) / 2_000) + 1);
    await refuses(devnet, "passes by itself");
  });

  it("is that of the machine where nothing bounds it", async () => {
    devnet = await DevnetProcess.start([...FOREIGN, "--unbounded"]);
    const { client } = devnet;
    const { slot } = await client.status();
    await sleep(4_000);
    expect((await client.status()).slot).to.be.above(slot + 8);
    await refuses(devnet, "passes by itself");
  });

  it("is that of those who ask in virtual time", async () => {
    devnet = await DevnetProcess.start(FOREIGN);
    const { client } = devnet;
    // The last slot that a deployment needs.
    await sleep(2_000);
    const { slot } = await client.status();
    await sleep(1_000);
    expect((await client.status()).slot).to.equal(slot);
    expect((await client.advance(3)).slot).to.equal(slot + 3);
    const { headSlot, slot: later } = await client.advance(2, true);
    expect([headSlot, later]).to.deep.equal([slot + 3, slot + 5]);
  });
});

async function refuses({ client }: DevnetProcess, problem: string): Promise<void> {
  const outcome = await client.advance(1).catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(Error).and.to.have.property("message").that.contains(problem);
}
