import { TypedDataEncoder, verifyTypedData } from "ethers";

import { fetchCommitteeDomain } from "../../../clients/committee.ts";
import { REPORT_TYPES } from "../../../src/oracle/messages.ts";
import type { DaemonPool } from "./daemonPool.ts";

interface Served {
  readonly signatures: readonly {
    readonly kind: string;
    readonly message: Record<string, string>;
    readonly signature: string;
  }[];
}

/** All reports that members were ever seen to have signed: by member and reference slot, the digests. */
export class SignedRecord {
  readonly #digests = new Map<string, Set<string>>();
  readonly #daemons: DaemonPool;

  constructor(daemons: DaemonPool) {
    this.#daemons = daemons;
  }

  /** Looks at what each member serves now. */
  async look(): Promise<void> {
    const domain = await fetchCommitteeDomain(this.#daemons.pool.live.suite.poolETH);
    for (const { exchangeUrl } of this.#daemons.members) {
      const response = await fetch(`${exchangeUrl}/v1/signatures`).catch(() => undefined);
      if (response?.ok !== true) continue;
      const { signatures } = (await response.json()) as Served;
      for (const { kind, message, signature } of signatures) {
        if (kind !== "report") continue;
        const key = `${verifyTypedData(domain, REPORT_TYPES, message, signature)} at ${message.refSlot}`;
        const digests = this.#digests.get(key) ?? new Set();
        this.#digests.set(key, digests.add(TypedDataEncoder.hash(domain, REPORT_TYPES, message)));
      }
    }
  }

  /** Members and slots for which there is more than one report. */
  get twice(): string[] {
    return [...this.#digests].filter(([, digests]) => digests.size > 1).map(([key]) => key);
  }

  /** How many signatures there are. */
  get size(): number {
    return this.#digests.size;
  }
}
