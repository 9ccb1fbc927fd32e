import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { ZeroAddress, type AbstractSigner } from "ethers";
import type { Logger } from "pino";

import { fetchCommittee, type SeatedCommittee } from "../../clients/committee.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import { connectPool, type Pool } from "../../clients/pool.ts";
import { messageDigest } from "../../src/oracle/signedMessages.ts";
import { printSignedMessages } from "../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { OracleConfig } from "../config/oracleConfig.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { ApprovalDuty } from "./approvals.ts";
import { Backoff } from "./backoff.ts";
import { BatchContents } from "./batchContents.ts";
import { MessageBook } from "./exchange/messageBook.ts";
import { PeerRounds } from "./exchange/peerRounds.ts";
import { serveSignatures, type ExchangeServer } from "./exchange/server.ts";
import { ExitDuty } from "./exitStatuses.ts";
import { fetchReportingState, type ReportingState } from "./frame.ts";
import { MemberMetrics } from "./memberMetrics.ts";
import { DrySignatory, MemberSigner, type Signatory } from "./memberSigner.ts";
import { RefusalLog } from "./refusals.ts";
import { ReportDuty, type CollectReport } from "./reports.ts";
import { SignatureRecord, type Signing } from "./signatures.ts";
import { ReportSubmission, type Sender } from "./submission.ts";
import { forgetOld, relevanceOf, usefulMessages } from "./usefulMessages.ts";

/** What a member is made of beside its context. */
export interface MemberParts {
  /** Made for the pool once it is connected. */
  readonly collect: (pool: ObservedPool) => CollectReport;
  readonly sender: Sender;
}

/** A committee, and what this member is in it. */
interface Seat {
  readonly committee: SeatedCommittee;
  readonly signing: Signing;
  readonly isMember: boolean;
  readonly signatory: Signatory;
  readonly book: MessageBook;
}

/** An oracle member: in each round it approves keys, reports, signs exits, asks the others, and sends when it is its turn. */
export class OracleMember implements Worker {
  readonly #context: DaemonContext<OracleConfig>;
  readonly #pool: Pool;
  readonly #record: SignatureRecord;
  readonly #metrics: MemberMetrics;
  readonly #refusals: RefusalLog;
  readonly #reports: ReportDuty;
  readonly #approvals: ApprovalDuty;
  readonly #exits: ExitDuty;
  readonly #peers: PeerRounds;
  readonly #submission: ReportSubmission;
  readonly #self: string;
  readonly #backoff = new Backoff();
  #server: ExchangeServer | undefined;
  #seat: Seat | undefined;
  #served: string | undefined;

  private constructor(context: DaemonContext<OracleConfig>, pool: Pool, self: string, parts: MemberParts) {
    const { config, beacons, log } = context;
    const { startBlock } = config;
    this.#context = context;
    this.#pool = pool;
    this.#self = self;
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    this.#record = new SignatureRecord(join(config.data, "signatures.sqlite"));
    this.#metrics = new MemberMetrics(context.metrics);
    this.#refusals = new RefusalLog(log, this.#metrics.refusals);
    this.#reports = new ReportDuty(parts.collect({ pool, startBlock }), log);
    const contents = new BatchContents();
    const { everyBlocks, maxKeys } = config.approvals;
    const found = { pool, startBlock, beacons, contents };
    this.#approvals = new ApprovalDuty({ ...found, data: config.data, everyBlocks, maxKeys, log });
    this.#exits = new ExitDuty(found);
    this.#peers = new PeerRounds(config.peers, { signal: context.signal }, this.#metrics);
    this.#submission = new ReportSubmission({
      ...{ pool, sender: parts.sender, log },
      turnSeconds: config.report.turnSeconds,
    });
  }

  /**
   * Connects to the pool, takes the data folder, and begins to serve.
   * @throws {DeploymentError} If there is no such pool.
   * @throws {RecordInUseError} If another process uses the folder.
   */
  static async open(context: DaemonContext<OracleConfig>, parts: MemberParts): Promise<OracleMember> {
    const pool = await connectPool(context.provider, context.config.pool);
    const self = (await context.signer?.getAddress()) ?? ZeroAddress;
    const member = new OracleMember(context, pool, self, parts);
    try {
      member.#server = await serveSignatures(() => member.#served ?? "{}", context.config.exchangePort);
      context.log.info({ port: member.#server.port, member: self }, "serving signatures");
    } catch (error) {
      member.#record.close();
      throw error;
    }
    return member;
  }

  /** Where it serves what it signed. */
  get exchangePort(): number {
    return this.#server?.port ?? 0;
  }

  async round(): Promise<void> {
    const { config, provider, beacons } = this.#context;
    const { startBlock } = config;
    const seat = await this.#takeSeat();
    const state = await fetchReportingState({ pool: this.#pool, startBlock }, provider, beacons);
    await this.#measure(state);
    this.#serve(seat, state);
    await this.#approve(seat, state);
    await this.#report(seat, state);
    await this.#signExits(seat, state);
    this.#serve(seat, state);
    await this.#exchange(seat, state);
    await this.#submit(seat, state);
    forgetOld(this.#record, seat.signing, state);
  }

  async close(): Promise<void> {
    await this.#server?.stop();
    this.#record.close();
  }

  /** The committee in place, which another one may have replaced. */
  async #takeSeat(): Promise<Seat> {
    const { signer, isDryRun, log } = this.#context;
    const committee = await fetchCommittee(this.#pool.poolETH);
    if (this.#seat?.committee.address === committee.address) return this.#seat;
    const isMember = committee.members.includes(this.#self);
    const fields = { committee: committee.address, member: this.#self, members: committee.members.length };
    if (isMember) log.info(fields, "member of the committee");
    else log.warn(fields, "no member of the committee: signs nothing");
    const signing = { chainId: committee.chainId, committee: committee.address, signer: this.#self };
    const signs = isMember && !isDryRun ? signer : undefined;
    const signatory = this.#signatory(signs, signing, log);
    const book = new MessageBook(committee.domain, committee.members);
    this.#seat = { committee, signing, isMember, signatory, book };
    return this.#seat;
  }

  #signatory(signer: AbstractSigner | undefined, signing: Signing, log: Logger): Signatory {
    if (signer === undefined) return new DrySignatory(log);
    return new MemberSigner(signer, this.#record, signing, { metrics: this.#metrics, log });
  }

  async #measure({ due, last, finalSlot, now }: ReportingState): Promise<void> {
    this.#metrics.lastReportSlot.set(Number(last.refSlot));
    if (finalSlot !== undefined) this.#metrics.finalSlot.set(Number(finalSlot));
    this.#metrics.frameDeadline.set(due === undefined ? -1 : Number(due.endsAt - now));
    if (this.#self !== ZeroAddress)
      this.#metrics.walletBalance.set(Number(await this.#context.provider.getBalance(this.#self)));
  }

  async #approve({ signatory }: Seat, { blockNumber }: ReportingState): Promise<void> {
    const block = this.#context.config.approvals.sign ? this.#approvals.dueBlock(blockNumber) : undefined;
    if (block !== undefined) await this.#refusals.attempt("approval", () => this.#approvals.approve(signatory, block));
  }

  async #report({ signatory }: Seat, { due }: ReportingState): Promise<void> {
    const { config } = this.#context;
    if (due?.isFinal !== true || (!config.report.sign && !config.exits.sign)) return;
    const { refSlot } = due;
    // Collecting takes a while, and asks much of the nodes.
    if (!this.#backoff.isDue("report")) return;
    const isDone = await this.#refusals.attempt("report", async () => {
      if (config.report.sign) await this.#reports.sign(signatory, refSlot);
      else await this.#reports.observe(refSlot);
    });
    if (isDone) this.#backoff.succeeded("report");
    else this.#backoff.failed("report");
  }

  /** With what was collected for the newest report, whether or not that one was applied meanwhile. */
  async #signExits({ signatory }: Seat, { due, last }: ReportingState): Promise<void> {
    const { collected } = this.#reports;
    const newest = due?.refSlot ?? last.refSlot;
    if (!this.#context.config.exits.sign || collected?.report.refSlot !== newest || this.#exits.isDone(newest)) return;
    await this.#refusals.attempt("exits", () => this.#exits.sign(signatory, collected));
  }

  async #exchange({ committee, signing, book }: Seat, state: ReportingState): Promise<void> {
    const { log } = this.#context;
    const relevance = relevanceOf(state);
    book.prune(relevance);
    const answers = await this.#peers.ask((peer, problem) => {
      if (problem === undefined) log.info({ peer }, "peer answers again");
      else log.warn({ peer, problem }, "peer does not answer");
    });
    const own = {
      chainId: signing.chainId,
      committee: committee.address,
      messages: usefulMessages(this.#record, signing, state),
    };
    for (const { url, signed } of [{ url: "self", signed: own }, ...answers]) {
      const { chainId, committee: other, messages } = signed;
      if (chainId !== committee.chainId || other.toLowerCase() !== committee.address.toLowerCase()) continue;
      for (const message of messages) {
        const equivocation = book.add(message, url, relevance);
        if (equivocation === undefined) continue;
        this.#metrics.equivocations.inc({ member: equivocation.member });
        log.error(equivocation, "a member signed two different messages");
      }
    }
    for (const kind of ["report", "approval", "exits"] as const)
      this.#metrics.quorumSignatures.set({ kind }, book.agreements(kind)[0]?.signatures.size ?? 0);
  }

  async #submit({ committee, signing, isMember, book }: Seat, state: ReportingState): Promise<void> {
    const { due } = state;
    if (due === undefined || !isMember || !this.#context.config.report.submit) return;
    const [signed] = this.#record.newest(signing, "report", 1);
    const isOfFrame = signed?.kind === "report" && signed.message.refSlot === due.refSlot;
    const own: Hex | undefined = isOfFrame ? messageDigest(committee.domain, signed) : undefined;
    await this.#refusals.attempt("submission", () =>
      this.#submission.submit(book, committee, { self: this.#self, own }, state, due),
    );
  }

  #serve({ committee, signing }: Seat, state: ReportingState): void {
    const { chainId, address } = committee;
    const messages = usefulMessages(this.#record, signing, state);
    this.#served = printSignedMessages({ chainId, committee: address as Hex, messages });
  }
}
