import { dataLength } from "ethers";
import hre from "hardhat";

import type { Figures } from "./suite.ts";

const PRODUCTION_FOLDERS = ["custody", "policy", "ssv"];

/** Bytes of runtime code of each production contract. */
export async function measureSizes(): Promise<Figures> {
  const figures: Figures = {};
  for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
    if (!PRODUCTION_FOLDERS.some((folder) => name.startsWith(`contracts/${folder}/`))) continue;
    const { contractName, deployedBytecode } = await hre.artifacts.readArtifact(name);
    const size = dataLength(deployedBytecode);
    if (size > 0) figures[`size.${contractName}`] = size;
  }
  return figures;
}
