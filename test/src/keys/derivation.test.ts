import { deriveEth2ValidatorKeys, deriveKeyFromEntropy } from "@chainsafe/bls-keygen";
import blst from "@chainsafe/blst";
import { expect } from "chai";

import { DerivationError, ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { fromHex, toHex } from "../../../src/units/hex.ts";

const MNEMONIC = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

/** EIP-2333, test case 0; the seed is also BIP-39's for `MNEMONIC` with the passphrase TREZOR. */
const SEED =
  "0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04";
const MASTER = 6083874454709270928345386274498605044986640685124978867557563392430687146096n;
const CHILD_0 = 20397789859736650942317412262472558107875392172444076792671091975210932703118n;

describe("keys/derivation", () => {
  it("rests on an EIP-2333 implementation that passes its test case 0", () => {
    const seed = fromHex(SEED, "seed");
    expect(BigInt(toHex(deriveKeyFromEntropy(seed)))).to.equal(MASTER);
    expect(BigInt(blst.SecretKey.deriveMasterEip2333(seed).toHex())).to.equal(MASTER);
    expect(BigInt(blst.SecretKey.deriveMasterEip2333(seed).deriveChildEip2333(0).toHex())).to.equal(CHILD_0);
  });

  it("derives m/12381/3600/i/0/0 as bls-keygen does", () => {
    const seed = fromHex(SEED, "seed");
    const keychain = new ValidatorKeychain(seed);
    for (const index of [0, 1, 41, 2 ** 31])
      expect(toHex(keychain.signingKey(index).toBytes())).to.equal(
        toHex(deriveEth2ValidatorKeys(deriveKeyFromEntropy(seed), index).signing),
      );
  });

  it("derives from a mnemonic and passphrase, however it is spaced", () => {
    const expected = new ValidatorKeychain(fromHex(SEED, "seed")).signingKey(3).toHex();
    expect(ValidatorKeychain.fromMnemonic(MNEMONIC, "TREZOR").signingKey(3).toHex()).to.equal(expected);
    const spaced = `  ${MNEMONIC.toUpperCase().replaceAll(" ", "\n ")} `;
    expect(ValidatorKeychain.fromMnemonic(spaced, "TREZOR").signingKey(3).toHex()).to.equal(expected);
    expect(ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(3).toHex()).not.to.equal(expected);
  });

  it("H11: refuses a wrong mnemonic without repeating it, and says where it is wrong", () => {
    const words = "of the list begin with the same four letters";
    for (const [mnemonic, message] of [
      [
        MNEMONIC.replace("about", "abandon"),
        "mnemonic has a wrong checksum, though all its words are in the list (got 12 words): compare each word and their order with what was written down",
      ],
      [
        MNEMONIC.replace("abandon abandon", "abandon abondon").replace("about", "abuot"),
        `mnemonic has words that are not in the English list of BIP-39, at position 2, 12 (got 12 words): compare these with what was written down; no two words ${words}`,
      ],
      [
        `${MNEMONIC} abandon`,
        "mnemonic has too many words or too few (got 13 words): give its 12, 15, 18, 21 or 24 words, by spaces",
      ],
      [" ", "mnemonic has too many words or too few (got 0 words): give its 12, 15, 18, 21 or 24 words, by spaces"],
    ] as const)
      expect(() => ValidatorKeychain.fromMnemonic(mnemonic))
        .to.throw(DerivationError)
        .with.property("message", message);
  });

  it("refuses short seeds and indices out of range", () => {
    expect(() => new ValidatorKeychain(new Uint8Array(31))).to.throw(DerivationError, "31 bytes");
    const keychain = new ValidatorKeychain(new Uint8Array(32));
    for (const index of [-1, 0.5, 2 ** 32, NaN]) expect(() => keychain.signingKey(index)).to.throw(DerivationError);
  });
});
