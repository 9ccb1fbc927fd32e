import { Signature, type AbstractSigner, type TypedDataDomain } from "ethers";
import type { Logger } from "pino";

import { committeeDomain } from "../../src/oracle/messages.ts";
import {
  messageDigest,
  signerOf,
  subjectOf,
  typesOf,
  type MemberMessage,
  type MessageKind,
} from "../../src/oracle/signedMessages.ts";
import { FieldError } from "../../src/units/errors.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { MemberMetrics } from "./memberMetrics.ts";
import type { SignatureRecord, Signing } from "./signatures.ts";

/** A signer gave something else than its signature. */
export class SignerError extends FieldError {}

/** Takes what a member found to be right. */
export interface Signatory {
  /** Whether there is nothing more to do about a subject. */
  isDone(kind: MessageKind, subject: string): boolean;
  /**
   * Signs a message, unless it did before.
   * @throws {AlreadySignedError} If another message is on record for its subject; nothing is signed then.
   * @throws {SignerError} If the signer gives no signature of the member's account.
   */
  sign(message: MemberMessage): Promise<void>;
}

/** Signs for one committee, whatever it signs being on record before. */
export class MemberSigner implements Signatory {
  readonly #signer: Pick<AbstractSigner, "signTypedData">;
  readonly #record: SignatureRecord;
  readonly #signing: Signing;
  readonly #domain: TypedDataDomain;
  readonly #metrics: MemberMetrics;
  readonly #log: Logger;

  constructor(
    signer: Pick<AbstractSigner, "signTypedData">,
    record: SignatureRecord,
    signing: Signing,
    { metrics, log }: { readonly metrics: MemberMetrics; readonly log: Logger },
  ) {
    this.#signer = signer;
    this.#record = record;
    this.#signing = signing;
    this.#domain = committeeDomain(signing.chainId, signing.committee);
    this.#metrics = metrics;
    this.#log = log;
  }

  isDone(kind: MessageKind, subject: string): boolean {
    return this.#record.has(this.#signing, kind, subject);
  }

  async sign(message: MemberMessage): Promise<void> {
    const digest = messageDigest(this.#domain, message);
    if (this.#record.claim(this.#signing, message, digest) !== undefined) return;
    const given = await this.#signer.signTypedData(this.#domain, typesOf(message), { ...message.message });
    const signature = canonical(given);
    if (signature === undefined || signerOf(digest, signature) !== this.#signing.signer)
      throw new SignerError(
        "signer",
        this.#signing.signer,
        "gave something else than a signature of this account",
        "check which key the signer uses for it",
      );
    this.#record.keep(this.#signing, message, signature);
    this.#metrics.signatures.inc({ kind: message.kind });
    this.#log.info({ kind: message.kind, subject: subjectOf(message), digest }, "signed");
  }
}

/** Only says what a member would sign. */
export class DrySignatory implements Signatory {
  readonly #log: Logger;
  readonly #done = new Map<MessageKind, Set<string>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  isDone(kind: MessageKind, subject: string): boolean {
    return this.#done.get(kind)?.has(subject) === true;
  }

  sign(message: MemberMessage): Promise<void> {
    const { kind } = message;
    const subject = subjectOf(message);
    if (!this.isDone(kind, subject)) this.#log.info({ kind, subject }, "would sign");
    const known = [...(this.#done.get(kind) ?? [])].slice(-MOST_SUBJECTS);
    this.#done.set(kind, new Set([...known, subject]));
    return Promise.resolve();
  }
}

/** Subjects of each kind that are not told of again. */
const MOST_SUBJECTS = 128;

/** 65 bytes with 27 or 28 at the end, as some signers do not write it. */
function canonical(signature: string): Hex | undefined {
  try {
    return Signature.from(signature).serialized as Hex;
  } catch {
    return undefined;
  }
}
