import "dotenv/config";

import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { ConfigurationVariable } from "hardhat/types/config";

import { allTasks, networkOfFile, quickTests, steadyReads } from "./tasks/index.ts";
import { REQUEST_TIMEOUT as timeout } from "./tasks/requestTimeout.ts";

const solc = { version: "0.8.34", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) };
const optimizer = { enabled: true, runs: 1_000 };
const shared = { optimizer, evmVersion: "prague", metadata: { bytecodeHash: "none" } };
// Without MCOPY a registration costs what it was measured to cost on ssv.network; with it, 4 % less.
const COSTLY_SIMULATOR = "contracts/simulators/ssv/SSVValidatorsModule.sol";
// Has many functions, which the IR pipeline looks up one by one, and others by halves.
const TOKEN = "contracts/custody/PoolETH.sol";

// An empty variable, as copied from .env.example, is no address.
const localNode = process.env.LOCAL_RPC_URL === "" ? undefined : process.env.LOCAL_RPC_URL;
const LOCAL_RPC_URL = localNode ?? "http://127.0.0.1:8545";
const [MAINNET, HOODI, LOCAL] = [1, 560_048, 31_337];

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, networkOfFile, steadyReads],
  tasks: [...allTasks, quickTests],
  paths: { sources: "contracts", tests: { mocha: "test", solidity: "test" }, ignition: "deploy" },
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
    ],
    profiles: {
      default: profile(shared),
      production: profile({ ...shared, viaIR: true }),
    },
  },
  typechain: { outDir: "typechain-types" },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fsPermissions: { readFile: ["test/vectors/system-contracts.json"] },
      fuzz: { runs: 256 },
      invariant: { runs: 32, depth: 64, failOnRevert: true },
    },
  },
  chainDescriptors: {
    [LOCAL]: { name: "Local chain", chainType: "l1", hardforkHistory: { prague: { blockNumber: 0 } } },
  },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "prague" },
    local: { type: "http", chainType: "l1", chainId: LOCAL, url: LOCAL_RPC_URL, timeout },
    hoodi: publicNetwork("HOODI", HOODI),
    mainnet: publicNetwork("MAINNET", MAINNET),
    localFork: { ...fork(LOCAL_RPC_URL, LOCAL), hardfork: "prague" },
    hoodiFork: fork(configVariable("HOODI_RPC_URL"), HOODI),
    mainnetFork: fork(configVariable("MAINNET_RPC_URL"), MAINNET),
  },
});

function profile(settings: typeof shared & { viaIR?: boolean }) {
  const overrides = {
    [COSTLY_SIMULATOR]: { ...solc, settings: { ...settings, evmVersion: "shanghai" } },
    [TOKEN]: { ...solc, settings: shared },
  };
  // Compiled one by one, a file of types alone has an output without contracts, which a simulated network cannot read.
  return { isolated: false, compilers: [{ ...solc, settings }], overrides };
}

/** Address and key come from the keystore or the environment, and only when the network is used. */
function publicNetwork(name: string, chainId: number) {
  const url = configVariable(`${name}_RPC_URL`);
  return {
    type: "http" as const,
    chainType: "l1" as const,
    chainId,
    url,
    timeout,
    accounts: [configVariable(`${name}_PRIVATE_KEY`)],
  };
}

/** A simulated chain that begins where another one stands; what happens on it stays there. */
function fork(url: string | ConfigurationVariable, chainId: number) {
  return { type: "edr-simulated" as const, chainType: "l1" as const, chainId, forking: { url } };
}
