// Reads a keyshares file on stdin with ssv-keys, which verifies each entry's shape and signature over owner and nonce;
// writes what it read as JSON to stdout, or says what it refuses and ends with 1.
"use strict";

const { readFileSync } = require("node:fs");
const { KeyShares } = require("ssv-keys");

async function main() {
  const keyShares = await KeyShares.fromJson(readFileSync(0, "utf8"));
  const items = keyShares.list();
  // It throws nothing for an entry, but leaves the error in it.
  const refused = items.findIndex(({ error }) => error !== undefined);
  if (refused >= 0) {
    console.error(`entry ${refused}: ${items[refused].error.message}`);
    process.exitCode = 1;
    return;
  }
  const read = items.map(({ data, payload }) => ({
    publicKey: payload.publicKey,
    owner: data.ownerAddress,
    ownerNonce: data.ownerNonce,
    operatorIds: data.operators.map(({ id }) => id),
    sharesData: payload.sharesData,
  }));
  process.stdout.write(JSON.stringify(read));
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
