import { dirname, resolve } from "node:path";

import { z } from "zod";

import { readText } from "../../clients/files.ts";
import { parseJson } from "../../src/units/json.ts";
import type { SignerSource } from "./commonConfig.ts";
import { ConfigurationError } from "./configurationError.ts";
import { KeeperConfig } from "./keeperConfig.ts";
import { OracleConfig } from "./oracleConfig.ts";
import { ruleProblems } from "./rules.ts";
import { schemaProblems } from "./schemaProblems.ts";

/** How a configuration is read. */
export interface LoadOptions {
  /** Whether nothing is to be signed, so that no signer is needed. */
  readonly isDryRun: boolean;
}

/** What the configurations have in common as far as paths go. */
interface WithPaths {
  readonly data: string;
  readonly signer?: SignerSource | undefined;
}

/**
 * Reads the configuration of an oracle member. Paths in it are relative to its folder.
 * @throws {FileError} If the file cannot be read.
 * @throws {FileFormatError} If it is no JSON object.
 * @throws {ConfigurationError} With a line for each field that is unknown, missing, or cannot be used.
 */
export function loadOracleConfig(file: string, options: LoadOptions): OracleConfig {
  return load(file, OracleConfig, options);
}

/**
 * Reads the configuration of a keeper. Paths in it are relative to its folder.
 * @throws {FileError} If the file cannot be read.
 * @throws {FileFormatError} If it is no JSON object.
 * @throws {ConfigurationError} With a line for each field that is unknown, missing, or cannot be used.
 */
export function loadKeeperConfig(file: string, options: LoadOptions): KeeperConfig {
  return load(file, KeeperConfig, options);
}

function load<T extends WithPaths>(file: string, schema: z.ZodType<T>, { isDryRun }: LoadOptions): T {
  const values = parseJson(readText(file, "config"), z.record(z.string(), z.unknown()), file);
  const { data, error } = schema.safeParse(values);
  const problems = [...schemaProblems(values, error?.issues ?? []), ...ruleProblems(values, isDryRun)];
  if (data === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return withPathsFrom(dirname(resolve(file)), data);
}

function withPathsFrom<T extends WithPaths>(folder: string, config: T): T {
  const { signer } = config;
  const data = resolve(folder, config.data);
  if (signer === undefined || !("keystore" in signer)) return { ...config, data };
  const [keystore, passwordFile] = [resolve(folder, signer.keystore), resolve(folder, signer.passwordFile)];
  return { ...config, data, signer: { keystore, passwordFile } };
}
