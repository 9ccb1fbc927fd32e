import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { EthereumProvider } from "hardhat/types/providers";

import config from "../../hardhat.config.ts";
import { repeatReads } from "../../tasks/repeatReads.ts";
import { startImpatientNode, type ImpatientNode } from "../helpers/impatientNode.ts";

/** Milliseconds of a computation, in which the node closes all connections. */
const COMPUTATION = 300;
const CHAIN = "0x7a69";

describe("reads after a long computation", () => {
  let node: ImpatientNode;
  let provider: EthereumProvider;

  beforeEach(async () => {
    node = await startImpatientNode();
    const local = { type: "http" as const, chainType: "l1" as const, url: node.url };
    const hre = await createHardhatRuntimeEnvironment({ ...config, networks: { local } }, {}, process.cwd());
    provider = (await hre.network.create("local")).provider;
  });

  afterEach(async () => {
    await provider.close();
    await node.stop();
  });

  const ask = (method: string) => provider.request({ method, params: [] });

  function compute(): void {
    const end = Date.now() + COMPUTATION;
    while (Date.now() < end);
  }

  it("are made again, if the node has closed the connections that were idle", async () => {
    await Promise.all(Array.from({ length: 8 }, () => ask("eth_call")));
    const before = node.connections();
    compute();
    expect(await Promise.all(Array.from({ length: 8 }, () => ask("eth_call")))).to.deep.equal(Array(8).fill(CHAIN));
    expect(node.connections()).to.be.greaterThan(before);
  });

  for (const [method, code, attempts] of [
    ["eth_call", "ECONNRESET", 3],
    ["eth_getLogs", "UND_ERR_SOCKET", 3],
    ["eth_call", "ECONNREFUSED", 1],
    // It may have been sent.
    ["eth_sendRawTransaction", "UND_ERR_SOCKET", 1],
    ["eth_sendTransaction", "ECONNRESET", 1],
    ["evm_mine", "UND_ERR_SOCKET", 1],
  ] as const)
    it(`asks ${attempts === 1 ? "once" : "thrice"} for ${method} that ends with ${code}`, async () => {
      const failure = new Error("failed", { cause: Object.assign(new Error("closed"), { code }) });
      let asked = 0;
      const failing = {
        request: () => {
          asked++;
          return Promise.reject(failure);
        },
      };
      repeatReads(failing);
      const told: unknown = await (failing as Pick<EthereumProvider, "request">)
        .request({ method })
        .catch((error: unknown) => error);
      expect(told).to.equal(failure);
      expect(asked).to.equal(attempts);
    });
});
