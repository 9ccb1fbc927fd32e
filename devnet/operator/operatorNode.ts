import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Logger } from "pino";

import { parseOperatorPrivateKey } from "../../src/ssv/operatorKey.ts";
import type { SignAnswer } from "../committee/answers.ts";
import type { SignRequest } from "../committee/duties.ts";
import { ChainFollower } from "./chainFollower.ts";
import type { OperatorConfiguration } from "./configuration.ts";
import { ExecutionClient } from "./executionClient.ts";
import type { NetworkEvent } from "./networkEvents.ts";
import { ValidatorRegistry } from "./registry.ts";
import { RequestQueue } from "./requestQueue.ts";
import { signDuties } from "./signing.ts";
import { SlashingProtection } from "./slashingProtection.ts";
import { statusOf, type OperatorStatus, type SigningCounts } from "./status.ts";

/** The operator was switched off. */
export class OfflineError extends Error {}

/** Somebody asks for what the operator was not started to do. */
export class NotAllowedError extends Error {}

const MAX_WAITING = 8;

/** An operator of ssv.network, without its network: it follows the contract, holds shares, and signs. */
export class OperatorNode {
  readonly #configuration: OperatorConfiguration;
  readonly #log: Logger;
  readonly #execution: ExecutionClient;
  readonly #follower: ChainFollower;
  readonly #protection: SlashingProtection;
  readonly #queue = new RequestQueue(MAX_WAITING);
  readonly #counts: SigningCounts = { requests: 0, signatures: 0, refusals: 0 };
  #isOnline = true;

  /**
   * Opens the slashing protection; the execution client is asked with the first request.
   * @throws {OperatorKeyError} If the key file holds none.
   * @throws {Error} If key file or data folder cannot be used.
   */
  constructor(configuration: OperatorConfiguration, log: Logger) {
    const { operatorId, privateKeyFile, dataFolder, executionUrl } = configuration;
    this.#configuration = configuration;
    this.#log = log;
    const privateKey = parseOperatorPrivateKey(readFileSync(privateKeyFile, "utf8"), "privateKeyFile");
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    this.#protection = new SlashingProtection(join(dataFolder, "slashing-protection.sqlite"));
    this.#execution = new ExecutionClient(executionUrl);
    const watch = (message: string, event: NetworkEvent): void => {
      const { name } = event;
      log.warn(
        "pubkey" in event ? { event: name, owner: event.owner, pubkey: event.pubkey } : { event: name },
        message,
      );
    };
    const newRegistry = (): ValidatorRegistry => new ValidatorRegistry({ operatorId, privateKey }, watch);
    this.#follower = new ChainFollower(this.#execution, configuration, newRegistry);
  }

  /**
   * Reads the chain up to the request's block, and signs.
   * @throws {OfflineError | NotAllowedError | QueueFullError | ChainMismatchError | ExecutionClientError}
   */
  async sign(request: SignRequest): Promise<SignAnswer> {
    if (request.unsafe && !this.#configuration.allowUnsafe)
      throw new NotAllowedError("this operator was not started to sign without slashing protection: set allowUnsafe");
    this.#checkOnline();
    return this.#queue.run(async () => {
      const registry = await this.#follower.readTo(request.context.executionBlock);
      // It may have been switched off meanwhile.
      this.#checkOnline();
      const answer = signDuties(this.#configuration.operatorId, request, registry, this.#protection);
      this.#counts.requests++;
      this.#counts.signatures += answer.signatures.length;
      this.#counts.refusals += answer.refusals.length;
      for (const { duty, reason } of answer.refusals) {
        const { type, pubkey } = request.duties[duty] ?? {};
        this.#log.warn({ type, pubkey, reason }, "refused to sign");
      }
      return answer;
    });
  }

  /** What it knows and has done. */
  status(): OperatorStatus {
    const { operatorId } = this.#configuration;
    return statusOf({ operatorId, isOnline: this.#isOnline, counts: this.#counts, ...this.#follower.followed });
  }

  /** Switches it on or off; off, it refuses to sign. */
  setOnline(isOnline: boolean): void {
    if (isOnline !== this.#isOnline) this.#log.info({ online: isOnline }, "switched");
    this.#isOnline = isOnline;
  }

  /** Closes file and connections. */
  close(): void {
    this.#execution.close();
    this.#protection.close();
  }

  #checkOnline(): void {
    if (!this.#isOnline) throw new OfflineError("this operator is switched off");
  }
}
