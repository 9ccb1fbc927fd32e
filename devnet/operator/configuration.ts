import { dirname, resolve } from "node:path";

import { getAddress, isAddress } from "ethers/address";
import { z } from "zod";

import { FieldError } from "../../src/units/errors.ts";
import { parseJson } from "../../src/units/json.ts";

/** A field of an operator's configuration cannot be used. */
export class ConfigurationError extends FieldError {}

/** How an operator node is set up. */
export interface OperatorConfiguration {
  /** At SSV. */
  readonly operatorId: bigint;
  /** PEM of the RSA key that decrypts its shares. */
  readonly privateKeyFile: string;
  /** JSON-RPC of the execution client. */
  readonly executionUrl: URL;
  /** Address of SSVNetwork, with its checksum. */
  readonly ssvNetwork: string;
  /** Block in which SSVNetwork was deployed, or an earlier one. */
  readonly firstBlock: number;
  /** Where slashing protection is kept; made if missing. */
  readonly dataFolder: string;
  /** On 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** Whether requests may switch slashing protection off. */
  readonly allowUnsafe: boolean;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

const MAX_PORT = 65_535;

const Schema = z.object({
  operatorId: z.string().regex(/^[1-9]\d{0,18}$/),
  privateKeyFile: z.string().min(1),
  executionUrl: z.url({ protocol: /^http$/ }),
  ssvNetwork: z.string().refine((text) => isAddress(text)),
  firstBlock: z.int().nonnegative().default(0),
  dataFolder: z.string().min(1),
  port: z.int().nonnegative().max(MAX_PORT).default(0),
  allowUnsafe: z.boolean().default(false),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});
type Field = keyof z.infer<typeof Schema>;

/** What to do about a field. */
const REMEDIES: Record<Field, string> = {
  operatorId: "give the id that SSV gave the operator, from 1 on, as a string of decimal digits",
  privateKeyFile: "name the file with the PEM of the operator's RSA key",
  executionUrl: "give the address of the execution client's JSON-RPC, such as http://127.0.0.1:8545",
  ssvNetwork: "give the address of SSVNetwork: 0x and 40 hexadecimal digits, with the right checksum if in mixed case",
  firstBlock: "give the block in which SSVNetwork was deployed, or an earlier one, as a JSON number",
  dataFolder: "name a folder that keeps what the operator has signed",
  port: `give a port from 0 to ${MAX_PORT} as a JSON number; 0 takes any free one`,
  allowUnsafe: "give true or false",
  logLevel: "give debug, info, warn, error or silent",
};

/**
 * Reads the configuration of an operator node. Paths in it are relative to its folder.
 * @param text JSON.
 * @param file Its path.
 * @throws {FileFormatError} If it is no JSON object.
 * @throws {ConfigurationError} For the first field that is unknown, missing, or cannot be used.
 */
export function parseConfiguration(text: string, file: string): OperatorConfiguration {
  const values = parseJson(text, z.record(z.string(), z.unknown()), file);
  for (const [name, value] of Object.entries(values))
    if (!Object.hasOwn(REMEDIES, name))
      throw new ConfigurationError(
        `${file}: ${name}`,
        JSON.stringify(value),
        "is no field of an operator's configuration",
        `remove it; there are ${Object.keys(REMEDIES).join(", ")}`,
      );
  const { data, error } = Schema.safeParse(values);
  if (data === undefined) {
    const name = error.issues[0]?.path[0] as Field;
    const value = values[name];
    const [shown, problem] = value === undefined ? ["", "is missing"] : [JSON.stringify(value), "cannot be used"];
    throw new ConfigurationError(`${file}: ${name}`, shown, problem, REMEDIES[name]);
  }
  const folder = dirname(resolve(file));
  return {
    ...data,
    operatorId: BigInt(data.operatorId),
    privateKeyFile: resolve(folder, data.privateKeyFile),
    executionUrl: new URL(data.executionUrl),
    ssvNetwork: getAddress(data.ssvNetwork),
    dataFolder: resolve(folder, data.dataFolder),
  };
}
