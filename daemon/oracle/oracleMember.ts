import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { ZeroAddress } from "ethers";

import type { ObservedPool } from "../../clients/observation.ts";
import { connectPool, type Pool } from "../../clients/pool.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { LEAST_TURN_SLOTS } from "../../src/oracle/rotation.ts";
import { messageDigest } from "../../src/oracle/signedMessages.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { OracleConfig } from "../config/oracleConfig.ts";
import { BatchContents } from "../service/batchContents.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { SideTask } from "../service/sideTask.ts";
import { ApprovalDuty } from "./approvals.ts";
import { Backoff } from "./backoff.ts";
import { ExitDuty } from "./exitStatuses.ts";
import { requireFinality } from "./finality.ts";
import { fetchReportingState, type ReportingState } from "./frame.ts";
import { MemberMetrics } from "./memberMetrics.ts";
import { agreementOf } from "./nodeAgreement.ts";
import { RefusalLog } from "./refusals.ts";
import { ReportDuty, type CollectReport, type RecallReport } from "./reports.ts";
import { SeatFinder, type Seat } from "./seat.ts";
import { SignatureExchange } from "./signatureExchange.ts";
import { SignatureRecord } from "./signatures.ts";
import { ReportSubmission, type Sender } from "./submission.ts";
import { forgetOld } from "./usefulMessages.ts";

/** What a member is made of beside its context. */
export interface MemberParts {
  /** Made for the pool once it is connected. */
  readonly collect: (pool: ObservedPool) => CollectReport;
  readonly recall: RecallReport;
  readonly sender: Sender;
}

/** A transaction may take long to be mined, and a round is not to: others need this member's signatures. */
const SUBMISSION_PATIENCE_MS = 2_000;

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
  readonly #exchange: SignatureExchange;
  readonly #submission: ReportSubmission;
  readonly #submitting = new SideTask(SUBMISSION_PATIENCE_MS);
  readonly #seats: SeatFinder;
  readonly #self: string;
  readonly #backoff = new Backoff();

  private constructor(context: DaemonContext<OracleConfig>, pool: Pool, self: string, parts: MemberParts) {
    const { config, beacons, log, signal, signer, isDryRun } = context;
    const { startBlock } = config;
    this.#context = context;
    this.#pool = pool;
    this.#self = self;
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    this.#record = new SignatureRecord(join(config.data, "signatures.sqlite"));
    this.#metrics = new MemberMetrics(context.metrics);
    this.#refusals = new RefusalLog(log, this.#metrics.refusals, signal);
    this.#reports = new ReportDuty(parts.collect({ pool, startBlock }), parts.recall, log);
    const contents = new BatchContents();
    const { everyBlocks, maxKeys } = config.approvals;
    const found = { pool, startBlock, contents };
    const agreement = agreementOf(config.agreement, beacons.length);
    const looked = { ...found, beacons, agreement, data: config.data };
    this.#approvals = new ApprovalDuty({ ...looked, everyBlocks, maxKeys, log });
    this.#exits = new ExitDuty(found);
    const kept = { record: this.#record, metrics: this.#metrics, log };
    this.#seats = new SeatFinder({ ...kept, pool, self, signer: isDryRun ? undefined : signer });
    this.#exchange = new SignatureExchange({ ...kept, peers: config.peers, signal });
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
    await warnOfShortTurns(pool, context);
    const member = new OracleMember(context, pool, self, parts);
    try {
      await member.#exchange.start(context.config.exchangePort);
      context.log.info({ port: member.exchangePort, member: self }, "serving signatures");
    } catch (error) {
      member.#record.close();
      throw error;
    }
    return member;
  }

  /** Where it serves what it signed. */
  get exchangePort(): number {
    return this.#exchange.port;
  }

  async round(): Promise<void> {
    const { config, provider, beacons } = this.#context;
    const { startBlock } = config;
    const seat = await this.#seats.find();
    const state = await fetchReportingState({ pool: this.#pool, startBlock }, provider, beacons);
    await this.#measure(state);
    await this.#refusals.attempt("finality", () => {
      requireFinality(state);
      return Promise.resolve();
    });
    this.#exchange.serve(seat, state);
    await this.#approve(seat, state);
    await this.#report(seat, state);
    await this.#signExits(seat, state);
    this.#exchange.serve(seat, state);
    await this.#exchange.collect(seat, state);
    await this.#submit(seat, state);
    forgetOld(this.#record, seat.signing, state);
  }

  /** Waits for the submission that a round has begun. */
  settled(): Promise<void> {
    return this.#submitting.settled();
  }

  async close(): Promise<void> {
    await this.#exchange.stop();
    await this.settled();
    this.#record.close();
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
    const newest = due?.refSlot ?? last.refSlot;
    if (!this.#context.config.exits.sign || this.#exits.isDone(newest)) return;
    await this.#refusals.attempt("exits", async () => {
      const collected = this.#reports.find(newest);
      if (collected !== undefined) await this.#exits.sign(signatory, collected);
    });
  }

  async #submit({ committee, signing, isMember, messages }: Seat, state: ReportingState): Promise<void> {
    const { due } = state;
    if (due === undefined || !isMember || !this.#context.config.report.submit) return;
    const [signed] = this.#record.newest(signing, "report", 1);
    const isOfFrame = signed?.kind === "report" && signed.message.refSlot === due.refSlot;
    const own: Hex | undefined = isOfFrame ? messageDigest(committee.domain, signed) : undefined;
    const submit = () => this.#submission.submit(messages, committee, { self: this.#self, own }, state, due);
    await this.#submitting.begin(() => this.#refusals.attempt("submission", submit));
  }
}

async function warnOfShortTurns({ accounting }: Pool, { config, log }: DaemonContext<OracleConfig>): Promise<void> {
  const { secondsPerSlot } = await fetchSlotClock(accounting);
  const { turnSeconds } = config.report;
  const leastSeconds = Number(LEAST_TURN_SLOTS * secondsPerSlot);
  if (turnSeconds >= leastSeconds) return;
  log.warn(
    { turnSeconds, leastSeconds },
    "report.turnSeconds is less than two slots: several members may send and pay",
  );
}
