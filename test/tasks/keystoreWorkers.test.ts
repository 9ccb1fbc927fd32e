import { expect } from "chai";

import { standardKdf, type Kdf } from "../../src/keys/keystoreKdf.ts";
import { keystoreWorkers } from "../../tasks/keystoreWorkers.ts";

const MIB = 2 ** 20;
const SALT = new Uint8Array([1]);

/** The dearest that is opened: 128 n r = 1 GiB, and three blocks of 1 KiB. */
const DEAREST: Kdf = {
  function: "scrypt",
  params: { dklen: 32, salt: "01", n: 2 ** 20, r: 8, p: 1 },
  message: "",
};

describe("keystoreWorkers", () => {
  it("is one for each core where memory allows it", () => {
    const scrypt = standardKdf("scrypt", SALT);

    expect(keystoreWorkers([scrypt, scrypt], 4, 8192 * MIB)).to.equal(4);
    expect(keystoreWorkers([standardKdf("pbkdf2", SALT)], 4, MIB)).to.equal(4);
    expect(keystoreWorkers([], 4, MIB)).to.equal(4);
  });

  it("takes no more than half of the memory, whatever the dearest keystore costs", () => {
    const scrypt = standardKdf("scrypt", SALT);

    // Each takes 256 MiB and three blocks of 1 KiB.
    expect(keystoreWorkers([scrypt], 4, 2 * 768 * MIB)).to.equal(2);
    expect(keystoreWorkers([scrypt], 4, 2 * 769 * MIB)).to.equal(3);
    expect(keystoreWorkers([scrypt, DEAREST, scrypt], 16, 2 * 2049 * MIB)).to.equal(2);
  });

  it("is one where memory is short, and leaves it to the system to refuse", () => {
    expect(keystoreWorkers([DEAREST], 4, MIB)).to.equal(1);
  });
});
