import { mkdirSync, rmSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { DeploymentError, readDeployment, recordDeployment, recordFile } from "../../clients/deployment.ts";
import { FileError } from "../../clients/files.ts";
import { FileFormatError } from "../../src/units/json.ts";

const ID = "local-of-test";
const RECORD = {
  chainId: 31_337,
  startBlock: 7,
  addresses: { poolETH: "0x00000000219ab540356cBB839Cbe05303d7705Fa" },
};

describe("readDeployment", () => {
  const file = recordFile(ID);

  afterEach(() => {
    rmSync(file, { recursive: true, force: true });
  });

  it("reads what was recorded, for its own chain only", () => {
    expect(recordDeployment(ID, RECORD)).to.equal(file);

    expect(readDeployment(ID, 31_337n)).to.deep.equal(RECORD);
    expect(() => readDeployment(ID, 1n)).to.throw(DeploymentError, "chain id is not that of deploy/deployments");
  });

  it("names a record that is missing, a folder, or no record", () => {
    expect(() => readDeployment(ID, 31_337n)).to.throw(DeploymentError, "is recorded in no file");
    mkdirSync(file, { recursive: true });
    expect(() => readDeployment(ID, 31_337n))
      .to.throw(FileError)
      .with.property(
        "message",
        `deployment record cannot be read, EISDIR (got ${file}): name a file that you may read`,
      );
    expect(() => recordDeployment(ID, RECORD)).to.throw(FileError, "deployment record cannot be written, EISDIR");
    rmSync(file, { recursive: true });
    writeFileSync(file, "{");
    expect(() => readDeployment(ID, 31_337n)).to.throw(FileFormatError, `deploy/deployments/${ID}.json`);
  });
});
