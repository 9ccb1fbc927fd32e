// Fails when a contract's runtime code is too large: `npm run size`, after a build with the production profile.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/contracts", import.meta.url));
/** Bytes. Production contracts keep a distance from the limit of EIP-170, for the fix that nobody expects. */
const PRODUCTION_LIMIT = 20_480;
const OTHER_LIMIT = 24_576;
const OTHER = /^(simulators|mocks)\//;

interface Artifact {
  contractName: string;
  deployedBytecode: string;
}

const sizes = readdirSync(ARTIFACTS, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.sol\/[^/]+\.json$/.test(file))
  .map((file) => {
    const path = join(ARTIFACTS, file);
    const { contractName, deployedBytecode } = JSON.parse(readFileSync(path, "utf8")) as Artifact;
    const limit = OTHER.test(relative(ARTIFACTS, path)) ? OTHER_LIMIT : PRODUCTION_LIMIT;
    return { contractName, bytes: (deployedBytecode.length - 2) / 2, limit };
  })
  .filter(({ bytes }) => bytes > 0)
  .sort((a, b) => b.bytes - a.bytes);

if (sizes.length === 0) throw new Error("there are no artifacts: run `npm run hardhat -- build` first");
for (const { contractName, bytes, limit } of sizes)
  if (bytes > limit) {
    console.error(`${contractName} has ${bytes} bytes of runtime code, ${bytes - limit} above its limit of ${limit}`);
    process.exitCode = 1;
  }
const [largest] = sizes.filter(({ limit }) => limit === PRODUCTION_LIMIT);
if (largest !== undefined)
  console.log(
    `${sizes.length} contracts; the largest in production is ${largest.contractName}, ${largest.bytes} bytes`,
  );
