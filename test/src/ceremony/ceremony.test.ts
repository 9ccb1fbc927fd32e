import { AbiCoder, keccak256, concat } from "ethers";
import { expect } from "chai";
import fc from "fast-check";

import { CeremonyError, parseCeremony, type CeremonyFiles, type CeremonyKey } from "../../../src/ceremony/ceremony.ts";
import { checkExpectations } from "../../../src/ceremony/expectations.ts";
import { ceremonyTree, LEAF_ENCODING, leafValue, PositionError, proveKeys } from "../../../src/ceremony/tree.ts";
import { HOODI, LOCAL } from "../../../src/consensus/network.ts";
import { withdrawalCredentials, WithdrawalCredentialsError } from "../../../src/consensus/withdrawalCredentials.ts";
import { depositSigningRoot } from "../../../src/consensus/deposit.ts";
import { DepositFileError, formatDepositFile } from "../../../src/keys/depositFile.ts";
import { ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { KeyshareError } from "../../../src/ssv/keyshareVerification.ts";
import { parseEtherAsGwei } from "../../../src/units/ether.ts";
import { fromHex, type Hex } from "../../../src/units/hex.ts";
import { OTHER_OWNER, OWNER, testCeremony, testOperators } from "../support/operators.ts";

type Entry = Record<string, unknown>;
type Keyshares = { shares: { data: Entry; payload: Entry }[] };

const { ceremony, files } = testCeremony();

function edit(
  deposits: (entries: Entry[]) => unknown,
  keyshares: (file: Keyshares) => unknown = () => undefined,
): CeremonyFiles {
  const entries = JSON.parse(files.deposits) as Entry[];
  const file = JSON.parse(files.keyshares) as Keyshares;
  deposits(entries);
  keyshares(file);
  return { deposits: JSON.stringify(entries), keyshares: JSON.stringify(file) };
}

function join(a: CeremonyFiles, b: CeremonyFiles): CeremonyFiles {
  const [first, second] = [a, b].map(({ keyshares }) => JSON.parse(keyshares) as Keyshares);
  return {
    deposits: JSON.stringify([a, b].flatMap(({ deposits }) => JSON.parse(deposits) as Entry[])),
    keyshares: JSON.stringify({ ...first, shares: [...(first?.shares ?? []), ...(second?.shares ?? [])] }),
  };
}

const none = (): undefined => undefined;

describe("ceremony/ceremony", () => {
  it("reads back what was generated", () => {
    expect(parseCeremony(files, LOCAL)).to.deep.equal(ceremony);
    expect(ceremony.keys.map(({ ownerNonce }) => ownerNonce)).to.deep.equal([11n, 12n, 13n, 14n, 15n]);
  });

  it("orders keys by nonce, however the files are ordered", () => {
    const reversed = edit(
      (entries) => entries.sort((a, b) => (String(a["pubkey"]) < String(b["pubkey"]) ? -1 : 1)),
      ({ shares }) => shares.reverse(),
    );
    expect(parseCeremony(reversed, LOCAL)).to.deep.equal(ceremony);
  });

  it("generates other shares but the same keys and deposits each time", () => {
    const again = testCeremony().ceremony.keys;
    again.forEach((key, i) => {
      expect({ ...key, sharesData: ceremony.keys[i]?.sharesData }).to.deep.equal(ceremony.keys[i]);
      expect(key.sharesData).not.to.equal(ceremony.keys[i]?.sharesData);
    });
  });

  const other = (fields: Parameters<typeof testCeremony>[0]): CeremonyFiles =>
    join(files, testCeremony({ firstKeyIndex: 5, count: 1, firstNonce: 16n, ...fields }).files);
  const refused: [string, string, () => CeremonyFiles, string][] = [
    ["H14", "a gap in the nonces", () => other({ firstNonce: 17n }), "keyshares.json.shares[5].data.ownerNonce"],
    ["H14", "a nonce twice", () => other({ firstNonce: 15n }), "keyshares.json.shares[5].data.ownerNonce"],
    ["H14", "two owners", () => other({ owner: OTHER_OWNER }), "keyshares.json.shares[5].data.ownerAddress"],
    [
      "H8",
      "two committees",
      () => other({ operators: testOperators([3n, 5n, 8n, 14n]) }),
      "keyshares.json.shares[5].payload.operatorIds",
    ],
    [
      "H8",
      "two keys of one operator",
      () =>
        other({
          operators: testOperators([3n, 5n, 8n, 13n]).map((op, i, all) => ({ ...op, ...all[3 - i], id: op.id })),
        }),
      "keyshares.json.shares[5].data.operators[0].operatorKey",
    ],
    [
      "H4",
      "two credentials",
      () => other({ withdrawalCredentials: withdrawalCredentials(OWNER, "0x01") }),
      "deposit_data.json[5].withdrawal_credentials",
    ],
    [
      "H6",
      "two amounts",
      () => {
        const compounding = withdrawalCredentials(OTHER_OWNER, "0x02");
        return join(
          testCeremony({ withdrawalCredentials: compounding, count: 1 }).files,
          testCeremony({
            withdrawalCredentials: compounding,
            count: 1,
            firstKeyIndex: 1,
            firstNonce: 12n,
            amount: parseEtherAsGwei("64"),
          }).files,
        );
      },
      "deposit_data.json[1].amount",
    ],
    ["H8", "a key without shares", () => edit(none, ({ shares }) => shares.pop()), "deposit_data.json[4]"],
    ["H8", "shares without a deposit", () => edit((entries) => entries.pop()), "keyshares.json.shares[4]"],
    ["H7", "a deposit twice", () => edit((entries) => entries.push(entries[0] ?? {})), "deposit_data.json[5].pubkey"],
    [
      "H8",
      "shares of another key",
      () =>
        edit(none, ({ shares }) => {
          const [a, b] = shares;
          if (a !== undefined && b !== undefined) a.payload["sharesData"] = b.payload["sharesData"];
        }),
      "keyshares.json.shares[0].sharesData",
    ],
    [
      "H14",
      "nonces shifted after signing",
      () =>
        edit(none, ({ shares }) => {
          for (const { data } of shares) data["ownerNonce"] = Number(data["ownerNonce"]) + 1;
        }),
      "keyshares.json.shares[0].sharesData",
    ],
    [
      "H10",
      "a wrong deposit root",
      () => edit(([first]) => Object.assign(first ?? {}, { deposit_data_root: "00".repeat(32) })),
      "deposit_data.json[0].deposit_data_root",
    ],
  ];
  for (const [code, name, broken, field] of refused)
    it(`${code}: refuses ${name} and names the entry`, () => {
      expect(() => parseCeremony(broken(), LOCAL))
        .to.throw(Error)
        .with.property("field", field);
    });

  it("H8: refuses a ceremony of another network", () => {
    expect(() => parseCeremony(files, HOODI)).to.throw(DepositFileError, "hoodi");
  });

  it("H5: refuses well-signed deposits whose credentials or amount the pool never uses", () => {
    const single = testCeremony({ count: 1 });
    const secretKey = new ValidatorKeychain(new Uint8Array(32).fill(7)).signingKey(0);
    const parseWith = (credentials: string, amount: string) => () => {
      const message = {
        pubkey: secretKey.toPublicKey().toBytes(),
        withdrawalCredentials: fromHex(credentials, "credentials", 32),
        amount: parseEtherAsGwei(amount),
      };
      const deposit = { ...message, signature: secretKey.sign(depositSigningRoot(message, LOCAL)).toBytes() };
      return parseCeremony({ ...single.files, deposits: formatDepositFile([deposit], LOCAL) }, LOCAL);
    };
    const { withdrawalCredentials: ours } = single.ceremony;

    expect(parseWith(ours, "32")).not.to.throw();
    expect(parseWith(`0x00${ours.slice(4)}`, "32")).to.throw(
      "deposit_data.json[0].withdrawal_credentials begin with 0x00",
    );
    expect(parseWith(ours, "33")).to.throw("deposit_data.json[0].amount does not fit 0x01 credentials");
    expect(parseWith(ours, "1")).to.throw("deposit_data.json[0].amount");
  });

  it("says in one sentence what is wrong, where, and what to do", () => {
    const broken = edit(none, ({ shares }) => {
      for (const { data } of shares) data["ownerAddress"] = OTHER_OWNER;
    });
    expect(() => parseCeremony(broken, LOCAL)).to.throw(
      KeyshareError,
      `keyshares.json.shares[0].sharesData is not signed by the validator key for this owner and nonce (got ${OTHER_OWNER}:11): ` +
        "generate the key shares again for the registering account and its next nonce",
    );
  });
});

describe("ceremony/generate", () => {
  it("H5: refuses credentials other than 0x01 and 0x02", () => {
    const fields = { withdrawalCredentials: `0x00${"ab".repeat(31)}` as Hex };
    expect(() => testCeremony(fields)).to.throw(WithdrawalCredentialsError);
  });
});

describe("ceremony/expectations", () => {
  const expected = {
    owner: OWNER,
    withdrawalCredentials: ceremony.withdrawalCredentials,
    operatorIds: [3n, 5n, 8n, 13n],
    firstNonce: 11n,
  };

  it("accepts the pool's own ceremony, and compares nothing it is not told", () => {
    expect(() => {
      checkExpectations(ceremony, { ...expected, owner: OWNER.toLowerCase() });
      checkExpectations(ceremony, {});
    }).not.to.throw();
  });

  const differences: [string, string, Parameters<typeof checkExpectations>[1]][] = [
    ["H14", "cluster manager", { owner: OTHER_OWNER }],
    ["H4", "not come back", { withdrawalCredentials: withdrawalCredentials(OWNER, "0x01") }],
    ["H6", "not the pool's", { withdrawalCredentials: withdrawalCredentials(OTHER_OWNER, "0x02") }],
    ["H8", "cluster's operators", { operatorIds: [3n, 5n, 8n, 14n] }],
    ["H14", "does not begin at 12", { firstNonce: 12n }],
  ];
  for (const [code, message, fields] of differences)
    it(`${code}: refuses a ceremony that is not the pool's: "${message}"`, () => {
      expect(() => {
        checkExpectations(ceremony, { ...expected, ...fields });
      }).to.throw(CeremonyError, message);
    });
});

/** Root that a run of leaves leads to, by the numbers of nodes: 1 is the root, 2 i and 2 i + 1 stand below i. */
function rootOf(leaves: string[], proof: string[], from: number, count: number): string | undefined {
  const nodes = new Map(leaves.map((leaf, i) => [2 * count - 1 - from - i, leaf]));
  const missing = [...proof];
  for (let node = 2 * count - 1; node > 1; node--) {
    const a = nodes.get(node);
    if (a === undefined) continue;
    const b = nodes.get(node ^ 1) ?? missing.shift() ?? "0x";
    nodes.set(node ^ 1, b);
    nodes.set(node >> 1, keccak256(a < b ? concat([a, b]) : concat([b, a])));
  }
  expect(missing).to.deep.equal([]);
  return nodes.get(1);
}

describe("ceremony/tree", () => {
  const key = (i: number): CeremonyKey => ({
    ownerNonce: BigInt(100 + i),
    pubkey: keccak256(`0x${i.toString(16).padStart(4, "0")}`) as Hex,
    depositSignature: "0x",
    depositDataRoot: "0x",
    sharesData: `0x${i.toString(16).padStart(4, "0")}`,
  });
  const leafHash = (i: number): string =>
    keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(LEAF_ENCODING, leafValue(key(i)))));

  it("proves any run of keys, leaves in nonce order, by the nodes beside them", () => {
    const range = fc
      .integer({ min: 1, max: 200 })
      .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1)))
      .chain(([count, from]) =>
        fc.tuple(fc.constant(count), fc.constant(from), fc.integer({ min: from + 1, max: count })),
      );
    fc.assert(
      fc.property(range, ([count, from, to]) => {
        const tree = ceremonyTree(Array.from({ length: count }, (_, i) => key(i)));

        const { proof, leaves } = proveKeys(tree, from, to);

        const hashes = Array.from({ length: to - from }, (_, i) => leafHash(from + i));
        expect(leaves.map(([ownerNonce]) => ownerNonce)).to.deep.equal(hashes.map((_, i) => BigInt(100 + from + i)));
        expect(rootOf(hashes, proof, from, count)).to.equal(tree.root);
      }),
      { numRuns: 50 },
    );
  });

  it("H7: the proof fits no other order, nonce or shares", () => {
    const tree = ceremonyTree(Array.from({ length: 9 }, (_, i) => key(i)));
    const { proof } = proveKeys(tree, 2, 6);
    const rootOfKeys = (...keys: number[]) => rootOf(keys.map(leafHash), proof, 2, 9);
    expect(rootOfKeys(2, 3, 4, 5)).to.equal(tree.root);
    expect(rootOfKeys(3, 4, 5, 6)).not.to.equal(tree.root);
    expect(rootOfKeys(2, 3, 4, 7)).not.to.equal(tree.root);
    expect(rootOfKeys(2, 4, 3, 5)).not.to.equal(tree.root);
  });

  it("refuses empty batches and ranges", () => {
    expect(() => ceremonyTree([])).to.throw(PositionError);
    const tree = ceremonyTree([key(0), key(1)]);
    for (const [from, to] of [
      [0, 0],
      [1, 1],
      [0, 3],
      [-1, 1],
      [1, 0],
      [0.5, 1],
    ] as const)
      expect(() => proveKeys(tree, from, to), `${from} to ${to}`).to.throw(PositionError);
  });
});
