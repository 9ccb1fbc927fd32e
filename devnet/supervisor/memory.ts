import { readFileSync } from "node:fs";

/** Resident memory of a process in bytes; 0 where the system does not tell. */
export function residentMemory(pid: number): number {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kibibytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
