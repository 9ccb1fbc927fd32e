import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { BatchContents, type StoredBatch } from "../../../daemon/service/batchContents.ts";
import { localNetwork } from "../../../src/consensus/network.ts";
import { failureOf } from "../../helpers/failure.ts";
import { startFileServer, type FileServer } from "../../helpers/fileServer.ts";

const NETWORK = localNetwork("0x00000000");

describe("BatchContents", () => {
  let server: FileServer;

  beforeEach(async () => {
    server = await startFileServer();
    server.answer = () => "hang";
  });
  afterEach(() => server.stop());

  const batch = (batchId: bigint): StoredBatch => ({
    ...{ batchId, root: `0x${`0${batchId}`.repeat(32)}`, count: 1, operatorIds: [1n, 2n, 3n, 4n] },
    contentURI: `${server.url}/batches`,
  });
  const failure = async (contents: BatchContents, batchId: bigint) =>
    (await failureOf(contents.read(batch(batchId), NETWORK))).message;

  it("waits once for a server that does not answer, however many batches it has", async () => {
    const contents = new BatchContents({ timeout: 100, slow: 50, pause: 60_000 });
    expect(await failure(contents, 1n)).to.include("does not answer within 0.1 seconds");
    expect(await failure(contents, 1n))
      .to.include("content of batch 1")
      .and.to.include("asked again within 1 minutes");
    expect(await failure(contents, 2n))
      .to.include("content of batch 2")
      .and.to.include("its server was slow");
    expect(server.seen).to.have.length(1);
  });

  it("asks nobody for a batch that was registered without a URI", async () => {
    const error = await failureOf(new BatchContents().read({ ...batch(1n), contentURI: "" }, NETWORK));
    expect(error.message).to.equal(
      "content of batch 1 was registered without a URI (got nothing): have the operator activate it with --dir, or discard it and register it with --content",
    );
  });

  it("asks a server again after the pause, and at once where it was quick", async () => {
    const contents = new BatchContents({ timeout: 500, slow: 400, pause: 100 });
    expect(await failure(contents, 1n)).to.include("does not answer");
    await sleep(110);
    server.answer = () => undefined;
    expect(await failure(contents, 1n)).to.include("is not there");
    expect(await failure(contents, 1n)).to.include("is not there");
    expect(server.seen).to.have.length(3);
  });
});
