import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { generateOperatorKey } from "../../src/ssv/operatorKey.ts";
import { toHex } from "../../src/units/hex.ts";
import type { KeyFigures } from "./figures.ts";
import { KeysFigures, type KeysJob } from "./job.ts";
import { onOneCore } from "./oneCore.ts";
import { installSsvKeys, splitWithSsvKeys } from "./ssvKeys.ts";

const SCRIPT = fileURLToPath(new URL("./splitKeys.ts", import.meta.url));
const OWNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const OPERATOR_IDS = [1n, 2n, 40n, 1_999n];
/** Ours and theirs take turns, so that neighbours on the machine disturb both alike. */
const TURNS = 4;
const ROUNDS = 3;
const [OUR_KEYS, THEIR_KEYS] = [512, 64];

/** Measures our splitting of keys and that of ssv-keys, for the same seed, operators and owner. */
export function measureKeys(): KeyFigures {
  installSsvKeys();
  const seed = new Uint8Array(32).fill(7);
  const operators = OPERATOR_IDS.map((id) => ({ id, operatorKey: generateOperatorKey().publicKey }));
  const ours = (threads: number): KeysFigures =>
    splitWithOurs({ seed: toHex(seed), operators, owner: OWNER, threads, rounds: ROUNDS, keys: OUR_KEYS });

  const turns = Array.from({ length: TURNS }, () => {
    const { cpuSeconds, peakRssMiB } = ours(1);
    return { perSecond: OUR_KEYS / least(cpuSeconds), peakRssMiB, theirs: measureSsvKeys(seed, operators) };
  });
  const perSecondPerCore = Math.max(...turns.map(({ perSecond }) => perSecond));
  const theirs = Math.max(...turns.map((turn) => turn.theirs));
  return {
    "ours.perSecondPerCore": round(perSecondPerCore),
    "ours.perSecondTwoCores": round(OUR_KEYS / least(ours(2).seconds)),
    "ssvKeys.perSecondPerCore": round(theirs),
    ratio: round(perSecondPerCore / theirs, 1),
    peakRssMiB: round(Math.max(...turns.map((turn) => turn.peakRssMiB))),
  };
}

/** Keys that ssv-keys splits in a second, given that it derives none: what our derivation takes is added. */
function measureSsvKeys(seed: Uint8Array, operators: KeysJob["operators"]): number {
  const keychain = new ValidatorKeychain(seed);
  const indexes = Array.from({ length: THEIR_KEYS }, (_, i) => i);
  const before = process.cpuUsage();
  const secrets = indexes.map((index) => keychain.signingKey(index).toBytes());
  const { user, system } = process.cpuUsage(before);
  const derivation = (user + system) / 1e6;
  const job = { secrets, operators, owner: OWNER, firstNonce: 0, rounds: ROUNDS + 1 };
  const [, ...measured] = splitWithSsvKeys(job).cpuSeconds;
  return THEIR_KEYS / (least(measured) + derivation);
}

function splitWithOurs(job: KeysJob): KeysFigures {
  const input = JSON.stringify(job, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
  const whole: [string, string[]] = [process.execPath, [...process.execArgv, SCRIPT]];
  const [command, args] = job.threads === 1 ? onOneCore(...whole) : whole;
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const figures = KeysFigures.parse(JSON.parse(stdout));
  if (figures.seconds.length !== job.rounds)
    throw new Error(`${figures.seconds.length} rounds instead of ${job.rounds}`);
  return figures;
}

/** The round that neighbours on the machine disturbed least. */
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
