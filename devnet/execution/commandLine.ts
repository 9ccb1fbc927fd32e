import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where an execution client keeps its chain, and where it listens. */
export interface ExecutionClientOptions {
  /** Made if it does not exist; the chain in it goes on. */
  readonly dataDir: string;
  /** Genesis file in geth's format. */
  readonly genesisFile: string;
  /** Port of the JSON-RPC on 127.0.0.1. */
  readonly rpcPort: number;
  /** Port of the Engine API on 127.0.0.1, without authentication. */
  readonly enginePort: number;
  /** What the client prints is added to it. */
  readonly logFile: string;
}

/** Where all of it listens. */
export const LOCAL_HOST = "127.0.0.1";

/** What bounds its memory: the heap of young and of old objects, in MiB. */
const NODE_FLAGS = ["--max-semi-space-size=2", "--max-old-space-size=160", "--optimize-for-size"];
/** Its caches are made for mainnet. */
const CACHES = ["accountCache", "storageCache", "codeCache", "trieCache"];
const CACHE_SIZE = 5_000;
const PRELOADED = ["./stopWithParent.ts", "./parameterCache.ts", "./payloadRequests.ts"];

/** Arguments of Node that run the execution client for one node alone, without peers. */
export function executionClientArguments(options: ExecutionClientOptions): string[] {
  const { dataDir, genesisFile, rpcPort, enginePort } = options;
  return [
    ...NODE_FLAGS,
    ...PRELOADED.map((file) => `--import=${new URL(file, import.meta.url).href}`),
    findClient(),
    `--gethGenesis=${genesisFile}`,
    `--dataDir=${dataDir}`,
    // Otherwise it waits for peers, and listens to all of the network.
    "--sync=none",
    "--isSingleNode",
    "--discDns=false",
    "--discV4=false",
    "--rpc",
    `--rpcAddr=${LOCAL_HOST}`,
    `--rpcPort=${rpcPort}`,
    // It would let every web page in.
    "--rpcCors=",
    "--rpcEngine",
    `--rpcEngineAddr=${LOCAL_HOST}`,
    `--rpcEnginePort=${enginePort}`,
    "--rpcEngineAuth=false",
    "--saveReceipts",
    "--txLookupLimit=0",
    ...CACHES.map((cache) => `--${cache}=${CACHE_SIZE}`),
    "--logLevel=warn",
    "--no-logFile",
  ];
}

function findClient(): string {
  const library = createRequire(fileURLToPath(import.meta.url)).resolve("@ethereumjs/client");
  return join(dirname(library), "cli.js");
}
