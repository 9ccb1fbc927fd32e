// Compares the storage of every production contract with the committed layout, `npm run storage`; `-- --update` writes
// a new one, which may only add to what is there. A proxy's storage outlives its code, so nothing may ever move.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { id, keccak256, toBeHex } from "ethers";

import { compile, ROOT, type CompiledContracts } from "./compile.ts";

const LAYOUT_FILE = "docs/storage-layout.json";

/** Contracts with plain storage; of those behind proxies the ERC-7201 structs, and the parts that hold them. */
const PLAIN = {
  PoolETH: "custody",
  WithdrawalQueue: "custody",
  WrappedPoolETH: "custody",
  Committee: "custody",
  WithdrawalVault: "custody",
  RewardsVault: "custody",
};
const NAMESPACED = {
  AnnouncedUpgrade: ["policy", "AnnouncedUpgradeStorage"],
  Accounting: ["policy", "AccountingStorage"],
  PoolManager: ["policy", "PoolManagerStorage", "RegistryStorage"],
  ValidatorExitRequests: ["policy", "ExitRequestsStorage"],
  ClusterManager: ["ssv", "ClusterManagerStorage", "ClusterStorage"],
} as const;

interface Variable {
  label: string;
  slot: string;
  offset: number;
  type: string;
}
interface Type {
  label: string;
  numberOfBytes: string;
  members?: Variable[];
  /** Of a mapping. */
  value?: string;
}
type Contracts = CompiledContracts<{ storageLayout: { storage: Variable[]; types: Record<string, Type> | null } }>;
/** One line per variable: `slot:offset label type (bytes)`, structs opened, those in mappings too. */
type Layout = Record<string, string[]>;

const update = process.argv.includes("--update");
const committed = existsSync(ROOT + LAYOUT_FILE)
  ? (JSON.parse(readFileSync(ROOT + LAYOUT_FILE, "utf8")) as Layout)
  : {};
const current = readLayouts();
const problems = Object.entries(committed).flatMap(([name, lines]) => findMoved(name, lines, current[name] ?? []));

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
} else if (update) {
  writeFileSync(ROOT + LAYOUT_FILE, `${JSON.stringify(current, null, 2)}\n`);
  console.log(`${LAYOUT_FILE} written`);
} else if (JSON.stringify(committed) !== JSON.stringify(current)) {
  console.error(`storage was added: run \`npm run storage -- --update\` and commit ${LAYOUT_FILE}`);
  process.exitCode = 1;
} else {
  console.log(`storage of ${Object.keys(current).length} contracts is as committed`);
}

/** What is added may also fill bytes of a slot that were free: the compiler lets nothing overlap. */
function findMoved(name: string, before: string[], now: string[]): string[] {
  return before
    .filter((line) => !now.includes(line))
    .map((line) => {
      const place = line.slice(0, line.indexOf(" ") + 1);
      const actual = now.find((other) => other.startsWith(place)) ?? "nothing";
      return `${name}: "${line}" became "${actual}"; storage must never move`;
    });
}

function readLayouts(): Layout {
  const plain = Object.entries(PLAIN).map(([name, folder]) => [name, `contracts/${folder}/${name}.sol`] as const);
  const holders = Object.entries(NAMESPACED).map(([name, [folder, struct, part = name]]) => ({
    name,
    source: `import { ${part} } from "contracts/${folder}/${part}.sol"; contract Layout${name} { ${part}.${struct} $; }`,
  }));
  for (const [name, [folder, , part = name]] of Object.entries(NAMESPACED)) checkNamespace(name, folder, part);
  const sources = {
    ...Object.fromEntries(plain.map(([, path]) => [path, { content: readFileSync(ROOT + path, "utf8") }])),
    ...Object.fromEntries(
      holders.map(({ name, source }) => [`Layout${name}.sol`, { content: `pragma solidity 0.8.34; ${source}` }]),
    ),
  };
  const output: Contracts = compile(sources, ["storageLayout"]);
  return Object.fromEntries([
    ...plain.map(([name, path]) => [name, describe(output, path, name)] as const),
    ...holders.map(({ name }) => [name, describe(output, `Layout${name}.sol`, `Layout${name}`)] as const),
  ]);
}

/** The slot of an ERC-7201 namespace stands in the source as a number; it must be the one of its name. */
function checkNamespace(name: string, folder: string, part: string): void {
  const inner = toBeHex(BigInt(id(`pooleth.${name}`)) - 1n, 32);
  const slot = `${keccak256(inner).slice(0, -2)}00`;
  const source = readFileSync(`${ROOT}contracts/${folder}/${part}.sol`, "utf8");
  if (!source.includes(slot)) throw new Error(`${name}: the slot of erc7201:pooleth.${name} is ${slot}`);
}

function describe(output: Contracts, path: string, contract: string): string[] {
  const layout = output[path]?.[contract]?.storageLayout;
  if (layout === undefined) throw new Error(`the compiler gave no storage layout of ${contract}`);
  const types = layout.types ?? {};
  const open = (variables: Variable[], firstSlot: bigint, prefix: string): string[] =>
    variables.flatMap(({ label, slot, offset, type }) => {
      const { label: typeName, numberOfBytes, members, value } = types[type] ?? { label: type, numberOfBytes: "?" };
      const at = firstSlot + BigInt(slot);
      if (members !== undefined) return open(members, at, `${prefix}${label}.`);
      const line = `${at}:${offset} ${prefix}${label} ${typeName} (${numberOfBytes})`;
      return [line, ...open(types[value ?? ""]?.members ?? [], 0n, `${prefix}${label}[].`)];
    });
  return open(layout.storage, 0n, "");
}
