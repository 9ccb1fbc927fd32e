import { expect } from "chai";
import { isError } from "ethers";

import { ExecutionError, FailoverProvider } from "../../clients/failoverProvider.ts";
import { failureOf } from "../helpers/failure.ts";
import { startRpcServer, type RpcReply, type RpcServer } from "../helpers/rpcServer.ts";

const CHAIN = { result: "0x7a69" };
const REVERT = "0x08c379a0" + "20".padStart(64, "0") + "02".padStart(64, "0") + "6e6f".padEnd(64, "0");

/** Failures after which the next node is asked, and how they are told. */
const FAILURES: readonly (readonly [string, RpcReply, string])[] = [
  ["fails", { status: 503, text: "busy" }, "HTTP status 503"],
  ["fails with JSON-RPC", { status: 500, error: { code: -32_000, message: "down" } }, "HTTP status 500"],
  ["is asked too often", { status: 429, text: "{}" }, "HTTP status 429"],
  ["turns the caller away", { status: 401, text: "" }, "HTTP status 401"],
  ["redirects", { status: 302, text: "" }, "HTTP status 302, without JSON-RPC"],
  ["answers no JSON", { status: 200, text: "<html>" }, "HTTP status 200, without JSON-RPC"],
  ["answers something else", { status: 200, text: "{}" }, "HTTP status 200, without JSON-RPC"],
  ["hangs", "hang", "nothing within 0.2 seconds"],
  ["breaks off", "break off", "breaks off"],
];

describe("Several execution nodes as one", () => {
  let first: RpcServer;
  let second: RpcServer;
  let provider: FailoverProvider;
  const requests: string[] = [];

  const connect = async (urls = [first.url, second.url]): Promise<FailoverProvider> => {
    provider = await FailoverProvider.connect(urls, {
      timeout: 200,
      onRequest: (host, result) => requests.push(`${host} ${result}`),
    });
    for (const server of [first, second]) server.asked.length = 0;
    requests.length = 0;
    return provider;
  };

  beforeEach(async () => {
    const answer = ({ method }: { method: string }) => (method === "eth_chainId" ? CHAIN : { result: "0x5" });
    first = await startRpcServer(answer);
    second = await startRpcServer(answer);
  });
  afterEach(async () => {
    provider.destroy();
    await first.stop();
    await second.stop();
  });

  it("ask the first while it works, and ask it anew each time", async () => {
    await connect();
    expect(await provider.getBlockNumber()).to.equal(5);
    first.answer = () => ({ result: "0x6" });
    expect(await provider.getBlockNumber()).to.equal(6);
    expect(first.methods()).to.deep.equal(["eth_blockNumber", "eth_blockNumber"]);
    expect(second.asked).to.deep.equal([]);
  });

  for (const [what, reply, reason] of FAILURES) {
    it(`ask the next where one ${what}, and leave that one alone for a while`, async () => {
      await connect();
      first.answer = () => reply;
      expect(await provider.getBlockNumber()).to.equal(5);
      expect(await provider.getBlockNumber()).to.equal(5);
      expect(first.asked).to.have.lengthOf(1);
      expect(requests).to.deep.equal([`${first.host} failed`, `${second.host} answered`, `${second.host} answered`]);
    });

    it(`say so where the only one ${what}`, async () => {
      await connect([`${first.url}/v3/secret`]);
      first.answer = () => reply;
      const error = await failureOf(provider.getBlockNumber());
      expect(error).to.be.instanceOf(ExecutionError);
      expect(error.message).to.include(`execution has no node that answers (got ${first.host}: ${reason})`);
      expect(error.message).not.to.include("secret");
    });
  }

  it("ask the next where one is gone, and the first again after a pause", async () => {
    await connect();
    const { answer } = first;
    first.answer = () => ({ status: 500, text: "" });
    await provider.getBlockNumber();
    first.answer = answer;
    await new Promise((resolve) => setTimeout(resolve, 550));
    await provider.getBlockNumber();
    expect(requests.at(-1)).to.equal(`${first.host} answered`);
  });

  it("are asked in spite of their pauses where none is left", async () => {
    await connect();
    first.answer = second.answer = () => ({ status: 500, text: "" });
    expect(await failureOf(provider.getBlockNumber())).to.be.instanceOf(ExecutionError);
    second.answer = () => ({ result: "0x9" });
    expect(await provider.getBlockNumber()).to.equal(9);
  });

  for (const [what, status] of [
    ["", 200],
    [" with HTTP status 400", 400],
  ] as const)
    it(`take a revert for the answer${what}`, async () => {
      await connect();
      first.answer = () => ({ status, error: { code: 3, message: "execution reverted", data: REVERT } });
      const error = await failureOf(provider.call({ to: `0x${"1".repeat(40)}`, data: "0x12345678" }));
      expect(isError(error, "CALL_EXCEPTION") && error.data).to.equal(REVERT);
      expect(second.asked).to.deep.equal([]);
      expect(requests).to.deep.equal([`${first.host} refused`]);
    });

  it("start without one that is down, which is asked for its chain when it is needed", async () => {
    second.answer = () => ({ status: 503, text: "" });
    await connect();
    second.answer = ({ method }) => (method === "eth_chainId" ? CHAIN : { result: "0x8" });
    first.answer = () => "break off";
    expect(await provider.getBlockNumber()).to.equal(8);
    expect(second.methods()).to.deep.equal(["eth_chainId", "eth_blockNumber"]);
  });

  it("never use one that turns out to be of another chain", async () => {
    second.answer = () => ({ status: 503, text: "" });
    await connect();
    first.answer = () => ({ status: 503, text: "" });
    second.answer = () => ({ result: "0x1" });
    const error = await failureOf(provider.getBlockNumber());
    expect(error.message).to.include(`${second.host}: chain 1 instead of 31337`);
    expect(second.methods()).to.deep.equal(["eth_chainId"]);
  });

  it("are refused at the start where they are of different chains", async () => {
    await connect([first.url]);
    second.answer = () => ({ result: "0x1" });
    const error = await failureOf(FailoverProvider.connect([first.url, `${second.url}/secret`]));
    expect(error.message).to.equal(
      `execution is of chain 1, and another node of chain 31337 (got ${second.host}): name nodes of one chain only`,
    );
  });

  it("are refused at the start where none answers", async () => {
    await connect([first.url]);
    await second.stop();
    first.answer = () => ({ status: 200, text: "no" });
    const error = await failureOf(FailoverProvider.connect([first.url, second.url]));
    expect(error.message).to.include(`${second.host}: ECONNREFUSED`);
    second = await startRpcServer(() => CHAIN);
  });

  it("get name and password from their addresses", async () => {
    await connect([first.url.replace("//", "//user:pass%20word@")]);
    await provider.getBlockNumber();
    expect(first.asked[0]?.authorization).to.equal(`Basic ${Buffer.from("user:pass word").toString("base64")}`);
  });

  it("are not asked any more after the signal", async () => {
    const controller = new AbortController();
    await connect();
    const stopped = await FailoverProvider.connect([first.url], { signal: controller.signal });
    first.answer = () => "hang";
    const asking = failureOf(stopped.getBlockNumber());
    controller.abort(new Error("stops"));
    expect((await asking).message).to.equal("stops");
    stopped.destroy();
  });
});
