import { Agent } from "node:http";

import type { electra } from "@lodestar/types";

import { FieldError } from "../../src/units/errors.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import { exchange } from "../committee/httpExchange.ts";
import { payloadFromJson, payloadToJson, withdrawalsToJson, type PayloadJson } from "./enginePayload.ts";
import { requestsFromJson, requestsToJson } from "./executionRequests.ts";

/** The execution client cannot be reached, or refuses what it is told. */
export class EngineError extends FieldError {}

/** Which blocks of the execution chain are head, safe and final, by hash. */
export interface ForkChoice {
  readonly headBlockHash: Hex;
  readonly safeBlockHash: Hex;
  readonly finalizedBlockHash: Hex;
}

/** What a payload is to be built for. */
export interface PayloadAttributes {
  readonly timestamp: number;
  readonly prevRandao: Uint8Array;
  readonly suggestedFeeRecipient: string;
  readonly withdrawals: electra.ExecutionPayload["withdrawals"];
  readonly parentBeaconBlockRoot: Uint8Array;
}

/** A payload with the requests that its block makes of the consensus layer (EIP-7685). */
export interface BuiltPayload {
  readonly payload: electra.ExecutionPayload;
  readonly requests: electra.ExecutionRequests;
}

/** `SYNCING` means that the client lacks an ancestor. */
export type PayloadStatus = "VALID" | "SYNCING" | "ACCEPTED";

const TIMEOUT_MS = 20_000;
/** A block that is full of calldata. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** Drives an execution client over the Engine API as it is since Prague, without authentication, on this machine only. */
export class EngineApi {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true });
  #id = 0;

  constructor(url: URL) {
    this.#url = url;
  }

  /**
   * Makes blocks head, safe and final, and has a payload built if there are attributes.
   * @returns Id of the payload, if one is built.
   * @throws {EngineError} If the client lacks the block or cannot be reached.
   */
  async forkchoiceUpdated(forkChoice: ForkChoice, attributes?: PayloadAttributes): Promise<Hex | undefined> {
    const built = attributes === undefined ? null : attributesToJson(attributes);
    const { payloadStatus, payloadId } = await this.call<{
      payloadStatus: { status: string; validationError?: string | null };
      payloadId: Hex | null;
    }>("engine_forkchoiceUpdatedV3", [forkChoice, built]);
    if (payloadStatus.status !== "VALID")
      throw refusal(forkChoice.headBlockHash, payloadStatus.status, payloadStatus.validationError);
    return payloadId ?? undefined;
  }

  /** The payload that was built under an id. */
  async getPayload(id: Hex): Promise<BuiltPayload> {
    const built = await this.call<{ executionPayload: PayloadJson; executionRequests: Hex[] }>("engine_getPayloadV4", [
      id,
    ]);
    return { payload: payloadFromJson(built.executionPayload), requests: requestsFromJson(built.executionRequests) };
  }

  /**
   * Has a payload executed.
   * @throws {EngineError} If it is invalid.
   */
  async newPayload(built: BuiltPayload, parentBeaconBlockRoot: Uint8Array): Promise<PayloadStatus> {
    const { status, validationError } = await this.call<{ status: string; validationError?: string | null }>(
      "engine_newPayloadV4",
      [payloadToJson(built.payload), [], toHex(parentBeaconBlockRoot), requestsToJson(built.requests)],
    );
    if (status === "VALID" || status === "SYNCING" || status === "ACCEPTED") return status;
    throw refusal(toHex(built.payload.blockHash), status, validationError);
  }

  /** Calls any method of the client. */
  async call<T>(method: string, params: readonly unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method, params });
    const answer = await this.#ask(body);
    if (answer.error !== undefined)
      throw new EngineError(method, answer.error.message, "is refused by the execution client", "see its log");
    return answer.result as T;
  }

  async #ask(body: string): Promise<EngineAnswer> {
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
    try {
      const answer = await exchange({ url: this.#url, method: "POST", body, agent: this.#agent, ...limits });
      return JSON.parse(answer.body) as EngineAnswer;
    } catch (error) {
      throw unreachable(this.#url, error);
    }
  }
}

interface EngineAnswer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

function attributesToJson({ timestamp, prevRandao, ...rest }: PayloadAttributes) {
  return {
    timestamp: `0x${timestamp.toString(16)}`,
    prevRandao: toHex(prevRandao),
    suggestedFeeRecipient: rest.suggestedFeeRecipient,
    withdrawals: withdrawalsToJson(rest.withdrawals),
    parentBeaconBlockRoot: toHex(rest.parentBeaconBlockRoot),
  };
}

function refusal(blockHash: Hex, status: string, reason: string | null | undefined): EngineError {
  const problem = `is ${status} to the execution client${reason == null ? "" : `: ${reason}`}`;
  return new EngineError("execution block", blockHash, problem, "see the execution client's log");
}

function unreachable(url: URL, error: unknown): EngineError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError("execution client", url.host, `cannot be reached: ${reason}`, "start it again");
}
