import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { toHex } from "../../src/units/hex.ts";
import {
  at,
  BATCHES,
  editJson,
  expectRefused,
  useKeyFolder,
  shown,
  splitKey,
  type DepositEntry,
  type KeyshareEntry,
  type KeysharesJson,
} from "../helpers/keyFolder.ts";
import { g1OutsideSubgroup, infinity } from "../src/support/badPoints.ts";
import { OTHER_OWNER, OWNER } from "../src/support/operators.ts";

const [BATCH] = BATCHES;
const FILE = `${BATCH}/keyshares.json`;
const DEPOSITS = `${BATCH}/deposit_data.json`;
const FORM = "batch: deposits, key shares, owner, nonces";
const CORRECT = "correct this field or generate the file again";
const POINT = "generate the key or signature again";
const SAME = "use both files of the same ceremony";
const CORRUPT = "generate the key shares again: the operators could not sign";

/** Changes the key shares of the first batch, and returns the line with which they are refused. */
type Change = (shares: KeyshareEntry[], file: KeysharesJson) => string;

describe("keys verify, key shares", () => {
  const keys = useKeyFolder();

  function refuses(title: string, change: Change, check = FORM): void {
    it(title, async () => {
      const folder = keys().copy();
      const line = editJson(join(folder, FILE), (file: KeysharesJson) => change(file.shares, file));
      expectRefused(await keys().verify(folder), check, line);
    });
  }

  it("refuses a file that is cut off in the middle", async () => {
    const folder = keys().copy();
    const text = readFileSync(join(folder, FILE), "utf8").slice(0, 190);
    writeFileSync(join(folder, FILE), text);
    expectRefused(
      await keys().verify(folder),
      FORM,
      `${FILE} is not JSON: Unterminated string in JSON at position 190 (line 8 column 61) (got 190 characters): copy or generate the file again`,
    );
  });

  refuses("refuses a file of version v1.0.0", (_, file) => {
    file.version = "v1.0.0";
    return `${FILE}.version does not fit (Invalid option: expected one of "v1.1.0"|"v1.2.0") (got "v1.0.0"): ${CORRECT}`;
  });

  refuses("refuses hexadecimal with a digit too few", (shares) => {
    const { payload } = at(shares, 1);
    payload.sharesData = payload.sharesData.slice(0, -1);
    return `${FILE}.shares[1].payload.sharesData does not fit (expected hexadecimal) (got ${shown(`"${payload.sharesData}"`)}): ${CORRECT}`;
  });

  refuses("H14: refuses another owner in all entries, who was not signed for", (shares) => {
    for (const { data } of shares) data.ownerAddress = OTHER_OWNER;
    return notSigned(0, OTHER_OWNER, 11);
  });

  refuses("H14: refuses another owner in one entry", (shares) => {
    at(shares, 1).data.ownerAddress = OTHER_OWNER;
    return `${FILE}.shares[1].data.ownerAddress differs from ${OWNER} of other entries (got ${OTHER_OWNER}): make one ceremony for each`;
  });

  refuses("H14: refuses an owner with a wrong checksum", (shares) => {
    const wrong = OWNER.replace("aA", "AA");
    at(shares, 0).data.ownerAddress = wrong;
    return `${FILE}.shares[0].data.ownerAddress is not an address (got ${wrong}): give the cluster manager with its checksum`;
  });

  refuses(
    "H14: refuses shares that were really signed for another owner",
    (shares) => {
      replace(shares, OTHER_OWNER, [11n, 12n]);
      return `${BATCH} owner is not the account that registers, ${OWNER} (got ${OTHER_OWNER}): generate the key shares again for that account: a pool's is its cluster manager`;
    },
    "batch: of the owner expected",
  );

  refuses("H14: refuses nonces that were changed by one after signing", (shares) => {
    for (const { data } of shares) data.ownerNonce++;
    return notSigned(0, OWNER, 12);
  });

  refuses("H14: refuses nonces that are really signed and not those of the folder's name", (shares) => {
    replace(shares, OWNER, [12n, 13n]);
    return `nonces of ${FILE} are not those that its folder is named after (got 12 to 13): find out which is right; the folder of these would be 000012-000013`;
  });

  it("H14: refuses nonces that are off by one and really signed, as another batch has the last", async () => {
    const folder = keys().copy();
    editJson(join(folder, FILE), ({ shares }: KeysharesJson) => {
      replace(shares, OWNER, [12n, 13n]);
    });
    const moved = "batches/000012-000013";
    renameSync(join(folder, BATCH), join(folder, moved));
    expectRefused(
      await keys().verify(folder),
      "batches: no key and no nonce twice",
      `nonce of ${BATCHES[1]}/keyshares.json is also in ${moved}/keyshares.json (got 13): keep one of the two batches`,
    );
  });

  refuses("H14: refuses a gap in the nonces", (shares) => {
    replace(shares, OWNER, [11n, 13n]);
    return `${FILE}.shares[1].data.ownerNonce is not the 12 that comes next (got 13): generate the key shares again with nonces that have no gap and no repetition`;
  });

  refuses("H14: refuses a nonce that SSV nodes cannot count to", (shares) => {
    shares.forEach(({ data }, i) => (data.ownerNonce = 65_535 + i));
    return `${FILE}.shares[1].ownerNonce is not within 0 to 65535 (got 65536): count the registrations again; an owner that made 65536 of them cannot register more`;
  });

  refuses("H8: refuses operator ids that were swapped", (shares) => {
    at(shares, 0).payload.operatorIds = [5, 3, 8, 13];
    return `${FILE}.shares[0].payload.operatorIds are not ascending (got 5, 3, 8, 13): sort them and list none twice`;
  });

  refuses("H8: refuses another operator than the key was split for", (shares) => {
    for (const { data, payload } of shares) {
      payload.operatorIds = [3, 5, 8, 14];
      at(data.operators, 3).id = 14;
    }
    return corrupt(at(shares, 0), 0);
  });

  refuses("H8: refuses operators that differ within an entry", (shares) => {
    at(at(shares, 1).data.operators, 3).id = 14;
    return `${FILE}.shares[1].data.operators differ from the payload's, 3, 5, 8, 13 (got 3, 5, 8, 14): generate the file again`;
  });

  refuses("H8: refuses an operator's key that cannot be read", (shares) => {
    for (const { data } of shares) at(data.operators, 2).operatorKey = "AAAA";
    return `${FILE}.shares[0].data.operators[2].operatorKey holds no PEM (got AAAA): copy the operator's public key from SSV: base64 of a PEM`;
  });

  refuses("H8: refuses a public key that differs within an entry", (shares) => {
    const [first, second] = [at(shares, 0), at(shares, 1)];
    second.data.publicKey = first.data.publicKey;
    return `${FILE}.shares[1].data.publicKey differ from the payload's, ${second.payload.publicKey} (got ${first.data.publicKey}): generate the file again`;
  });

  refuses("H7: refuses two entries of the same key", (shares) => {
    shares[1] = splitKey(0, { owner: OWNER, ownerNonce: 12n });
    return `${FILE}.shares[1].payload.publicKey is that of ${FILE}.shares[0] already (got ${at(shares, 0).payload.publicKey}): generate the key shares again: nobody can register a key twice`;
  });

  for (const [title, change, bytes] of [
    ["H8: refuses shares with a byte too few", (data: string) => data.slice(0, -2), 1_311],
    ["H8: refuses shares with a byte too many", (data: string) => `${data}00`, 1_313],
  ] as const)
    refuses(title, (shares) => {
      const { payload } = at(shares, 0);
      payload.sharesData = change(payload.sharesData);
      return `${FILE}.shares[0].sharesData has not the 1312 bytes of 4 operators (got ${bytes} bytes): generate the key shares again for these operators`;
    });

  refuses("H8: refuses the signature of another entry", (shares) => {
    const { sharesData } = at(shares, 1).payload;
    setBytes(at(shares, 0), 0, Buffer.from(sharesData.slice(2, 2 + 192), "hex"));
    return notSigned(0, OWNER, 11);
  });

  refuses("H8: refuses a signature that is infinity", (shares) => {
    setBytes(at(shares, 1), 0, infinity(96));
    return `signature in ${FILE}.shares[1].sharesData is not a usable BLS12-381 point (Point is infinity) (got ${shown(toHex(infinity(96)))}): ${POINT}`;
  });

  refuses("H8: refuses a public share of another key", (shares) => {
    const { sharesData } = at(shares, 1).payload;
    setBytes(at(shares, 0), 96, Buffer.from(sharesData.slice(2 + 192, 2 + 288), "hex"));
    return corrupt(at(shares, 0), 0);
  });

  refuses("H8: refuses a public share outside the subgroup", (shares) => {
    setBytes(at(shares, 1), 96 + 2 * 48, g1OutsideSubgroup());
    return `public share of operator 8 in ${FILE}.shares[1].sharesData is not a usable BLS12-381 point (Point not in group) (got ${toHex(g1OutsideSubgroup())}): ${POINT}`;
  });

  refuses("H8: refuses a deposit without key shares", (shares) => {
    const { payload } = at(shares, 1);
    shares.pop();
    return `${DEPOSITS}[1] has no entry in ${FILE} (got ${payload.publicKey}): ${SAME}`;
  });

  it("H8: refuses key shares without a deposit", async () => {
    const folder = keys().copy();
    const { pubkey = "" } = editJson(join(folder, DEPOSITS), (entries: DepositEntry[]) => ({ ...entries.shift() }));
    expectRefused(
      await keys().verify(folder),
      FORM,
      `${FILE}.shares[0] has no entry in ${DEPOSITS} (got 0x${pubkey}): ${SAME}`,
    );
  });
});

function replace(shares: KeyshareEntry[], owner: string, nonces: readonly bigint[]): void {
  nonces.forEach((ownerNonce, key) => (shares[key] = splitKey(key, { owner, ownerNonce })));
}

function setBytes({ payload }: KeyshareEntry, offset: number, bytes: Uint8Array): void {
  const data = Buffer.from(payload.sharesData.slice(2), "hex");
  data.set(bytes, offset);
  payload.sharesData = toHex(data);
}

function notSigned(position: number, owner: string, nonce: number): string {
  return `${FILE}.shares[${position}].sharesData is not signed by the validator key for this owner and nonce (got ${owner}:${nonce}): generate the key shares again for the registering account and its next nonce`;
}

function corrupt({ payload }: KeyshareEntry, position: number): string {
  return `${FILE}.shares[${position}].sharesData has public shares that do not belong to the validator key (got ${payload.publicKey}): ${CORRUPT}`;
}
