// Checks which contracts import which: `npm run imports`. Contracts know each other by interfaces only, so that no
// change of one compiles into another, and production knows nothing of simulators.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { ROOT } from "./compile.ts";

/** Folder → folders it may import from, besides packages. Abstract parts stand beside the contracts that inherit them. */
const ALLOWED: Record<string, string[]> = {
  types: ["types"],
  "interfaces/external": ["types", "interfaces/external"],
  interfaces: ["types", "interfaces"],
  libraries: ["types", "interfaces", "interfaces/external", "libraries"],
  custody: ["types", "interfaces", "libraries"],
  policy: ["types", "interfaces", "libraries"],
  ssv: ["types", "interfaces", "interfaces/external", "libraries"],
  simulators: ["types", "interfaces/external", "simulators"],
};
/** Files that others inherit from or deploy. */
const PARTS = [
  "custody/PermitToken.sol",
  "custody/RebasingToken.sol",
  "custody/RequestToken.sol",
  "custody/RequestViews.sol",
  "custody/PoolControls.sol",
  "custody/Deposits.sol",
  "custody/InstantRedemptions.sol",
  "custody/RoleGated.sol",
  "custody/Vault.sol",
  "custody/DataContract.sol",
  "policy/AnnouncedUpgrade.sol",
  "policy/OperatorGated.sol",
  "policy/RegistryStorage.sol",
  "policy/ValidatorExitRequests.sol",
  "ssv/ClusterFunding.sol",
  "ssv/ClusterRegistration.sol",
  "ssv/ClusterSettings.sol",
  "ssv/ClusterStorage.sol",
  "ssv/ClusterViews.sol",
  "ssv/OperatingReserve.sol",
  "ssv/OperatorUpdates.sol",
  "ssv/OwnerSignature.sol",
  "ssv/ValidatorExits.sol",
];
const IMPORT = /^import [^;]*?from "(\.[^"]+)";|^import "(\.[^"]+)";/gms;

const contracts = join(ROOT, "contracts");
const files = readdirSync(contracts, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sol"));
let checked = 0;
for (const file of files) {
  const allowed = ALLOWED[layerOf(file)];
  if (allowed === undefined) continue;
  for (const [, named, bare] of readFileSync(join(contracts, file), "utf8").matchAll(IMPORT)) {
    const target = normalize(join(dirname(file), named ?? bare ?? ""));
    checked++;
    if (allowed.includes(layerOf(target)) || PARTS.includes(target)) continue;
    console.error(
      `contracts/${file} imports ${target}: ${layerOf(file)} may import ${allowed.join(", ")} and packages`,
    );
    process.exitCode = 1;
  }
}
console.log(`${checked} imports of ${files.length} Solidity files checked`);

function layerOf(file: string): string {
  if (file.startsWith("interfaces/external/")) return "interfaces/external";
  return file.slice(0, Math.max(file.indexOf("/"), 0));
}
