import { readFileSync } from "node:fs";

/** Memory of a process, MiB. */
export interface ProcessMemory {
  /** Most that was ever resident. */
  readonly peak: number;
  /** What is resident now, where pages that n processes share count for an nth. */
  readonly proportional: number;
}

const KIB_PER_MIB = 1_024;

/** Reads the memory of a process from Linux. */
export function memoryOf(pid: number): ProcessMemory {
  return {
    peak: field(`/proc/${pid}/status`, "VmHWM"),
    proportional: field(`/proc/${pid}/smaps_rollup`, "Pss"),
  };
}

function field(file: string, name: string): number {
  const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(file, "utf8")) ?? [];
  if (kibibytes === undefined) throw new Error(`${file} does not tell ${name}: Linux does`);
  return Number(kibibytes) / KIB_PER_MIB;
}
