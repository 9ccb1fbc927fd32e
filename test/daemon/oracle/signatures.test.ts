import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { AlreadySignedError, SignatureRecord } from "../../../daemon/oracle/signatures.ts";
import { RecordInUseError } from "../../../daemon/service/exclusiveDatabase.ts";
import type { MemberMessage } from "../../../src/oracle/signedMessages.ts";
import type { Hex } from "../../../src/units/hex.ts";

const SIGNATURE = `0x${"ab".repeat(65)}` as const;
const [FIRST, SECOND] = [toBeHex(1, 32) as Hex, toBeHex(2, 32) as Hex];
const signing = { chainId: 31_337n, committee: `0x${"C0".repeat(20)}`, signer: `0x${"A1".repeat(20)}` };
const other = { ...signing, committee: `0x${"C1".repeat(20)}` };

const report = (refSlot: bigint, validatorsGwei = 1n): MemberMessage => ({
  kind: "report",
  message: {
    ...{ refSlot, validatorsGwei, pendingGwei: 0n, stakedWei: 0n, vaultsReceivedWei: 0n, stakedKeys: 0n },
    ...{ activeKeys: 0n, exitingKeys: 0n, exitedKeys: 0n, slashedKeys: 0n, lostKeys: 0n, finalizeUpTo: 0n },
  },
});
const approval = (blockNumber: bigint): MemberMessage => ({
  kind: "approval",
  message: {
    ...{ keysHash: FIRST, withdrawalCredentials: FIRST, amountGwei: 1n, depositCount: 0n, blockNumber },
    ...{ blockHash: FIRST, deadline: 1n },
  },
  offer: { batchId: 0n, from: 0, to: 1 },
});

describe("SignatureRecord", () => {
  let folder: string;
  const file = () => join(folder, "signatures.sqlite");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-record-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Does something with the record, and closes it. */
  function withRecord<T>(use: (record: SignatureRecord) => T): T {
    const record = new SignatureRecord(file());
    try {
      return use(record);
    } finally {
      record.close();
    }
  }

  it("keeps what was to be signed, and lets nothing else be signed after it", () => {
    withRecord((record) => {
      expect(record.claim(signing, report(7n), FIRST)).to.equal(undefined);
    });
    withRecord((record) => {
      expect(() => record.claim(signing, report(7n, 2n), SECOND)).to.throw(AlreadySignedError, SECOND);
      expect(record.newest(signing, "report", 9)).to.deep.equal([]);
      expect(record.claim(signing, report(7n), FIRST)).to.equal(undefined);
      record.keep(signing, report(7n), SIGNATURE);
      expect(record.claim(signing, report(7n), FIRST)).to.equal(SIGNATURE);
    });
    withRecord((record) => {
      expect(() => record.claim(signing, report(7n, 2n), SECOND)).to.throw(AlreadySignedError);
      expect(record.newest(signing, "report", 9)).to.deep.equal([{ ...report(7n), signature: SIGNATURE }]);
      // Another committee, frame or kind is another matter.
      expect(record.claim(other, report(7n, 2n), SECOND)).to.equal(undefined);
      expect(record.claim(signing, report(8n), SECOND)).to.equal(undefined);
      expect(record.claim(signing, approval(7n), SECOND)).to.equal(undefined);
    });
  });

  it("forgets old approvals, and of old reports never that they were signed", () => {
    withRecord((record) => {
      for (const mark of [1n, 2n, 3n])
        for (const message of [report(mark), approval(mark)]) {
          record.claim(signing, message, FIRST);
          record.keep(signing, message, SIGNATURE);
        }
      record.prune(signing, "report", 3n);
      record.prune(signing, "approval", 3n);
      expect(record.newest(signing, "report", 9)).to.have.length(1);
      expect(record.newest(signing, "approval", 9)).to.deep.equal([{ ...approval(3n), signature: SIGNATURE }]);
      expect(record.has(signing, "approval", "1")).to.equal(false);
      expect(() => record.claim(signing, report(1n, 2n), SECOND)).to.throw(AlreadySignedError);
    });
  });

  it("is one process's, until that ends, and has all that it claimed when it was killed", async () => {
    const place = new URL("../../../daemon/oracle/signatures.ts", import.meta.url).href;
    const message = JSON.stringify(report(7n), (_, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
    const script = `
      const { SignatureRecord } = await import(${JSON.stringify(place)});
      const revive = (_, value) => (typeof value === "string" && /^\\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value);
      const record = new SignatureRecord(${JSON.stringify(file())});
      const signing = { chainId: 31337n, committee: "${signing.committee}", signer: "${signing.signer}" };
      record.claim(signing, JSON.parse(${JSON.stringify(message)}, revive), "${FIRST}");
      console.log("claimed");
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    try {
      await Promise.race([
        once(child.stdout, "data"),
        ended.then(() => {
          throw new Error("the other process ended early");
        }),
      ]);
      expect(() => new SignatureRecord(file())).to.throw(RecordInUseError, "is used by another process");
    } finally {
      child.kill("SIGKILL");
    }
    await ended;
    withRecord((record) => {
      expect(() => record.claim(signing, report(7n, 2n), SECOND)).to.throw(AlreadySignedError);
      expect(record.claim(signing, report(7n), FIRST)).to.equal(undefined);
    });
  });
});
