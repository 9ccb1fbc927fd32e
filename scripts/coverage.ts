// Runs the tests of the contracts with coverage and fails when a production contract is covered too little: `npm run coverage`.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** Percent of lines and of statements, for all production contracts together and for each of them. */
const MINIMUM = 98;
const MINIMUM_EACH = 95;
const ROW = /║ (contracts\/\S+\.sol)\s+│ ([\d.]+)\s+│ ([\d.]+)\s+│ (.*?)\s*║/g;
const OTHER = /^contracts\/(simulators|mocks)\//;

/** Tests of what is around the contracts, or of chains in processes of their own, where nothing is counted. */
const APART = /^test\/(clients|demo|devnet|docs|e2e|helpers|integration|lifecycle|src|tasks)\b/;

const root = fileURLToPath(new URL("..", import.meta.url));
const tests = globSync("test/**/*.{test.ts,t.sol}", { cwd: root }).filter((file) => !APART.test(file));
const run = spawn("hardhat", ["test", "--coverage", ...tests], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
const [output, code] = await Promise.all([
  text(run.stdout),
  new Promise<number | null>((resolve) => run.on("close", resolve)),
]);
if (code !== 0) {
  console.error(output);
  throw new Error("the tests failed under coverage");
}

const files = [...output.matchAll(ROW)]
  .map(([, file = "", lines, statements, uncovered = ""]) => ({
    file,
    lines: Number(lines),
    statements: Number(statements),
    uncovered,
  }))
  .filter(({ file }) => !OTHER.test(file));
if (files.length === 0) throw new Error("the coverage report has no production contract in it");

const problems: string[] = [];
for (const kind of ["lines", "statements"] as const) {
  const mean = files.reduce((sum, file) => sum + file[kind], 0) / files.length;
  console.log(`${kind}: ${mean.toFixed(2)} % over ${files.length} production files`);
  if (mean < MINIMUM) problems.push(`${kind} are covered to ${mean.toFixed(2)} %, less than ${MINIMUM} %`);
}
for (const { file, lines, statements, uncovered } of files) {
  if (uncovered !== "-") console.log(`${file}: ${lines} % of lines, ${statements} % of statements; not ${uncovered}`);
  if (Math.min(lines, statements) < MINIMUM_EACH) problems.push(`${file} is covered less than ${MINIMUM_EACH} %`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
