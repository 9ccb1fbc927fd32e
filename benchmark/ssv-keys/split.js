// Splits validator keys with ssv-keys: a job as JSON on stdin, its keyshares file and figures as JSON on stdout. The job
// is done as often as it says, each time timed; the file is that of the last time.
"use strict";

const { readFileSync } = require("node:fs");
const { KeyShares, KeySharesItem, SSVKeys } = require("ssv-keys");

/**
 * What the command line does for each keystore once it is decrypted: split, encrypt, sign, and verify the signature.
 */
async function split({ privateKeys, operators, owner, firstNonce }) {
  const keyShares = new KeyShares();
  for (const [i, privateKey] of privateKeys.entries()) {
    const ownerNonce = firstNonce + i;
    const ssvKeys = new SSVKeys();
    const { publicKey, shares } = await ssvKeys.createThreshold(privateKey, operators);
    const encryptedShares = await ssvKeys.encryptShares(operators, shares);
    const item = new KeySharesItem();
    await item.update({ ownerAddress: owner, ownerNonce, operators, publicKey });
    await item.buildPayload({ publicKey, operators, encryptedShares }, { ownerAddress: owner, ownerNonce, privateKey });
    keyShares.add(item);
  }
  return keyShares.toJson();
}

async function main() {
  const { rounds = 1, ...job } = JSON.parse(readFileSync(0, "utf8"));
  const cpuSeconds = [];
  let keyshares = "";
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    keyshares = await split(job);
    const { user, system } = process.cpuUsage(before);
    cpuSeconds.push((user + system) / 1e6);
  }
  const peakRssMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ keyshares, cpuSeconds, peakRssMiB }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
