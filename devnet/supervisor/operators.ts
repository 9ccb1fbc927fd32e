import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DevnetFolder } from "./folder.ts";

/** An operator of ssv.network, with the key that decrypts its shares. */
export interface OperatorIdentity {
  readonly id: bigint;
  /** PEM. */
  readonly privateKey: string;
}

const KEY_FILE = "key.pem";
const CONFIG_FILE = "operator.json";
/** The keys are made for one chain on one machine; still they are nobody else's business. */
const OWNER_ONLY = 0o600;

/** Gives an operator a folder with its key. */
export function writeOperatorKey(folder: DevnetFolder, { id, privateKey }: OperatorIdentity): void {
  const path = folder.operatorFolder(id.toString());
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, KEY_FILE), privateKey, { mode: OWNER_ONLY });
}

/** Writes the configuration of an operator that follows a chain, and returns its file. */
export function writeOperatorConfig(
  folder: DevnetFolder,
  operatorId: string,
  chain: { readonly executionUrl: string; readonly ssvNetwork: string },
  logLevel: string,
): string {
  const path = folder.operatorFolder(operatorId);
  const file = join(path, CONFIG_FILE);
  // The devnet's scenario of a slashing needs operators that sign what they should not.
  const config = { operatorId, privateKeyFile: KEY_FILE, ...chain, dataFolder: ".", allowUnsafe: true, logLevel };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
  return file;
}
