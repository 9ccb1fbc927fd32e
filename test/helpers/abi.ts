import { type FunctionFragment, Interface, type InterfaceAbi, type ParamType } from "ethers";
import { artifacts } from "hardhat";

/** Folders of the contracts that go on chain. */
const PRODUCTION = /^contracts\/(custody|policy|ssv)\//;
const SAMPLE_AMOUNT = 10n ** 15n;
const SAMPLE_DURATION = 3_600n;

/** A contract as it was compiled. */
export interface CompiledContract {
  readonly name: string;
  readonly source: string;
  readonly interface: Interface;
  readonly isAbstract: boolean;
}

/** All production contracts. */
export async function productionContracts(): Promise<CompiledContract[]> {
  return compiledContracts((source) => PRODUCTION.test(source));
}

/** All contracts of some source files, in alphabetical order. */
export async function compiledContracts(includes: (source: string) => boolean): Promise<CompiledContract[]> {
  const names = [...(await artifacts.getAllFullyQualifiedNames())].sort();
  const found: CompiledContract[] = [];
  for (const qualified of names) {
    const { contractName: name, sourceName: source, abi, bytecode } = await artifacts.readArtifact(qualified);
    if (includes(source))
      found.push({ name, source, interface: new Interface(abi as InterfaceAbi), isAbstract: bytecode === "0x" });
  }
  return found;
}

/** Signatures of all functions that may change state; `receive()` and `fallback()` where there are such. */
export function writingFunctions(contract: Interface): string[] {
  const signatures: string[] = [];
  contract.forEachFunction((fragment) => {
    if (!fragment.constant) signatures.push(fragment.format("sighash"));
  });
  if (contract.receive) signatures.push("receive()");
  else if (contract.fallback) signatures.push("fallback()");
  return signatures;
}

/** Calldata of a function with sample arguments: `account` for addresses, a little of everything else. */
export function sampleCall(contract: Interface, signature: string, account: string, args?: readonly unknown[]): string {
  if (signature === "receive()" || signature === "fallback()") return "0x";
  const fragment = contract.getFunction(signature);
  if (fragment === null) throw new Error(`no function ${signature}`);
  return contract.encodeFunctionData(fragment, args ?? sampleArguments(fragment, account));
}

function sampleArguments(fragment: FunctionFragment, account: string): unknown[] {
  return fragment.inputs.map((input) => sample(input, account));
}

function sample(type: ParamType, account: string): unknown {
  if (type.isArray()) return [];
  if (type.isTuple()) return type.components.map((component) => sample(component, account));
  if (type.type === "address") return account;
  if (type.type === "bool") return false;
  if (type.type === "string") return "";
  if (type.type === "bytes") return "0x";
  const bits = /^u?int(\d+)$/.exec(type.type)?.[1];
  if (bits !== undefined) return Number(bits) > 64 ? SAMPLE_AMOUNT : Number(bits) > 8 ? SAMPLE_DURATION : 27n;
  return `0x${"00".repeat(Number(/^bytes(\d+)$/.exec(type.type)?.[1]))}`;
}
