import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { InputError } from "./input.ts";

const VARIABLE = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * Reads names of configuration variables. A text that is no name is never shown, because it could be a key.
 * @throws {InputError} If one is no name.
 */
export function parseVariableNames(names: string): string[] {
  const list = names.split(",").map((name) => name.trim());
  if (!list.every((name) => VARIABLE.test(name)))
    throw new InputError(
      "members",
      "hidden",
      "must be names of configuration variables, never keys",
      "store each key with npm run hardhat -- keystore set MEMBER_1_KEY and give --members MEMBER_1_KEY,MEMBER_2_KEY",
    );
  return list;
}

/**
 * Reads the name of a configuration variable. A text that is no name is never shown, because it could be a key.
 * @param option Option by which it was given.
 * @param example A name that would do.
 * @param what What the variable holds.
 * @throws {InputError} If it is no name.
 */
export function parseVariableName(name: string, option: string, example: string, what = "key"): string {
  if (!VARIABLE.test(name))
    throw new InputError(
      option,
      "hidden",
      `must be the name of a configuration variable, never a ${what}`,
      `store the ${what} with npm run hardhat -- keystore set ${example} and give --${option} ${example}`,
    );
  return name;
}

/**
 * The account whose private key is in a configuration variable.
 * @param option Option by which it was named.
 * @throws {InputError} If it is not set, or holds no key.
 */
export async function readWallet(hre: HardhatRuntimeEnvironment, option: string, name: string): Promise<Wallet> {
  const field = `${option}: ${name}`;
  const key = await fetchVariable(hre, field, name);
  try {
    return new Wallet(key.trim());
  } catch {
    throw new InputError(field, "hidden", "holds no private key", "store 32 bytes in hexadecimal under this name");
  }
}

/**
 * The value of a configuration variable: from the environment, or else from the keystore.
 * @param field Through what the variable was named.
 * @param what What it holds.
 * @throws {InputError} If it is not set.
 */
export async function fetchVariable(
  hre: HardhatRuntimeEnvironment,
  field: string,
  name: string,
  what = "key",
): Promise<string> {
  const missing = () =>
    Promise.reject(
      new InputError(field, "nothing", "is not set", `store the ${what} with npm run hardhat -- keystore set ${name}`),
    );
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  const variable = { _type: "ConfigurationVariable" as const, name };
  return hre.hooks.runHandlerChain("configurationVariables", "fetchValue", [variable], missing);
}

/**
 * The value of a configuration variable that may be left out. For one that is not there, the keystore is not opened.
 * @returns Nothing if it is not set.
 */
export async function findVariable(hre: HardhatRuntimeEnvironment, name: string): Promise<string | undefined> {
  const value = process.env[name];
  if (value !== undefined) return value === "" ? undefined : value;
  const variable = { _type: "ConfigurationVariable" as const, name, default: "" };
  const found = await hre.hooks.runHandlerChain("configurationVariables", "fetchValue", [variable], () =>
    Promise.resolve(""),
  );
  return found === "" ? undefined : found;
}
