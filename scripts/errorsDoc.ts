// Writes docs/errors.md from the NatSpec of the contracts' errors: `npm run docs:errors`; `-- --check` only compares.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import { id } from "ethers";
import { format } from "prettier";

import { compile, ROOT } from "./compile.ts";

const FILE = "docs/errors.md";
const FOLDERS = [
  "contracts/custody",
  "contracts/policy",
  "contracts/ssv",
  "contracts/libraries",
  "contracts/interfaces",
];

interface Documentation {
  abi: { type: string; name: string; inputs: { name: string; type: string }[] }[];
  userdoc: { errors?: Record<string, { notice: string }[]> };
  devdoc: { errors?: Record<string, { params?: Record<string, string> }[]> };
}

const text = await format(render(readErrors()), { parser: "markdown", printWidth: 120 });
if (!process.argv.includes("--check")) {
  writeFileSync(ROOT + FILE, text);
  console.log(`${FILE} written`);
} else if (readFileSync(ROOT + FILE, "utf8") !== text) {
  console.error(`${FILE} is not what the contracts say: run \`npm run docs:errors\` and commit it`);
  process.exitCode = 1;
}

/** One row per error: signature, selector, meaning, arguments. */
function readErrors(): string[][] {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(ROOT + folder)
      .filter((file) => file.endsWith(".sol"))
      .map((file) => `${folder}/${file}`),
  );
  const sources = Object.fromEntries(paths.map((path) => [path, { content: readFileSync(ROOT + path, "utf8") }]));
  const output = compile<Documentation>(sources, ["abi", "userdoc", "devdoc"]);
  const rows = new Map<string, string[]>();
  for (const path of paths)
    for (const { abi, userdoc, devdoc } of Object.values(output[path] ?? {}))
      for (const error of abi.filter(({ type }) => type === "error")) {
        const signature = `${error.name}(${error.inputs.map(({ type }) => type).join(",")})`;
        const notice = userdoc.errors?.[signature]?.[0]?.notice;
        if (notice === undefined) continue;
        const params = devdoc.errors?.[signature]?.[0]?.params ?? {};
        const meanings = error.inputs.map(({ name }) => `\`${name}\`: ${params[name] ?? ""}`).join("<br>");
        rows.set(signature, [`\`${signature}\``, `\`${id(signature).slice(0, 10)}\``, notice, meanings]);
      }
  return [...rows.values()].sort(([a = ""], [b = ""]) => a.localeCompare(b));
}

function render(rows: string[][]): string {
  const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  return `# Errors

What a reverted call says, by name. Generated from the contracts; tasks print the error with its arguments.
Selectors are what a wallet shows when it does not know the name.

| error | selector | meaning | arguments |
|---|---|---|---|
${table}
`;
}
