import { createServer } from "node:net";

import { expect } from "chai";
import { JsonRpcProvider, toQuantity } from "ethers";

import { systemContracts } from "../../clients/systemContracts.ts";
import { DEVELOPMENT_MNEMONIC, developmentAccounts } from "../../devnet/execution/accounts.ts";
import { startExecutionClient } from "../../devnet/execution/client.ts";
import { ComponentError } from "../../devnet/processes.ts";
import { BLOCK_GAS_LIMIT } from "../../devnet/execution/genesis.ts";
import { PortError } from "../../devnet/execution/ports.ts";
import {
  BEACON_ROOTS,
  CONSOLIDATION_REQUESTS,
  DEPOSIT_CONTRACT,
  HISTORY_STORAGE,
  WITHDRAWAL_REQUESTS,
} from "../../src/consensus/systemContracts.ts";
import { BALANCE, CHAIN_ID, startChain, type TestChain } from "../helpers/executionChain.ts";
import { failureOf } from "../helpers/failure.ts";
import { listeningSockets } from "../helpers/listeningSockets.ts";

describe("execution client", () => {
  let chain: TestChain;
  let provider: JsonRpcProvider;

  before(async () => {
    chain = await startChain();
    provider = new JsonRpcProvider(chain.client.rpcUrl, CHAIN_ID, { staticNetwork: true, cacheTimeout: -1 });
  });

  after(async () => {
    provider.destroy();
    await chain.close();
  });

  it("begins with the deposit contract and the system contracts", async () => {
    const addresses = [DEPOSIT_CONTRACT, BEACON_ROOTS, HISTORY_STORAGE, WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS];
    for (const { address, code, slots, values } of systemContracts(addresses)) {
      expect(await provider.getCode(address)).to.equal(code);
      for (const [i, slot] of slots.entries())
        expect(await provider.getStorage(address, toQuantity(slot))).to.equal(values[i]);
    }
  });

  it("has merged, runs Prague and has room for as much gas as mainnet", async () => {
    const genesis = await provider.getBlock(0);
    expect(genesis?.difficulty).to.equal(0n);
    expect(genesis?.gasLimit).to.equal(BigInt(BLOCK_GAS_LIMIT));
    const raw = (await provider.send("eth_getBlockByNumber", ["0x0", false])) as Record<string, unknown>;
    expect(raw.requestsHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(await provider.send("eth_chainId", [])).to.equal(toQuantity(CHAIN_ID));
  });

  it("gives Hardhat's accounts their ether", async () => {
    const accounts = developmentAccounts();
    expect(accounts).to.have.length(30);
    expect(DEVELOPMENT_MNEMONIC).to.match(/junk$/);
    expect(accounts[0]?.address).to.equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    expect(accounts[19]?.address).to.equal("0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199");
    for (const { address } of accounts) expect(await provider.getBalance(address)).to.equal(BALANCE);
  });

  it("writes the beacon root and the parent's hash of each block", async () => {
    const { blockNumber } = await chain.driver.produceBlock();
    const raw = (await provider.send("eth_getBlockByNumber", [blockNumber, false])) as Record<string, string>;
    const timestamp = (raw.timestamp ?? "").slice(2).padStart(64, "0");
    expect(await provider.call({ to: BEACON_ROOTS, data: `0x${timestamp}` })).to.equal(raw.parentBeaconBlockRoot);
    const slot = (BigInt(blockNumber) - 1n) % 8_191n;
    expect(await provider.getStorage(HISTORY_STORAGE, slot)).to.equal(raw.parentHash);
  });

  it("listens on this machine alone", () => {
    const { rpcPort, enginePort } = chain.options;
    expect(listeningSockets(chain.client.pid)).to.have.members([`127.0.0.1:${rpcPort}`, `127.0.0.1:${enginePort}`]);
  });

  it("lets no page read its answers", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
    const headers = { "content-type": "application/json", origin: "https://example.org" };
    const response = await fetch(chain.client.rpcUrl, { method: "POST", headers, body });
    expect(response.headers.get("access-control-allow-origin")).to.not.be.oneOf(["*", "https://example.org"]);
    await response.body?.cancel();
  });

  it("names a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const error = await failureOf(startExecutionClient({ ...chain.options, enginePort: port, rpcPort: 0 }));
    other.close();
    expect(error).to.be.instanceOf(PortError);
    expect(error.message).to.match(new RegExp(`^enginePort is taken by another program \\(got ${port}\\)`));
  });

  it("shows the last lines of the log when it does not start", async () => {
    const logFile = `${chain.folder}/failed.log`;
    const options = { ...chain.options, rpcPort: 0, enginePort: 0, genesisFile: "missing.json", logFile };
    const error = await failureOf(startExecutionClient(options));
    expect(error).to.be.instanceOf(ComponentError);
    expect(error.message).to.include(logFile).and.to.include("ENOENT");
  });
});
