import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

import Suite from "../../deploy/modules/Suite.ts";
import { CONSOLIDATION_REQUESTS, DEPOSIT_CONTRACT, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { compiledContracts } from "../helpers/abi.ts";

const PARAMETERS = new URL("../../deploy/parameters/", import.meta.url);
/** Given for each deployment: addresses of people and of ssv.network, the committee, and the clock of the chain. */
const PER_DEPLOYMENT = [
  "ssvNetwork",
  "admin",
  "operator",
  "guardian",
  "treasury",
  "operations",
  "members",
  "quorum",
  "genesisTime",
];

function parameterFiles(): [name: string, parameters: Record<string, Record<string, unknown>>][] {
  return readdirSync(PARAMETERS).map((name) => {
    const text = readFileSync(new URL(name, PARAMETERS), "utf8");
    return [name, JSON.parse(text) as Record<string, Record<string, unknown>>];
  });
}

/** Names of the parameters that a module asks for. */
function askedFor(value: unknown, seen = new Set<unknown>(), names = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null || seen.has(value)) return names;
  seen.add(value);
  if ("name" in value && "type" in value && value.type === "MODULE_PARAMETER") names.add(String(value.name));
  for (const part of value instanceof Set || Array.isArray(value) ? value : Object.values(value))
    askedFor(part, seen, names);
  return names;
}

describe("The module of the suite", () => {
  it("deploys production contracts only", async () => {
    const names = new Set<string>();
    for (const future of Suite.futures) if ("contractName" in future) names.add(future.contractName);
    expect(names).to.include("PoolETHDeployer");

    const sources = new Map((await compiledContracts(() => true)).map(({ name, source }) => [name, source]));
    for (const name of names)
      expect(sources.get(name), name).to.match(/^contracts\/(custody|policy|ssv)\/|openzeppelin\/contracts\//);
  });

  it("does not build on the modules of simulators", () => {
    expect([...Suite.submodules]).to.deep.equal([]);
    expect(askedFor(Suite.futures)).to.include("depositContract");
    expect([...askedFor(Suite.futures)].filter((name) => /simulat|mock|stand|test/i.test(name))).to.deep.equal([]);
  });

  it("finds each of its parameters in every file, or is given it", () => {
    const asked = askedFor(Suite.futures);
    for (const [file, parameters] of parameterFiles()) {
      const given = [...Object.keys(parameters["Suite"] ?? {}), ...PER_DEPLOYMENT];
      expect(new Set(given), file).to.deep.equal(asked);
    }
  });

  it("uses Ethereum's own contracts in every file", () => {
    for (const [file, { Suite: parameters }] of parameterFiles()) {
      expect(parameters, file).to.deep.include({
        depositContract: DEPOSIT_CONTRACT,
        withdrawalRequests: WITHDRAWAL_REQUESTS,
        consolidationRequests: CONSOLIDATION_REQUESTS,
      });
    }
  });
});
