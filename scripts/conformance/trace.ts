import { readFileSync } from "node:fs";

import { z } from "zod";

const account = z.string().regex(/^account:\d+$/);
const decimal = z.string().regex(/^-?\d+$/);

const count = z.union([z.int().min(0), decimal]);

const event = z.object({ name: z.string(), args: z.record(z.string(), z.unknown()) });
const failure = z.object({ name: z.string(), args: z.array(z.unknown()) });
const operator = z.object({ id: count, earnings: z.unknown(), data: z.unknown() });

const step = z.object({
  mine: z.int().min(0),
  increaseTime: z.int().min(0).optional(),
  name: z.string().optional(),
  from: account,
  function: z.string(),
  args: z.array(z.unknown()),
  value: count,
  block: z.int().min(0),
  ok: z.boolean(),
  error: failure.optional(),
  events: z.array(event).optional(),
  balanceChange: decimal.optional(),
  clusterAfter: z.record(z.string(), z.unknown()).optional(),
  views: z.record(z.string(), z.unknown()).optional(),
  operators: z.array(operator).optional(),
  networkEarnings: z.unknown().optional(),
});

const parameters = z.object({
  liquidationThresholdPeriod: count,
  minimumLiquidationCollateral: count,
  validatorsPerOperatorLimit: count,
  declareOperatorFeePeriod: count,
  executeOperatorFeePeriod: count,
  operatorFeeIncreaseLimit: count,
  networkFee: count,
  maximumOperatorFee: count,
  minimumOperatorEthFee: count,
});

const trace = z.object({
  parameters,
  dao: account,
  ebOracles: z.tuple([account, account, account, account]),
  steps: z.array(step),
});

export type Trace = z.infer<typeof trace>;
export type Step = z.infer<typeof step>;
export type Parameters = z.infer<typeof parameters>;

/** Reads a recorded scenario; throws an error of one line when the file holds none. */
export function readTrace(file: string): Trace {
  const result = trace.safeParse(readJson(file));
  if (result.success) return result.data;

  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the file" : issue.path.join(".");
  throw new Error(`${file}: not a trace: ${where}: ${issue?.message ?? "invalid"}`);
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Error(`${file}: cannot be read (${code})`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON`, { cause: error });
  }
}
