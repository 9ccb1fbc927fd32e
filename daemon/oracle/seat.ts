import type { AbstractSigner } from "ethers";
import type { Logger } from "pino";

import { fetchCommittee, type SeatedCommittee } from "../../clients/seatedCommittee.ts";
import type { Pool } from "../../clients/pool.ts";
import { CommitteeMessages } from "../exchange/committeeMessages.ts";
import type { MemberMetrics } from "./memberMetrics.ts";
import { DrySignatory, MemberSigner, type Signatory } from "./memberSigner.ts";
import type { SignatureRecord, Signing } from "./signatures.ts";

/** A committee, and what this member is in it. */
export interface Seat {
  readonly committee: SeatedCommittee;
  readonly signing: Signing;
  readonly isMember: boolean;
  readonly signatory: Signatory;
  /** What its members signed, as far as this one knows. */
  readonly messages: CommitteeMessages;
}

/** What a member takes a seat with. */
export interface SeatParts {
  readonly pool: Pick<Pool, "poolETH">;
  /** Account of this member, EIP-55. */
  readonly self: string;
  /** Signs as this account; nothing is signed if left out. */
  readonly signer: AbstractSigner | undefined;
  readonly record: SignatureRecord;
  readonly metrics: MemberMetrics;
  readonly log: Logger;
}

/** Knows the committee in place, which another one may replace at any time. */
export class SeatFinder {
  readonly #parts: SeatParts;
  #seat: Seat | undefined;

  constructor(parts: SeatParts) {
    this.#parts = parts;
  }

  /** The seat in the committee that is in place now; what is known of its messages lasts until there is another one. */
  async find(): Promise<Seat> {
    const { pool, self, signer, record, metrics, log } = this.#parts;
    // A committee's members and quorum never change: another committee takes its place.
    if (this.#seat !== undefined && (await pool.poolETH.committee()) === this.#seat.committee.address)
      return this.#seat;
    const committee = await fetchCommittee(pool.poolETH);
    const isMember = committee.members.includes(self);
    const fields = { committee: committee.address, member: self, members: committee.members.length };
    if (isMember) log.info(fields, "member of the committee");
    else log.warn(fields, "no member of the committee: signs nothing");
    const signing = { chainId: committee.chainId, committee: committee.address, signer: self };
    const signatory =
      isMember && signer !== undefined
        ? new MemberSigner(signer, record, signing, { metrics, log })
        : new DrySignatory(log);
    this.#seat = { committee, signing, isMember, signatory, messages: new CommitteeMessages(committee) };
    return this.#seat;
  }
}
