import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import type { ListedOperator } from "../../src/ssv/keysharesFile.ts";
import { toHex } from "../../src/units/hex.ts";
import { onOneCore } from "./oneCore.ts";

/** Keys to split with ssv-keys. */
export interface SsvKeysJob {
  /** 32 bytes each. */
  readonly secrets: readonly Uint8Array[];
  readonly operators: readonly ListedOperator[];
  readonly owner: string;
  /** Nonce of the first key. */
  readonly firstNonce: number;
  /** How often to do it; once when left out. */
  readonly rounds?: number;
}

const Split = z.object({
  /** The keyshares file. */
  keyshares: z.string(),
  /** Processor time of each round. */
  cpuSeconds: z.array(z.number()).min(1),
  peakRssMiB: z.number(),
});

const Read = z.array(
  z.object({
    publicKey: z.string(),
    owner: z.string(),
    ownerNonce: z.number(),
    operatorIds: z.array(z.number()),
    sharesData: z.string(),
  }),
);

const FOLDER = fileURLToPath(new URL("../ssv-keys/", import.meta.url));
const MAX_OUTPUT = 2 ** 28;

/**
 * Installs ssv-keys in its folder, if it is not there.
 * @throws {Error} If npm cannot.
 */
export function installSsvKeys(): void {
  if (existsSync(`${FOLDER}node_modules/.package-lock.json`)) return;
  console.error("installing ssv-keys in benchmark/ssv-keys (once)");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: FOLDER,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
}

/** Splits keys with ssv-keys, in a process of its own. */
export function splitWithSsvKeys({ secrets, operators, ...job }: SsvKeysJob): z.infer<typeof Split> {
  const privateKeys = secrets.map(toHex);
  const listed = operators.map(({ id, operatorKey }) => ({ id: Number(id), operatorKey }));
  return Split.parse(JSON.parse(run("split.js", JSON.stringify({ ...job, privateKeys, operators: listed }))));
}

/**
 * Reads a keyshares file with ssv-keys, in a process of its own.
 * @throws {Error} With what ssv-keys says, if it refuses the file or an entry.
 */
export function readWithSsvKeys(keyshares: string): z.infer<typeof Read> {
  return Read.parse(JSON.parse(run("read.js", keyshares)));
}

function run(script: string, input: string): string {
  const { status, stdout, stderr } = spawnSync(...onOneCore(process.execPath, [script]), {
    cwd: FOLDER,
    input,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
  });
  if (status !== 0) throw new Error(`ssv-keys: ${stderr.trim()}`);
  return stdout;
}
