import type { BeaconStatus } from "./beacon/messages.ts";
import type { DevnetStatus } from "./supervisor/devnetStatus.ts";
import { FieldError } from "../src/units/errors.ts";

/** A devnet cannot be reached, or refuses what it is told. */
export class DevnetError extends FieldError {}

const TIMEOUT_MS = 120_000;
/** Slots that a devnet lets pass in one call. */
const SLOTS_AT_ONCE = 16;

/** A devnet, by its JSON-RPC. */
export class DevnetClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Where it is, and its processes. */
  async status(): Promise<DevnetStatus> {
    return this.#call("devnet_status");
  }

  /**
   * Lets slots pass.
   * @param isMissed Whether without blocks.
   * @param onSlots Called with the number of slots that have passed since it was called before.
   */
  async advance(slots: number, isMissed = false, onSlots?: (slots: number) => void): Promise<BeaconStatus> {
    const method = isMissed ? "devnet_miss" : "devnet_advance";
    let place: BeaconStatus | undefined;
    for (let left = slots; left > 0; left -= SLOTS_AT_ONCE) {
      const now = Math.min(left, SLOTS_AT_ONCE);
      place = await this.#call(method, now);
      onSlots?.(now);
    }
    return place ?? this.status();
  }

  /** Takes an operator offline, or brings it back. */
  async setOperator(id: bigint, isOnline: boolean): Promise<void> {
    await this.#call("devnet_setOperator", id.toString(), isOnline);
  }

  /**
   * Has a validator vote twice; the next block slashes it.
   * @param validator Public key or index.
   * @returns Its index.
   */
  async slash(validator: string): Promise<{ index: number }> {
    return this.#call("devnet_slash", validator);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#call("devnet_stop");
  }

  async #call<T>(method: string, ...params: unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const { host } = new URL(this.#url);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(this.#url, { method: "POST", headers, body, signal }).catch(() => {
      throw new DevnetError("devnet", host, "does not answer", "start it with `devnet up`, or set LOCAL_RPC_URL to it");
    });
    const { result, error } = (await response.json()) as { result?: T; error?: { code: number; message: string } };
    if (error === undefined) return result as T;
    if (UNKNOWN_METHOD.includes(error.code))
      throw new DevnetError(
        "devnet",
        host,
        "is another node",
        "start one with `devnet up`, or set LOCAL_RPC_URL to it",
      );
    throw new DevnetError("devnet", host, `refuses: ${error.message}`, "see `devnet status`");
  }
}

/** What nodes answer to a method that they do not have (JSON-RPC 2.0, EIP-1474). */
const UNKNOWN_METHOD: readonly number[] = [-32_601, -32_004];
