import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { depositSigningRoot, type DepositData } from "../../src/consensus/deposit.ts";
import { LOCAL, type Network } from "../../src/consensus/network.ts";
import { formatDepositFile } from "../../src/keys/depositFile.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { createKeyshare } from "../../src/ssv/keyshare.ts";
import { formatKeysharesFile } from "../../src/ssv/keysharesFile.ts";
import { formatOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import type { OwnerNonce } from "../../src/ssv/ownerNonce.ts";
import { gwei } from "../../src/units/ether.ts";
import { fromHex } from "../../src/units/hex.ts";
import { OTHER_OWNER, OWNER, testOperators, type TestOperator } from "../src/support/operators.ts";
import { MNEMONIC } from "./ceremonyFolders.ts";
import { createTaskRunner, type TaskEnd, type TaskRunner } from "./taskRunner.ts";

/** An entry of a deposit file. */
export interface DepositEntry {
  pubkey: string;
  withdrawal_credentials: string;
  amount: number;
  signature: string;
  deposit_message_root: string;
  deposit_data_root: string;
  fork_version: string;
}

/** An entry of a key shares file. */
export interface KeyshareEntry {
  data: {
    ownerNonce: number;
    ownerAddress: string;
    publicKey: string;
    operators: { id: number; operatorKey: string }[];
  };
  payload: { publicKey: string; operatorIds: number[]; sharesData: string };
}

/** A key shares file. */
export interface KeysharesJson {
  version: string;
  shares: KeyshareEntry[];
}

export const PASSWORD = "correct horse battery";
/** Who receives what the validators pay. */
export const VAULT = OTHER_OWNER;
export const FIRST_NONCE = 11n;
/** The batches of the folder: two keys, then one for other operators. */
export const BATCHES = ["batches/000011-000012", "batches/000013-000013"] as const;
export const OPERATORS = [
  [3n, 5n, 8n, 13n],
  [4n, 6n, 9n, 14n],
] as const;

const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);

/** A ceremony of three keys that the tasks have made, and the secrets to verify it with. */
export interface KeyFolder {
  /** The ceremony as it was made. */
  readonly good: string;
  readonly passwordFile: string;
  /** `--operator-keys` with those of all operators. */
  readonly operatorKeys: string;
  readonly run: TaskRunner;
  /** Copies the ceremony, or one of its folders. */
  copy(part?: string): string;
  /** Verifies a folder without a chain. */
  verify(dir: string, args?: Record<string, unknown>): Promise<TaskEnd>;
  dispose(): void;
}

/** Makes a ceremony before the tests of a suite, and removes it after them. */
export function useKeyFolder(): () => KeyFolder {
  let keys: KeyFolder | undefined;
  before(async () => {
    keys = await makeKeyFolder();
  });
  after(() => {
    keys?.dispose();
  });
  return () => {
    if (keys === undefined) throw new Error("the ceremony is made before the tests");
    return keys;
  };
}

/** Makes a ceremony with `keys generate` and `keys split`, as on a machine without a network. */
async function makeKeyFolder(): Promise<KeyFolder> {
  const home = mkdtempSync(join(tmpdir(), "pooleth-verify-"));
  const good = join(home, "ceremony");
  const write = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const run = await createTaskRunner();
  const passwordFile = write("password", PASSWORD);
  const mnemonicFile = write("mnemonic", MNEMONIC);
  const operators = OPERATORS.flatMap((ids) => testOperators(ids));
  const operatorsFile = OPERATORS.map((ids, i) =>
    write(`operators-${i}.json`, formatOperatorsFile(testOperators(ids))),
  ).join();
  const privateKeys = operators.map(({ id, privateKey }) => {
    return `${id}=${write(`${id}.pem`, String(privateKey.export({ type: "pkcs8", format: "pem" })))}`;
  });
  const made = async (id: string, args: Record<string, unknown>): Promise<void> => {
    const { success, stderr } = await run(id, { json: true, dir: good, chain: "local", mnemonicFile, ...args });
    if (!success) throw new Error(stderr);
  };
  await made("keys generate", { count: "3", withdrawalAddress: VAULT, passwordFile, keystores: "pbkdf2" });
  await made("keys split", {
    account: OWNER,
    firstNonce: FIRST_NONCE.toString(),
    operators: `0-1:${OPERATORS[0].join()} 2-2:${OPERATORS[1].join()}`,
    operatorsFile,
  });
  let copies = 0;
  return {
    good,
    passwordFile,
    operatorKeys: privateKeys.join(),
    run,
    copy: (part = "") => {
      const copy = join(home, `copy-${copies++}`);
      cpSync(join(good, part), copy, { recursive: true });
      return copy;
    },
    verify: (dir, args = {}) =>
      run("keys verify", { dir, chain: "local", account: OWNER, withdrawalAddress: VAULT, ...args }),
    dispose: () => {
      rmSync(home, { recursive: true });
    },
  };
}

/** Asserts that a folder was refused, after which check, and that all checks until then are shown. */
export function expectRefused({ success, stdout, stderr }: TaskEnd, failed: string, line: string): void {
  const rows = checksOf(stderr);
  expect({ success, stdout, error: stderr.split("\n").slice(-2) }).to.deep.equal({
    success: false,
    stdout: "",
    error: [`error: ${line}`, ""],
  });
  expect(rows.at(-1)).to.include({ check: failed, result: "failed" });
  for (const { result } of rows.slice(0, -1)) expect(result).to.match(/^(?:ok|skipped: .+)$/);
}

/** The table of what was checked. */
export function checksOf(text: string): { check: string; of: string; result: string }[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) => {
      const [check = "", of = "", result = ""] = line
        .split("│")
        .slice(1)
        .map((cell) => cell.trim());
      return { check, of, result };
    })
    .slice(1);
}

/**
 * Changes a JSON file in place.
 * @returns What the change returns.
 */
export function editJson<R>(file: string, change: (value: never) => R): R {
  const value = JSON.parse(readFileSync(file, "utf8")) as never;
  const result = change(value);
  writeFileSync(file, JSON.stringify(value, null, 2));
  return result;
}

/** An element that must be there. */
export function at<T>(list: readonly T[], position: number): T {
  const element = list[position];
  if (element === undefined) throw new Error(`nothing at ${position}`);
  return element;
}

/** A value as messages show it. */
export function shown(value: string): string {
  return value.length <= 140 ? value : `${value.slice(0, 60)}…${value.slice(-16)} (${value.length} characters)`;
}

/** A deposit of a key of the folder, signed by that key or another, in the form of the file. */
export function signDeposit(
  credentials: string,
  amountGwei: bigint,
  { key = 0, signer, network = LOCAL }: { key?: number; signer?: number; network?: Network } = {},
): DepositEntry {
  const message = {
    pubkey: keychain.signingKey(key).toPublicKey().toBytes(),
    withdrawalCredentials: fromHex(credentials, "credentials", 32),
    amount: gwei(amountGwei),
  };
  const signature = keychain
    .signingKey(signer ?? key)
    .sign(depositSigningRoot(message, network))
    .toBytes();
  return entryOf({ ...message, signature });
}

/** Gives a changed deposit the roots that follow from it. */
export function rehash(entry: DepositEntry): void {
  const deposit = {
    pubkey: fromHex(entry.pubkey, "pubkey"),
    withdrawalCredentials: fromHex(entry.withdrawal_credentials, "withdrawal_credentials"),
    amount: gwei(BigInt(entry.amount)),
    signature: fromHex(entry.signature, "signature"),
  };
  Object.assign(entry, entryOf(deposit));
}

function entryOf(deposit: DepositData): DepositEntry {
  return at(JSON.parse(formatDepositFile([deposit], LOCAL)) as DepositEntry[], 0);
}

/** Shares of a key of the folder, in the form of the file. */
export function splitKey(
  key: number,
  where: OwnerNonce,
  operators: readonly TestOperator[] = testOperators(OPERATORS[0]),
): KeyshareEntry {
  const keyshare = createKeyshare(keychain.signingKey(key), operators, where);
  const file = formatKeysharesFile([{ ...keyshare, operators }], "2026-01-01T00:00:00.000Z");
  return at((JSON.parse(file) as KeysharesJson).shares, 0);
}
