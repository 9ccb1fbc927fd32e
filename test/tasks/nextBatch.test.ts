import { expect } from "chai";

import type { RegisteredBatch } from "../../clients/batches.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { fetchNextBatch } from "../../tasks/commands/nextBatch.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

describe("fetchNextBatch", () => {
  it("reads nothing of a batch without a URI, and does not say that it does", async () => {
    const terminal = fakeTerminal();
    const batch: Pick<RegisteredBatch, "batchId" | "state" | "contentURI"> = {
      batchId: 3n,
      state: "next",
      contentURI: "",
    };
    const told: unknown = await fetchNextBatch([batch as RegisteredBatch], LOCAL, terminal).catch(
      (error: unknown) => error,
    );
    expect(told).to.have.property(
      "message",
      "content of batch 3 was registered without a URI (got nothing): name its folder with --dir",
    );
    expect(terminal.noted).to.deep.equal([]);
  });
});
