import { concat } from "ethers";

import { buildApproval } from "../../../../clients/activation.ts";
import { fetchCommitteeDomain } from "../../../../clients/committee.ts";
import {
  APPROVAL_TYPES,
  EXIT_STATUS_TYPES,
  pubkeysHash,
  REPORT_TYPES,
  type MemberSigner,
  type Report,
} from "../../../../src/oracle/messages.ts";
import type { KeySpan, SignedMessage } from "../../../../src/oracle/signedMessages.ts";
import type { Hex } from "../../../../src/units/hex.ts";
import type { TestBatch } from "../../../helpers/exits.ts";
import { offer } from "../../../helpers/activation.ts";
import type { TestSuite } from "../../../helpers/suite.ts";

/** A member's approval of keys. */
export type SignedApproval = Extract<SignedMessage, { kind: "approval" }>;
/** A member's report. */
export type SignedReport = Extract<SignedMessage, { kind: "report" }>;
/** A member's word that validators are gone. */
export type SignedExitStatus = Extract<SignedMessage, { kind: "exits" }>;

/** Approvals of positions of a batch, as the chain stands; by three members if nobody is named. */
export async function approveKeys(
  suite: TestSuite,
  { ceremony, batchId }: TestBatch,
  [from, to]: readonly [number, number],
  signers: readonly MemberSigner[] = suite.members.slice(0, 3),
): Promise<SignedApproval[]> {
  await suite.chain.networkHelpers.mine();
  const approval = await buildApproval(suite.poolETH, await offer(suite, ceremony, batchId, from, to));
  const domain = await fetchCommitteeDomain(suite.poolETH);
  return Promise.all(
    signers.map(async (signer) => {
      const signature = (await signer.signTypedData(domain, APPROVAL_TYPES, { ...approval })) as Hex;
      return { kind: "approval", offer: { batchId, from, to }, message: approval, signature };
    }),
  );
}

/** A report, signed by three members if nobody is named. */
export async function signReports(
  suite: TestSuite,
  report: Report,
  signers: readonly MemberSigner[] = suite.members.slice(0, 3),
): Promise<SignedReport[]> {
  const domain = await fetchCommitteeDomain(suite.poolETH);
  return Promise.all(
    signers.map(async (signer) => {
      const signature = (await signer.signTypedData(domain, REPORT_TYPES, { ...report })) as Hex;
      return { kind: "report", message: report, signature };
    }),
  );
}

/** That the validators of some batches' keys are gone, signed by three members if nobody is named. */
export async function signExits(
  suite: TestSuite,
  batches: readonly TestBatch[],
  ranges: readonly KeySpan[],
  signers: readonly MemberSigner[] = suite.members.slice(0, 3),
): Promise<SignedExitStatus[]> {
  const domain = await fetchCommitteeDomain(suite.poolETH);
  const pubkeys = ranges.flatMap(({ batchId, from, to }) => {
    const batch = batches.find((each) => each.batchId === batchId);
    return batch?.ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey) ?? [];
  });
  const message = { pubkeysHash: pubkeysHash(concat(pubkeys) as Hex), refSlot: 7n };
  return Promise.all(
    signers.map(async (signer) => {
      const signature = (await signer.signTypedData(domain, EXIT_STATUS_TYPES, message)) as Hex;
      return { kind: "exits", message, ranges, signature };
    }),
  );
}
