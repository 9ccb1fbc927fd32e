import { z } from "zod";

const hex = z.templateLiteral(["0x", z.string()]);

/** What a process of the benchmark is to do: the consensus part of one report. */
export const ReportJob = z.object({
  url: z.string(),
  /** How records are read. */
  way: z.enum(["post", "ssz"]),
  /** Own validators. */
  own: z.int().positive(),
  blockRoot: hex,
});
export type ReportJob = z.infer<typeof ReportJob>;

/** What it measured. */
export const ReportFigures = z.object({
  /** From the first question to the last byte of the whole state; zero by POST. */
  downloadSeconds: z.number(),
  /** From then to the figures of the report. */
  workSeconds: z.number(),
  /** Processor time of that work, of all threads of this process: nothing that the server does. */
  cpuSeconds: z.number(),
  /** Most memory of the process, its start included. */
  peakRssMiB: z.number(),
});
export type ReportFigures = z.infer<typeof ReportFigures>;
