import "dotenv/config";

import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

const solc = { version: "0.8.34", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) };
const optimizer = { enabled: true, runs: 1_000 };
const shared = { optimizer, evmVersion: "prague", metadata: { bytecodeHash: "none" } };
// Without MCOPY a registration costs what it was measured to cost on ssv.network; with it, 4 % less.
const COSTLY_SIMULATOR = "contracts/simulators/ssv/SSVValidatorsModule.sol";
export default defineConfig({
  plugins: [hardhatToolboxMochaEthers],
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
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "prague" },
  },
});

function profile(settings: typeof shared & { viaIR?: boolean }) {
  const overrides = { [COSTLY_SIMULATOR]: { ...solc, settings: { ...settings, evmVersion: "shanghai" } } };
  // Compiled one by one, a file of types alone has an output without contracts, which a simulated network cannot read.
  return { isolated: false, compilers: [{ ...solc, settings }], overrides };
}
