import { createServer, type Server } from "node:net";

import { expect } from "chai";
import { isError } from "ethers";

import { developmentAccounts } from "../../devnet/execution/accounts.ts";
import { startFront, type FrontOptions } from "../../devnet/execution/front.ts";
import { callRpc, RpcError } from "../../devnet/execution/jsonRpc.ts";
import { PortError } from "../../devnet/execution/ports.ts";
import { freePort, startChain, startChainFront } from "../helpers/executionChain.ts";
import { failureOf } from "../helpers/failure.ts";

const OPTIONS = {
  port: 0,
  accounts: developmentAccounts(1),
  onTransaction: () => Promise.resolve(),
  log: () => undefined,
} satisfies Omit<FrontOptions, "upstream">;

describe("front without its execution client", () => {
  it("says that the client is down", async () => {
    const front = await startFront({ ...OPTIONS, upstream: `http://127.0.0.1:${await freePort()}` });
    const error = await failureOf(callRpc(front.url, "eth_blockNumber"));
    await front.close();
    expect(error).to.have.property("code", -32_002);
    expect(error.message).to.match(/^the execution client is down or restarts, try again: .*ECONNREFUSED/);
  });

  it("does not wait for ever", async () => {
    const silent = await listen();
    const upstream = `http://127.0.0.1:${silent.port}`;
    const front = await startFront({ ...OPTIONS, upstream, timeout: 200 });
    const error = await failureOf(callRpc(front.url, "eth_blockNumber"));
    await front.close();
    silent.close();
    expect(error).to.be.instanceOf(RpcError).and.to.have.property("code", -32_002);
    expect(error.message).to.match(/nothing came within 0.2 seconds/);
  });

  it("names its port if it is taken", async () => {
    const other = await listen();
    const error = await failureOf(startFront({ ...OPTIONS, upstream: "http://127.0.0.1:1", port: other.port }));
    other.close();
    expect(error).to.be.instanceOf(PortError);
    expect(error.message).to.match(new RegExp(`^port is taken by another program \\(got ${other.port}\\)`));
  });

  it("hands transactions in again that the client forgot", async () => {
    const chain = await startChain();
    const [sender] = developmentAccounts(1);
    const front = await startChainFront(chain);
    try {
      const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n, gasLimit: 21_000n, chainId: 31_337n };
      const raw = await sender?.signTransaction({ ...fees, to: sender.address, nonce: 1 });
      const hash = (await callRpc(front.url, "eth_sendRawTransaction", [raw])) as string;
      expect(await front.provider.getTransaction(hash)).to.have.property("blockNumber", null);
      await chain.client.stop();
      const down = await failureOf(front.provider.send("eth_blockNumber", []));
      expect(isError(down, "UNKNOWN_ERROR")).to.equal(true);
      await chain.restart();

      expect(await front.provider.getTransaction(hash)).to.have.property("blockNumber", null);
      await front.provider.send("eth_sendTransaction", [{ from: sender?.address, to: sender?.address, nonce: "0x0" }]);
      expect(await front.provider.waitForTransaction(hash, 1, 20_000)).to.have.property("status", 1);
    } finally {
      await front.close();
      await chain.close();
    }
  });
});

/** A server that takes connections and says nothing. */
async function listen(): Promise<{ port: number; close(): void }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { port, close: () => server.close() };
}
