import { expect } from "chai";

import { formatKeysharesFile, KeysharesFileError, parseKeysharesFile } from "../../../src/ssv/keysharesFile.ts";
import { OperatorIdsError } from "../../../src/ssv/committee.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { OWNER, testCeremony } from "../support/operators.ts";

interface File {
  version: string;
  shares: { data: Record<string, unknown>; payload: Record<string, unknown> }[];
}

describe("ssv/keysharesFile", () => {
  const { files } = testCeremony({ count: 2 });
  const edited = (edit: (file: File) => void): string => {
    const file = JSON.parse(files.keyshares) as File;
    edit(file);
    return JSON.stringify(file);
  };
  const editedEntry = (data: Record<string, unknown>, payload: Record<string, unknown> = {}): string =>
    edited(({ shares }) => {
      Object.assign(shares[1]?.data ?? {}, data);
      Object.assign(shares[1]?.payload ?? {}, payload);
    });

  it("reads back what it writes", () => {
    const keyshares = parseKeysharesFile(files.keyshares);
    expect(parseKeysharesFile(formatKeysharesFile(keyshares, "2026-01-01T00:00:00.000Z"))).to.deep.equal(keyshares);
    expect(keyshares[1]).to.deep.include({ owner: OWNER, ownerNonce: 12n, operatorIds: [3n, 5n, 8n, 13n] });
  });

  it("writes version v1.2.0, or v1.1.0 for ssv-keys", () => {
    const keyshares = parseKeysharesFile(files.keyshares);
    const createdAt = "2026-01-01T00:00:00.000Z";
    const { version, ...rest } = JSON.parse(formatKeysharesFile(keyshares, createdAt)) as File;
    const older = JSON.parse(formatKeysharesFile(keyshares, createdAt, "v1.1.0")) as File;
    expect(version).to.equal("v1.2.0");
    expect(older).to.deep.equal({ version: "v1.1.0", ...rest });
  });

  it("reads versions v1.1.0 and v1.2.0 and no other", () => {
    const versioned = (version: string): string => edited((file) => Object.assign(file, { version }));
    expect(parseKeysharesFile(versioned("v1.1.0"))).to.have.lengthOf(2);
    for (const version of ["v4", "v1.0.0", "v1.3.0"])
      expect(() => parseKeysharesFile(versioned(version)), version).to.throw(FileFormatError, "keyshares.json.version");
  });

  it("names the field that does not fit", () => {
    const refuse = (text: string, field: string, error: new (...args: never[]) => Error): void => {
      expect(() => parseKeysharesFile(text))
        .to.throw(error)
        .with.property("field", `keyshares.json.shares[1].${field}`);
    };
    refuse(editedEntry({ publicKey: `0x${"ab".repeat(49)}` }), "data.publicKey", FileFormatError);
    refuse(editedEntry({ ownerNonce: -1 }), "data.ownerNonce", FileFormatError);
    refuse(editedEntry({}, { sharesData: "0xabc" }), "payload.sharesData", FileFormatError);
    refuse(editedEntry({ publicKey: `0x${"ab".repeat(48)}` }), "data.publicKey", KeysharesFileError);
    refuse(editedEntry({}, { operatorIds: [3, 5, 8, 14] }), "data.operators", KeysharesFileError);
    refuse(editedEntry({}, { operatorIds: [3, 5, 8] }), "payload.operatorIds", OperatorIdsError);
    refuse(editedEntry({ ownerAddress: OWNER.replace("aA", "AA") }), "data.ownerAddress", Error);
  });
});
