import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Where packages are unpacked. */
export const PACKAGE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/pooleth/debian", import.meta.url));
const run = promisify(execFile);
const LIMIT_MS = 120_000;

/**
 * Unpacks a package of Debian into a folder of the cache, and installs nothing. apt checks what it downloads by
 * Debian's signatures. What is in the cache is used again.
 * @returns The folder, which holds the package's `usr`.
 * @throws Where there is no apt, no network or no such package.
 */
export async function unpackDebianPackage(name: string, cache = PACKAGE_CACHE): Promise<string> {
  const unpacked = join(cache, name);
  if (existsSync(unpacked)) return unpacked;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, `${name}-`));
  try {
    await run("apt-get", ["download", name], { cwd: temporary, timeout: LIMIT_MS });
    const file = readdirSync(temporary).find((entry) => entry.endsWith(".deb"));
    if (file === undefined) throw new Error(`apt-get downloaded no package ${name}`);
    const folder = join(temporary, name);
    await run("dpkg-deb", ["-x", join(temporary, file), folder], { timeout: LIMIT_MS });
    // Another process may have been faster; its folder is as good.
    if (!existsSync(unpacked)) renameSync(folder, unpacked);
    return unpacked;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
