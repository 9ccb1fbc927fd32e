// The compiler alone, for what artifacts do not hold: storage layouts and documentation.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Folder of the project, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** By source path and contract name. */
export type CompiledContracts<T> = Record<string, Record<string, T>>;

interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

/**
 * Compiles sources, which import others by their path from the project's folder or by package.
 * @param outputs Names from the compiler's output selection.
 * @throws {Error} With the compiler's messages if there are errors.
 */
export function compile<T>(sources: Record<string, { content: string }>, outputs: string[]): CompiledContracts<T> {
  const settings = { evmVersion: "prague", outputSelection: { "*": { "*": outputs } } };
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const input = JSON.stringify({ language: "Solidity", sources, settings });
  const output = JSON.parse(solc.compile(input, { import: readImport })) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts: CompiledContracts<T>;
  };
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return output.contracts;
}

function readImport(path: string): { contents: string } | { error: string } {
  const file = [ROOT + path, `${ROOT}node_modules/${path}`].find(existsSync);
  return file === undefined ? { error: `${path} is missing` } : { contents: readFileSync(file, "utf8") };
}
