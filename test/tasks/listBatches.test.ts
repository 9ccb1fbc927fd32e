import { expect } from "chai";

import { listBatches } from "../../tasks/commands/listBatches.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, newBatch } from "../helpers/registry.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];

describe("listBatches", () => {
  const deployed = useSuite(() => deployFunded(200n));

  it("says of batches that the registry no longer keeps what became of them", async () => {
    const suite = deployed();
    const operator = suite.poolManager.connect(suite.operator);
    const register = () => operator.registerBatch(ROOT, 1, OPERATORS, "ipfs://junk");
    await activateChanged(suite, await newBatch(suite, 2), [0, 2]);
    await activateChanged(suite, await newBatch(suite, 3, 2), [0, 1]);
    await operator.discardBatch(1n);
    for (let i = 0; i < 64; i++) await register();
    expect((await suite.poolManager.batchOf(1n)).count).to.equal(0n);

    const { ownerNonce, nextNonce, batches } = await listBatches({
      pool: suite,
      connection: suite.chain,
      startBlock: 0,
    });
    expect([ownerNonce, nextNonce, batches.length]).to.deep.equal([3n, 67n, 66]);
    const old = { operators: OPERATORS, contentURI: "test:" };
    expect(batches.slice(0, 4)).to.deep.equal([
      { ...old, batch: 0n, state: "activated", keys: 2n, activated: 2n, firstNonce: 0n },
      { ...old, batch: 1n, state: "discarded", keys: 3n, activated: 1n, firstNonce: 2n },
      {
        batch: 2n,
        state: "next",
        keys: 1n,
        activated: 0n,
        firstNonce: 3n,
        operators: OPERATORS,
        contentURI: "ipfs://junk",
      },
      {
        batch: 3n,
        state: "waiting",
        keys: 1n,
        activated: 0n,
        firstNonce: 4n,
        operators: OPERATORS,
        contentURI: "ipfs://junk",
      },
    ]);
  });
});
