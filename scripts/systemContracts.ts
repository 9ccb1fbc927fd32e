import { writeFileSync } from "node:fs";

import { systemContracts } from "../clients/systemContracts.ts";

// Solidity tests cannot read packages, so they read the system contracts from this file.
const file = new URL("../test/vectors/system-contracts.json", import.meta.url);
const [depositContract, withdrawalRequests, consolidationRequests, beaconRoots] = systemContracts();
const named = { depositContract, withdrawalRequests, consolidationRequests, beaconRoots };
writeFileSync(file, `${JSON.stringify(named, null, 2)}\n`);
