import { join } from "node:path";

import { PACKAGE_CACHE, unpackDebianPackage } from "./debianPackage.ts";

/** Paths of programs. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  /** Checks configurations and rules, and runs the tests of rules. */
  readonly promtool: string;
}

/**
 * Gets Prometheus from Debian's package, without installing it.
 * @param say Told why, where it cannot be had.
 * @returns Nothing where there is no apt, or no network.
 */
export async function findPrometheus(
  say: (line: string) => void = console.error,
  cache = PACKAGE_CACHE,
): Promise<PrometheusPrograms | undefined> {
  try {
    const programs = join(await unpackDebianPackage("prometheus", cache), "usr", "bin");
    return { prometheus: join(programs, "prometheus"), promtool: join(programs, "promtool") };
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    say(`Prometheus is not here, and Debian's package cannot be had: ${reason}`);
    return undefined;
  }
}
