import { existsSync } from "node:fs";

import { FieldError } from "../../src/units/errors.ts";

/** The contracts have not been compiled, and so have no types. */
export class ContractTypesError extends FieldError {}

const TYPES = new URL("../../typechain-types/index.ts", import.meta.url);

/**
 * Sees that the contracts' types, which a fresh clone lacks, are there; to be called before whatever uses them is loaded.
 * @param file Where they are.
 * @throws {ContractTypesError} If they are not.
 */
export function requireContractTypes(file: URL = TYPES): void {
  if (existsSync(file)) return;
  throw new ContractTypesError(
    "typechain-types",
    "",
    "are missing, since the contracts were never compiled",
    "run `npx hardhat build` in the project's folder once",
  );
}
