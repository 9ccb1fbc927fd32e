// Makes test/vectors/ssv-keys anew: key shares by ssv-keys of known validator keys, for operators with known keys.
import { mkdirSync, writeFileSync } from "node:fs";

import { mnemonicToSeed, ValidatorKeychain } from "../../src/keys/derivation.ts";
import { generateOperatorKey } from "../../src/ssv/operatorKey.ts";
import { installSsvKeys, splitWithSsvKeys } from "./ssvKeys.ts";

const FOLDER = new URL("../../test/vectors/ssv-keys/", import.meta.url);
const MNEMONIC = "test test test test test test test test test test test junk";
const OWNER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const KEYS_BY_OPERATORS = new Map([
  [4, 2],
  [7, 1],
  [13, 1],
]);

installSsvKeys();
mkdirSync(FOLDER, { recursive: true });
const keychain = new ValidatorKeychain(mnemonicToSeed(MNEMONIC));
const operators = Array.from({ length: 13 }, (_, i) => ({ id: BigInt(i * i + 2 * i + 1), ...generateOperatorKey() }));
write("operators.json", {
  warning: "development keys, published: never register them",
  operators: operators.map(({ id, privateKey }) => ({ id: Number(id), privateKey })),
});
let firstNonce = 0;
for (const [size, keys] of KEYS_BY_OPERATORS) {
  const { keyshares } = splitWithSsvKeys({
    secrets: Array.from({ length: keys }, (_, i) => keychain.signingKey(firstNonce + i).toBytes()),
    operators: operators.slice(0, size).map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
    owner: OWNER,
    firstNonce,
  });
  write(`keyshares-${size}.json`, JSON.parse(keyshares));
  firstNonce += keys;
}

function write(name: string, content: unknown): void {
  writeFileSync(new URL(name, FOLDER), `${JSON.stringify(content)}\n`);
}
