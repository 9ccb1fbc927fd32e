import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { developmentAccounts } from "../../devnet/execution/accounts.ts";
import { startExecutionClient, type ExecutionClient } from "../../devnet/execution/client.ts";
import type { ExecutionClientOptions } from "../../devnet/execution/commandLine.ts";
import type { RpcMethods } from "../../devnet/execution/dispatch.ts";
import { startFront, type Front } from "../../devnet/execution/front.ts";
import { executionGenesis } from "../../devnet/execution/genesis.ts";
import { EngineDriver } from "./engineDriver.ts";
import { TestProvider } from "./testProvider.ts";

export const CHAIN_ID = 31_337;
export const BALANCE = 1_000_000n * 10n ** 18n;

/** An execution client on a chain of its own that makes blocks when it is told to. */
export interface TestChain {
  readonly folder: string;
  readonly options: ExecutionClientOptions;
  client: ExecutionClient;
  driver: EngineDriver;
  /** Starts the client again on the same chain, on the same ports. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one in a folder of its own, with the development accounts. */
export async function startChain(): Promise<TestChain> {
  const folder = mkdtempSync(join(tmpdir(), "pooleth-execution-"));
  const genesisFile = join(folder, "genesis.json");
  const accounts = Object.fromEntries(developmentAccounts().map(({ address }) => [address, BALANCE]));
  const timestamp = Math.floor(Date.now() / 1_000) - 86_400;
  writeFileSync(genesisFile, JSON.stringify(executionGenesis({ chainId: CHAIN_ID, timestamp, accounts })));
  const [rpcPort, enginePort] = [await freePort(), await freePort()];
  const logFile = join(folder, "execution.log");
  const options = { dataDir: join(folder, "chain"), genesisFile, rpcPort, enginePort, logFile };
  const start = async () => {
    const client = await startExecutionClient(options);
    return { client, driver: new EngineDriver(client.engineUrl, client.rpcUrl) };
  };
  const chain: TestChain = {
    folder,
    options,
    ...(await start()),
    restart: async () => {
      Object.assign(chain, await start());
    },
    close: async () => {
      await chain.client.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return chain;
}

/** A front before a chain that makes a block for each transaction. */
export async function startChainFront(chain: TestChain, methods: RpcMethods = {}): Promise<TestFront> {
  const log: string[] = [];
  const front = await startFront({
    upstream: chain.client.rpcUrl,
    port: 0,
    accounts: developmentAccounts(),
    onTransaction: async () => {
      await chain.driver.produceBlock();
    },
    methods,
    log: (line) => log.push(line),
  });
  const provider = new TestProvider(front.url, undefined, { cacheTimeout: -1 });
  provider.pollingInterval = 20;
  const close = async () => {
    provider.destroy();
    await front.close();
  };
  return { ...front, provider, log, close };
}

/** A front with a provider of ethers that reads through it. */
export interface TestFront extends Front {
  readonly provider: TestProvider;
  readonly log: readonly string[];
}

/** A port on which nothing listens just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
