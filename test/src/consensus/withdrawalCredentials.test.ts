import { expect } from "chai";

import {
  parseWithdrawalCredentials,
  withdrawalCredentials,
  WithdrawalCredentialsError,
} from "../../../src/consensus/withdrawalCredentials.ts";
import { HexFormatError } from "../../../src/units/hex.ts";

const ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("consensus/withdrawalCredentials", () => {
  it("H4: are the prefix, 11 zero bytes and the address, and nothing else", () => {
    const digits = ADDRESS.slice(2).toLowerCase();
    expect(withdrawalCredentials(ADDRESS, "0x01")).to.equal(`0x010000000000000000000000${digits}`);
    expect(withdrawalCredentials(ADDRESS, "0x02")).to.equal(`0x020000000000000000000000${digits}`);
    expect(parseWithdrawalCredentials(withdrawalCredentials(ADDRESS, "0x02"))).to.deep.equal({
      prefix: "0x02",
      address: ADDRESS,
    });
  });

  it("H4: refuses no address, a wrong checksum and the zero address", () => {
    for (const address of ["", "0x1234", ADDRESS.replace("aA", "AA"), `0x${"00".repeat(20)}`])
      expect(() => withdrawalCredentials(address, "0x01"), address).to.throw(WithdrawalCredentialsError);
  });

  it("H5: refuses other prefixes, padding and lengths", () => {
    const tail = "00".repeat(11) + "ab".repeat(20);
    for (const prefix of ["0x00", "0x03", "0xff"])
      expect(() => parseWithdrawalCredentials(prefix + tail), prefix).to.throw(WithdrawalCredentialsError, prefix);
    const padded = `0x01${"00".repeat(10)}01${"ab".repeat(20)}`;
    expect(() => parseWithdrawalCredentials(padded)).to.throw(WithdrawalCredentialsError, "padding");
    expect(() => parseWithdrawalCredentials(`0x01${tail}00`)).to.throw(HexFormatError, "33 bytes instead of 32");
  });
});
