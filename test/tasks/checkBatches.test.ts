import { expect } from "chai";

import { fetchBatches } from "../../clients/batches.ts";
import type { FolderBatch } from "../../clients/folderBatches.ts";
import { KeyUsedError } from "../../clients/unusedKeys.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { depositDataRoot, type DepositData } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { fromHex, type Hex } from "../../src/units/hex.ts";
import { checkBatches } from "../../tasks/commands/checkBatches.ts";
import { makeCeremony } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER, newBatch } from "../helpers/registry.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const LEAVE_OUT = "leave this key out, with `keys resplit --exclude`";

describe("checkBatches", () => {
  const suite = useSuite(() => deployFunded(100n));

  async function newCeremony(firstKeyIndex: number): Promise<FolderBatch> {
    const ceremony = await makeCeremony(suite(), 2, firstKeyIndex);
    return { files: {}, ceremony, root: ceremonyTree(ceremony.keys).root as Hex, excluded: [] };
  }

  async function check(batch: FolderBatch, scanFrom: number | undefined) {
    const terminal = fakeTerminal();
    const registered = await fetchBatches(suite(), 0);
    const scanned = await checkBatches({ pool: suite() }, [batch], { network: LOCAL, registered, scanFrom }, terminal);
    return { scanned, noted: terminal.noted };
  }

  it("says what it could not look for", async () => {
    await newBatch(suite(), 1);
    const batch = await newCeremony(1);
    const unread =
      "warning: not compared with the keys that wait in batch 0: content of batch 0 cannot be used, being test (got test:): give a folder, or an http, https or file URL";
    expect(await check(batch, undefined)).to.deep.equal({
      scanned: undefined,
      noted: [
        unread,
        "warning: deposits and foreign registrations of the keys were not looked for: give --scan-from, a block before the ceremony took place; `validators activate` will need it",
      ],
    });
    const toBlock = await suite().chain.ethers.provider.getBlockNumber();
    expect(await check(batch, 2)).to.deep.equal({ scanned: { fromBlock: 2, toBlock }, noted: [unread] });
  });

  it("H1 refuses a key that has a deposit", async () => {
    const batch = await newCeremony(0);
    const { keys, withdrawalCredentials, amount } = batch.ceremony;
    const key = keys[1];
    if (key === undefined) throw new Error("two keys were made");
    const data: DepositData = {
      pubkey: fromHex(key.pubkey, "pubkey"),
      withdrawalCredentials: fromHex(withdrawalCredentials, "credentials"),
      signature: fromHex(key.depositSignature, "signature"),
      amount,
    };
    const contract = await suite().chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    const value = 32n * ETHER;
    await contract.deposit(data.pubkey, data.withdrawalCredentials, data.signature, depositDataRoot(data), { value });

    const error: unknown = await check(batch, 0).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(KeyUsedError)
      .with.property(
        "message",
        `validator key has a deposit already, number 0 of all: 32 ETH with this pool's withdrawal credentials and a valid signature (got ${key.pubkey}): ${LEAVE_OUT}`,
      );
    await check(batch, undefined);
  });
});
