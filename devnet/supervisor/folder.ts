import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { FieldError } from "../../src/units/errors.ts";
import { parseJson } from "../../src/units/json.ts";
import { FORKS, PRESETS } from "../chainOptions.ts";

/** A folder cannot be used for a devnet. */
export class DevnetFolderError extends FieldError {}

const Settings = z.object({
  version: z.literal(1),
  preset: z.enum(PRESETS),
  fork: z.enum(FORKS),
  secondsPerSlot: z.int().positive(),
  genesisTime: z.int().positive(),
  foreignValidators: z.int().positive(),
});
const Pool = z.object({
  ssvNetwork: z.string(),
  /** Contracts by their names. */
  addresses: z.record(z.string(), z.string()),
  operators: z.array(z.string()),
});
const State = Settings.extend({ pool: Pool.optional() });

/** What a chain was begun with, which it keeps. */
export type ChainSettings = Omit<z.infer<typeof Settings>, "version">;
/** The pool that was deployed on it. */
export type DeployedPool = z.infer<typeof Pool>;

/** Where a devnet keeps everything. */
export class DevnetFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get executionData(): string {
    return join(this.path, "execution");
  }

  get executionGenesis(): string {
    return join(this.path, "genesis.json");
  }

  get beaconStore(): string {
    return join(this.path, "beacon", "chain.sqlite");
  }

  operatorFolder(id: string): string {
    return join(this.path, `operator-${id}`);
  }

  log(component: string): string {
    return join(this.path, "logs", `${component}.log`);
  }

  /**
   * Takes the folder for this process.
   * @throws {DevnetFolderError} If another one uses it.
   */
  lock(): void {
    mkdirSync(this.path, { recursive: true });
    const owner = existsSync(this.#lockFile) ? Number(readFileSync(this.#lockFile, "utf8")) : undefined;
    if (owner !== undefined && owner !== process.pid && isAlive(owner))
      throw new DevnetFolderError(
        "data",
        this.path,
        `is used by process ${owner}`,
        "stop it with `devnet stop`, or name another folder",
      );
    writeFileSync(this.#lockFile, String(process.pid));
  }

  unlock(): void {
    rmSync(this.#lockFile, { force: true });
  }

  /**
   * What the folder holds; nothing if no chain was begun there, or none that ever had its pool.
   * @throws {FileFormatError} If its description cannot be read.
   */
  read(): { readonly settings: ChainSettings; readonly pool: DeployedPool } | undefined {
    if (!existsSync(this.#stateFile)) return undefined;
    const kept = parseJson(readFileSync(this.#stateFile, "utf8"), State, this.#stateFile);
    const { pool, preset, fork, secondsPerSlot, genesisTime, foreignValidators } = kept;
    const settings = { preset, fork, secondsPerSlot, genesisTime, foreignValidators };
    return pool === undefined ? undefined : { settings, pool };
  }

  /** Begins anew: what an interrupted start left is of no use. */
  clear(): void {
    for (const name of [this.executionData, this.executionGenesis, join(this.path, "beacon"), this.#stateFile])
      rmSync(name, { recursive: true, force: true });
  }

  write(settings: ChainSettings, pool: DeployedPool): void {
    const text = JSON.stringify({ version: 1, ...settings, pool }, null, 2);
    writeFileSync(`${this.#stateFile}.new`, `${text}\n`);
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }

  get #stateFile(): string {
    return join(this.path, "devnet.json");
  }

  get #lockFile(): string {
    return join(this.path, "devnet.lock");
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
