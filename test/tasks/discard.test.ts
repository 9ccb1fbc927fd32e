import { expect } from "chai";

import { planDiscard } from "../../tasks/commands/discard.ts";
import { openPool } from "../../tasks/connect.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, newBatch } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ASK = { dryRun: false, yes: false };
const WARNING =
  "warning: this cannot be undone: keys that are dropped need key shares for nonces from 3 on to be registered again";

describe("planDiscard", () => {
  // Batch 0 is activated, batch 1 to a third, batch 2 not at all.
  const suite = useSuite(async () => {
    const deployed = await deployFunded(200n);
    await activateChanged(deployed, await newBatch(deployed, 2), [0, 2]);
    await activateChanged(deployed, await newBatch(deployed, 3, 2), [0, 1]);
    await newBatch(deployed, 4, 5);
    return deployed;
  });

  const plan = async (batchId: bigint) =>
    planDiscard(await openPool(suite().chain, await suite().poolETH.getAddress()), suite().operator, batchId);
  const refusal = (batchId: bigint) => plan(batchId).catch(String);

  it("shows before the question what is dropped, and drops it after a yes", async () => {
    const terminal = fakeTerminal("yes");
    const batches = [
      { batch: 1n, position: 1, keys: 2 },
      { batch: 2n, position: 0, keys: 4 },
    ];
    const proposed = await plan(1n);

    expect(proposed.action).to.equal("drop 6 validator keys: all that wait in batch 1 and later ones");
    expect(proposed.details).to.deep.include({ batches, nextNonce: 3n });
    expect(await carryOut(proposed, ASK, terminal)).to.deep.include({ batches, nextNonce: 3n });
    expect(terminal.asked).to.deep.equal(["Type yes to send this transaction: "]);
    expect(terminal.noted[0]).to.match(/^next nonce +3$/m);
    expect(terminal.noted[1]).to.equal(WARNING);
    for (const batchId of [1n, 2n]) expect((await suite().poolManager.batchOf(batchId)).discarded).to.equal(true);
  });

  it("drops only what comes after a batch that stays", async () => {
    const { batches, nextNonce } = await carryOut(await plan(2n), { dryRun: false, yes: true }, fakeTerminal());

    expect(batches).to.deep.equal([{ batch: 2n, position: 0, keys: 4 }]);
    expect(nextNonce).to.equal(5n);
    expect((await suite().poolManager.batchOf(1n)).discarded).to.equal(false);
  });

  it("tells what was dropped, not what was planned, when a later batch was dropped meanwhile", async () => {
    const { poolManager, operator } = suite();
    const proposed = await plan(1n);
    await poolManager.connect(operator).discardBatch(2n);

    const { batches } = await carryOut(proposed, { dryRun: false, yes: true }, fakeTerminal());

    expect(batches).to.deep.equal([{ batch: 1n, position: 1, keys: 2 }]);
  });

  it("refuses a batch that is unknown, activated, dropped, or no longer kept", async () => {
    const { poolManager, operator } = suite();
    const line = (batchId: bigint, problem: string) =>
      `InputError: batch ${problem} (got ${batchId}): look up the batches with \`validators list\``;

    for (const batchId of [3n, 2n ** 256n]) expect(await refusal(batchId)).to.equal(line(batchId, "is not registered"));
    expect(await refusal(0n)).to.equal(line(0n, "is activated already"));
    await poolManager.connect(operator).discardBatch(1n);
    for (const batchId of [1n, 2n]) expect(await refusal(batchId)).to.equal(line(batchId, "was discarded"));
    for (let i = 0; i < 62; i++)
      await poolManager.connect(operator).registerBatch(`0x${"ab".repeat(32)}`, 1, [1n, 2n, 3n, 4n], "");
    expect(await refusal(0n)).to.equal(line(0n, "was activated or discarded long ago"));
  });
});
