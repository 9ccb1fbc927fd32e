import { readdirSync, readFileSync } from "node:fs";

import type { CompiledContract } from "./abi.ts";

const TESTS = new URL("../", import.meta.url);
/** `revertedWithCustomError(contract, "Name")`; the contract may be an expression with calls of its own. */
const MOCHA_ASSERTION = /revertedWithCustomError\(\s*(?:[^,()]|\([^()]*\))*,\s*"(\w+)"/g;
/** `Library.Name.selector` */
const SOLIDITY_ASSERTION = /\.(\w+)\.selector/g;

/** Names of the custom errors in the ABIs, with the contracts that may revert with them. */
export function customErrors(contracts: readonly CompiledContract[]): Map<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const contract of contracts)
    contract.interface.forEachError(({ name }) => errors.set(name, [...(errors.get(name) ?? []), contract.name]));
  return errors;
}

/** Names of the custom errors that a test asserts. */
export function assertedErrors(): Set<string> {
  const asserted = new Set<string>();
  for (const file of readdirSync(TESTS, { recursive: true, encoding: "utf8" })) {
    const pattern = file.endsWith(".ts") ? MOCHA_ASSERTION : file.endsWith(".sol") ? SOLIDITY_ASSERTION : undefined;
    if (pattern === undefined) continue;
    for (const [, name = ""] of readFileSync(new URL(file, TESTS), "utf8").matchAll(pattern)) asserted.add(name);
  }
  return asserted;
}
