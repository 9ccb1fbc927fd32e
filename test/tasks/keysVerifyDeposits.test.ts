import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { HOODI } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { toBareHex, toHex } from "../../src/units/hex.ts";
import {
  at,
  editJson,
  expectRefused,
  useKeyFolder,
  rehash,
  shown,
  signDeposit,
  VAULT,
  type DepositEntry,
} from "../helpers/keyFolder.ts";
import { coordinateAboveModulus, g1OutsideSubgroup, g2OutsideSubgroup, infinity } from "../src/support/badPoints.ts";
import { OWNER } from "../src/support/operators.ts";

const FILE = "deposit_data.json";
const FORM = "deposits: roots, fork version, signatures";
const TERMS = "deposits: amount and credentials";
const EXPECTED = "deposits: credentials of the address expected";
const COPY = "copy or generate the file again";
const CORRECT = "correct this field or generate the file again";
const CHANGED = "do not use the file: a field was changed after signing";
const POINT = "generate the key or signature again";

const credentials = withdrawalCredentials(VAULT, "0x01");
const foreign = withdrawalCredentials(OWNER, "0x01");
const GWEI = 32_000_000_000n;

/** Changes the deposits of a folder, and returns the line with which they are refused. */
type Change = (entries: DepositEntry[]) => string;

describe("keys verify, deposits", () => {
  const keys = useKeyFolder();

  function refuses(title: string, check: string, change: Change): void {
    it(title, async () => {
      const folder = keys().copy();
      const line = editJson(join(folder, FILE), change);
      expectRefused(await keys().verify(folder), check, line);
    });
  }

  /** Refuses a file that is no list of deposits. */
  function refusesText(title: string, change: (text: string) => string, problem: string): void {
    it(`refuses a file that is ${title}`, async () => {
      const folder = keys().copy();
      const text = change(readFileSync(join(folder, FILE), "utf8"));
      writeFileSync(join(folder, FILE), text);
      const value = shown(text).replace(/\s*\n\s*/g, " ");
      expectRefused(await keys().verify(folder), FORM, `${FILE} ${problem.replace("$", value)}`);
    });
  }

  refusesText(
    "cut off in the middle",
    (text) => text.slice(0, text.indexOf("signature") + 100),
    `is not JSON: Unterminated string in JSON at position 350 (line 6 column 106) (got 350 characters): ${COPY}`,
  );
  refusesText("empty", () => "", `is not JSON: Unexpected end of JSON input (got nothing): ${COPY}`);
  refusesText(
    "no list",
    () => '{"deposits":[]}',
    `does not fit (Invalid input: expected array, received object) (got $): ${CORRECT}`,
  );
  refusesText(
    "an empty list",
    () => "[]",
    `does not fit (Too small: expected array to have >=1 items) (got $): ${CORRECT}`,
  );

  refuses("refuses a field that is missing", FORM, (entries) => {
    Reflect.deleteProperty(at(entries, 1), "amount");
    return `${FILE}[1].amount does not fit (Invalid input: expected number, received undefined) (got nothing): ${CORRECT}`;
  });

  refuses("refuses hexadecimal with a digit too few", FORM, (entries) => {
    const entry = at(entries, 2);
    entry.pubkey = entry.pubkey.slice(1);
    return `${FILE}[2].pubkey does not fit (expected 48 bytes in hexadecimal) (got "${entry.pubkey}"): ${CORRECT}`;
  });

  refuses("refuses the fork version of another network", FORM, (entries) => {
    at(entries, 1).fork_version = HOODI.genesisForkVersion.slice(2);
    return `${FILE}[1].fork_version is not that of local, 0x00000000 (got 0x10000910): generate the deposits again for local`;
  });

  refuses("H4: refuses credentials that were changed after signing", FORM, (entries) => {
    const entry = at(entries, 1);
    entry.withdrawal_credentials = foreign.slice(2);
    return notTheRoot("deposit_message_root", 1, entry, signDeposit(foreign, GWEI, { key: 1 }));
  });

  refuses(
    "H4: refuses credentials changed in all entries, with the right roots and the old signatures",
    FORM,
    (entries) => {
      entries.forEach((entry) => {
        entry.withdrawal_credentials = foreign.slice(2);
        rehash(entry);
      });
      return notSigned(at(entries, 0), 0);
    },
  );

  refuses("H4: refuses deposits that were really signed for another address", EXPECTED, (entries) => {
    entries.forEach((entry, key) => Object.assign(entry, signDeposit(foreign, GWEI, { key })));
    return `${FILE}[0].withdrawal_credentials are not those expected, ${credentials} (got ${foreign}): sign the deposits again: with these the ether would go to somebody else`;
  });

  it("H5: names the option, where credentials are of the other type and of the right address", async () => {
    const folder = keys().copy();
    rmSync(join(folder, "batches"), { recursive: true });
    const compounding = withdrawalCredentials(VAULT, "0x02");
    const field = `${FILE}[0].withdrawal_credentials are not those expected`;
    expectRefused(
      await keys().verify(folder, { compounding: true }),
      EXPECTED,
      `${field}, ${compounding} (got ${credentials}): leave out --compounding, if 0x01 credentials are meant, or else sign the deposits again`,
    );
    editJson(join(folder, FILE), (entries: DepositEntry[]) => {
      entries.forEach((entry, key) => Object.assign(entry, signDeposit(compounding, GWEI, { key })));
    });
    expectRefused(
      await keys().verify(folder),
      EXPECTED,
      `${field}, ${credentials} (got ${compounding}): give --compounding, if 0x02 credentials are meant, or else sign the deposits again`,
    );
    expect((await keys().verify(folder, { compounding: true })).success).to.equal(true);
  });

  refuses("H4: refuses a deposit that was really signed for another address than the others", TERMS, (entries) => {
    Object.assign(at(entries, 2), signDeposit(foreign, GWEI, { key: 2 }));
    return `${FILE}[2].withdrawal_credentials differ from ${credentials} of other entries (got ${foreign}): keep a folder for each`;
  });

  refuses("H5: refuses credentials that pay to no address", TERMS, (entries) => {
    const bls = `0x00${credentials.slice(4)}`;
    entries.forEach((entry, key) => Object.assign(entry, signDeposit(bls, GWEI, { key })));
    return `${FILE}[0].withdrawal_credentials begin with 0x00 (got ${bls}): use 0x01 or 0x02: nothing else pays to an execution address`;
  });

  refuses("H6: refuses an amount of one gwei less, changed after signing", FORM, (entries) => {
    const entry = at(entries, 0);
    entry.amount -= 1;
    return notTheRoot("deposit_message_root", 0, entry, signDeposit(credentials, GWEI - 1n));
  });

  for (const [amount, what] of [
    [GWEI - 1n, "one gwei less"],
    [GWEI + 1n, "one gwei more"],
    [33_000_000_000n, "33 ETH"],
  ] as const)
    refuses(`H6: refuses an amount of ${what} that was really signed`, TERMS, (entries) => {
      Object.assign(at(entries, 1), signDeposit(credentials, amount, { key: 1 }));
      return `${FILE}[1].amount does not fit 0x01 credentials (got ${amount} Gwei): deposit exactly 32 ETH`;
    });

  refuses("H10: refuses the signature of another key", FORM, (entries) => {
    Object.assign(at(entries, 1), signDeposit(credentials, GWEI, { key: 1, signer: 2 }));
    return notSigned(at(entries, 1), 1);
  });

  refuses("H10: refuses the right key's signature for another network", FORM, (entries) => {
    Object.assign(at(entries, 2), signDeposit(credentials, GWEI, { key: 2, network: HOODI }));
    return notSigned(at(entries, 2), 2);
  });

  for (const [bytes, what, reason] of [
    [coordinateAboveModulus(96), "no point", "Invalid encoding"],
    [infinity(96), "infinity", "Point is infinity"],
    [g2OutsideSubgroup(), "outside the subgroup", "Point not in group"],
  ] as const)
    refuses(`H10: refuses a signature that is ${what}`, FORM, (entries) => {
      const entry = at(entries, 1);
      entry.signature = toBareHex(bytes);
      rehash(entry);
      return `${FILE}[1].signature is not a usable BLS12-381 point (${reason}) (got ${shown(toHex(bytes))}): ${POINT}`;
    });

  refuses("H10: refuses a public key outside the subgroup", FORM, (entries) => {
    const entry = at(entries, 0);
    const pubkey = g1OutsideSubgroup();
    entry.pubkey = toBareHex(pubkey);
    rehash(entry);
    return `${FILE}[0].pubkey is not a usable BLS12-381 point (Point not in group) (got ${toHex(pubkey)}): ${POINT}`;
  });

  refuses("H10: refuses a root that was changed", FORM, (entries) => {
    const entry = at(entries, 2);
    const right = { ...entry };
    entry.deposit_data_root = right.deposit_message_root;
    return notTheRoot("deposit_data_root", 2, entry, right);
  });

  refuses("H7: refuses a key that is there twice", FORM, (entries) => {
    entries.push({ ...at(entries, 0) });
    return `${FILE}[3].pubkey repeats entry 0 (got 0x${at(entries, 0).pubkey}): remove one of the two`;
  });
});

function notTheRoot(
  field: "deposit_message_root" | "deposit_data_root",
  position: number,
  entry: DepositEntry,
  right: DepositEntry,
): string {
  return `${FILE}[${position}].${field} does not follow from the entry, whose root is 0x${right[field]} (got 0x${entry[field]}): ${CHANGED}`;
}

function notSigned({ signature }: DepositEntry, position: number): string {
  return `${FILE}[${position}].signature is not this key's signature over these credentials, amount and network (got ${shown(`0x${signature}`)}): sign the deposit again: on chain it would burn the ether`;
}
