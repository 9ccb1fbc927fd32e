import { createCipheriv, pbkdf2Sync } from "node:crypto";

import { expect } from "chai";

import { BlsFormatError, parseSecretKey } from "../../../src/consensus/bls.ts";
import { decryptKeystore, encryptKeystore, KeystorePasswordError } from "../../../src/keys/keystore.ts";
import { KeystoreError } from "../../../src/keys/keystoreFile.ts";
import { ORDER, toScalarBytes } from "../../../src/keys/scalarField.ts";
import { fromHex, toBareHex, toHex } from "../../../src/units/hex.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { secretOf, sha256 } from "../support/bytes.ts";

// EIP-2335, test cases: both encrypt this key with this password, salt and iv.
const PASSWORD = "𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑";
const SECRET = "0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
const PUBKEY = "9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07";
const SALT = "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3";
const IV = "264daa3f303d7259501c93d997d84fe6";

const VECTORS = [
  {
    crypto: {
      kdf: { function: "scrypt", params: { dklen: 32, n: 262144, p: 1, r: 8, salt: SALT }, message: "" },
      ...sealed(
        "06ae90d55fe0a6e9c5c3bc5b170827b2e5cce3929ed3f116c2811e6366dfe20f",
        "d2217fe5f3e9a1e34581ef8a78f7c9928e436d36dacc5e846690a5581e8ea484",
      ),
    },
    description: "This is a test keystore that uses scrypt to secure the secret.",
    pubkey: PUBKEY,
    path: "m/12381/60/3141592653/589793238",
    uuid: "1d85ae20-35c5-4611-98e8-aa14a633906f",
    version: 4,
  },
  {
    crypto: {
      kdf: { function: "pbkdf2", params: { dklen: 32, c: 262144, prf: "hmac-sha256", salt: SALT }, message: "" },
      ...sealed(
        "cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad",
        "8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1",
      ),
    },
    description: "This is a test keystore that uses PBKDF2 to secure the secret.",
    pubkey: PUBKEY,
    path: "m/12381/60/0/0",
    uuid: "64625def-3331-4eea-ab6f-782f3ed16a83",
    version: 4,
  },
] as const;
const [SCRYPT, PBKDF2] = VECTORS;

function sealed(ciphertext: string, checksum: string) {
  return {
    checksum: { function: "sha256", params: {}, message: checksum },
    cipher: { function: "aes-128-ctr", params: { iv: IV }, message: ciphertext },
  };
}

/** A keystore of any 32 bytes with one round of pbkdf2 and no public key, made without the code under test. */
function cheapKeystore(secret: Uint8Array, dklen = 32): object {
  const derived = pbkdf2Sync("testpassword🔑", fromHex(SALT, "salt"), 1, dklen, "sha256");
  const ciphertext = createCipheriv("aes-128-ctr", derived.subarray(0, 16), fromHex(IV, "iv")).update(secret);
  const params = { dklen, c: 1, prf: "hmac-sha256", salt: SALT };
  const checksum = toBareHex(sha256(derived.subarray(16, 32), ciphertext));
  const crypto = { kdf: { function: "pbkdf2", params, message: "" }, ...sealed(toBareHex(ciphertext), checksum) };
  return { version: 4, crypto, path: "", uuid: PBKDF2.uuid };
}

/** A copy with another value at a path such as `crypto.kdf.params`. */
function withValue(keystore: object, path: string, value: unknown): object {
  const copy = structuredClone(keystore) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let parent = copy;
  for (const key of keys) parent = parent[key] as Record<string, unknown>;
  parent[last] = value;
  return copy;
}

async function failureOf(result: Promise<unknown>): Promise<Error> {
  try {
    await result;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("did not fail");
}

async function expectRefusal(
  keystore: object | string,
  type: new (...args: never[]) => Error,
  message: string,
): Promise<void> {
  const text = typeof keystore === "string" ? keystore : JSON.stringify(keystore);
  const error = await failureOf(decryptKeystore(text, PASSWORD));
  expect(error).to.be.instanceOf(type);
  expect(error.message).to.equal(message);
}

describe("keys/keystore", () => {
  for (const vector of VECTORS) {
    const { function: kdf } = vector.crypto.kdf;

    it(`writes EIP-2335's test vector for ${kdf}`, async () => {
      const { path, description, uuid } = vector;
      const randomness = { uuid, salt: fromHex(SALT, "salt"), iv: fromHex(IV, "iv") };
      const secret = fromHex(SECRET, "secret");
      const written = encryptKeystore(secret, PASSWORD, { path, kdf, description, randomness });
      secret.fill(0);
      expect(JSON.parse(await written)).to.deep.equal(vector);
    });

    it(`reads EIP-2335's test vector for ${kdf}`, async () => {
      const secret = await decryptKeystore(JSON.stringify(vector), PASSWORD);
      expect(toHex(secret)).to.equal(SECRET);
    });

    it(`reads back what it writes with ${kdf}, drawing new randomness`, async () => {
      const text = await encryptKeystore(secretOf(kdf), "correct horse", { path: "", kdf });
      expect(toHex(await decryptKeystore(text, "correct horse"))).to.equal(toHex(secretOf(kdf)));
      const file = JSON.parse(text) as typeof vector;
      expect(file).to.have.all.keys("crypto", "pubkey", "path", "uuid", "version");
      expect(file.uuid).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(file.crypto.kdf.params.salt)
        .to.match(/^[0-9a-f]{64}$/)
        .and.not.equal(SALT);
      expect(file.crypto.cipher.params.iv)
        .to.match(/^[0-9a-f]{32}$/)
        .and.not.equal(IV);
    });
  }

  it("takes hexadecimal with prefix and in capitals, a longer derived key, and no public key", async () => {
    const secret = toHex(secretOf(1));
    const bare = cheapKeystore(secretOf(1), 64);
    expect(toHex(await decryptKeystore(JSON.stringify(bare), PASSWORD))).to.equal(secret);
    const pubkey = toHex(parseSecretKey(secretOf(1)).toPublicKey().toBytes());
    const capitals = `0x${pubkey.slice(2).toUpperCase()}`;
    const prefixed = withValue({ ...bare, pubkey: capitals }, "crypto.kdf.params.salt", `0x${SALT}`);
    expect(toHex(await decryptKeystore(JSON.stringify(prefixed), PASSWORD))).to.equal(secret);
  });

  it("drops control codes from passwords and normalises them", async () => {
    const text = JSON.stringify(cheapKeystore(secretOf(2)));
    for (const password of ["testpassword🔑", "\u0000test\u001fpass\u007fword\u0080🔑\u009f\n", PASSWORD])
      expect(toHex(await decryptKeystore(text, password))).to.equal(toHex(secretOf(2)));
    for (const password of ["testpassword🔑\u00a0", "test password🔑", "Testpassword🔑"])
      expect(await failureOf(decryptKeystore(text, password))).to.be.instanceOf(KeystorePasswordError);
  });

  it("H11: says that a password is wrong without showing it or the key", async () => {
    const error = await failureOf(decryptKeystore(JSON.stringify(PBKDF2), "swordfish", "keystore-0.json"));
    expect(error).to.be.instanceOf(KeystorePasswordError);
    expect(error.message).to.equal(
      `keystore-0.json.crypto.checksum.message does not match: the password is wrong, or the file was changed ` +
        `(got 0x${PBKDF2.crypto.checksum.message}): give the password the file was encrypted with`,
    );
  });

  it("refuses a changed ciphertext as it does a wrong password", async () => {
    const changed = withValue(cheapKeystore(secretOf(3)), "crypto.cipher.message", "00".repeat(32));
    expect(await failureOf(decryptKeystore(JSON.stringify(changed), PASSWORD))).to.be.instanceOf(KeystorePasswordError);
  });

  it("H11: refuses contents that are no secret key without showing them", async () => {
    for (const scalar of [0n, ORDER, 2n ** 256n - 1n])
      await expectRefusal(
        cheapKeystore(toScalarBytes(scalar)),
        BlsFormatError,
        "secret key in keystore.json is not a BLS secret key (got 32 bytes): give 1 to r - 1 in 32 bytes",
      );
  });

  it("H7: refuses the key of another validator", async () => {
    const own = toHex(parseSecretKey(secretOf(4)).toPublicKey().toBytes());
    await expectRefusal(
      { ...cheapKeystore(secretOf(4)), pubkey: PUBKEY },
      KeystoreError,
      `keystore.json.pubkey is not the public key of the secret key inside, ${own} ` +
        `(got 0x${PUBKEY}): restore the file from its backup, or generate it anew from the mnemonic`,
    );
  });

  it("H11: does not show a file that is no keystore, as it may be a key", async () => {
    for (const text of [
      SECRET,
      JSON.stringify(SECRET),
      JSON.stringify([SECRET]),
      "12345",
      "null",
      `{"key": ${SECRET}}`,
    ])
      await expectRefusal(
        text,
        KeystoreError,
        `keystore.json is not a JSON object (got ${text.length} characters): give a keystore of version 4`,
      );
  });

  const { params } = SCRYPT.crypto.kdf;
  const n32 = 2 ** 32 + 2;
  const refused: [object, string, unknown, string][] = [
    [SCRYPT, "version", 3, "Invalid input: expected 4"],
    [SCRYPT, "crypto.kdf.function", "argon2", "expected scrypt or pbkdf2"],
    [PBKDF2, "crypto.kdf.params.prf", "hmac-sha512", 'Invalid input: expected "hmac-sha256"'],
    [SCRYPT, "crypto.checksum.function", "sha512", 'Invalid input: expected "sha256"'],
    [SCRYPT, "crypto.checksum.message", "abcd", "expected 32 bytes in hexadecimal"],
    [SCRYPT, "crypto.cipher.function", "aes-256-ctr", 'Invalid input: expected "aes-128-ctr"'],
    [SCRYPT, "crypto.cipher.params.iv", `${IV}00`, "expected 16 bytes in hexadecimal"],
    [SCRYPT, "crypto.cipher.message", "00", "expected 32 bytes in hexadecimal"],
    [SCRYPT, "pubkey", "zz", "expected 48 bytes in hexadecimal"],
    [SCRYPT, "uuid", "1", "Invalid UUID"],
    [SCRYPT, "path", 0, "Invalid input: expected string, received number"],
    [SCRYPT, "crypto.kdf.params.salt", "salt", "expected hexadecimal"],
    [SCRYPT, "crypto.kdf.params.salt", "", "expected at least one byte"],
    [SCRYPT, "crypto.kdf.params.dklen", 31, "Too small: expected number to be >=32"],
    [SCRYPT, "crypto.kdf.params.n", 1, "Too small: expected number to be >=2"],
    [SCRYPT, "crypto.kdf.params.n", 262145, "expected a power of two"],
    [SCRYPT, "crypto.kdf.params.n", n32, "Too big: expected number to be <=8388608"],
    [SCRYPT, "crypto.kdf.params.n", 2 ** 21, "expected n * r * 128 to be at most 1 GiB"],
    [withValue(SCRYPT, "crypto.kdf.params.r", 1), "crypto.kdf.params.n", 65536, "expected n below 2^(16 r)"],
    [SCRYPT, "crypto.kdf.params.r", 1025, "Too big: expected number to be <=1024"],
    [SCRYPT, "crypto.kdf.params.p", 9, "Too big: expected number to be <=8"],
    [PBKDF2, "crypto.kdf.params.c", 0, "Too small: expected number to be >=1"],
    [PBKDF2, "crypto.kdf.params.c", 10_000_001, "Too big: expected number to be <=10000000"],
  ];
  for (const [keystore, path, value, problem] of refused)
    it(`refuses ${path} ${JSON.stringify(value)}`, () =>
      expectRefusal(
        withValue(keystore, path, value),
        FileFormatError,
        `keystore.json.${path} does not fit (${problem}) (got ${JSON.stringify(value)}): ` +
          "correct this field or generate the file again",
      ));

  it("derives with the most blocks, passes and the least n it accepts", async () => {
    const keystore = withValue(SCRYPT, "crypto.kdf.params", { ...params, n: 2, r: 1024, p: 8 });
    expect(await failureOf(decryptKeystore(JSON.stringify(keystore), PASSWORD))).to.be.instanceOf(
      KeystorePasswordError,
    );
  });

  it("writes no keystore with an empty password, a wrong path or a key that is none", async () => {
    const options = { path: "", kdf: "pbkdf2" } as const;
    for (const password of ["", "\u0000\n\u007f\u0085"]) {
      const error = await failureOf(encryptKeystore(secretOf(5), password, options));
      expect(error).to.be.instanceOf(KeystoreError);
      expect(error.message).to.equal("password is empty (got nothing): choose one with visible characters");
    }
    const path = "m/12381'/3600";
    const error = await failureOf(encryptKeystore(secretOf(5), PASSWORD, { ...options, path }));
    expect(error).to.be.instanceOf(KeystoreError);
    expect(error.message).to.equal(
      `path is not a derivation path (got ${path}): write it as m/12381/3600/0/0/0, or leave it empty`,
    );
    for (const secret of [new Uint8Array(32), toScalarBytes(ORDER), secretOf(5).subarray(1)])
      expect((await failureOf(encryptKeystore(secret, PASSWORD, options))).message).to.equal(
        `secret key is not a BLS secret key (got ${secret.length} bytes): give 1 to r - 1 in 32 bytes`,
      );
  });
});
