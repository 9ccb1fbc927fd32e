import type { Hex } from "../../src/units/hex.ts";
import type { ExecutionBlock } from "../committee/duties.ts";
import type { FollowedChain } from "./chainFollower.ts";

/** What an operator has done since it was started. */
export interface SigningCounts {
  requests: number;
  signatures: number;
  refusals: number;
}

/** How far a registration is with an operator. */
export type ServiceState = "active" | "liquidated" | "exit requested" | "rejected";

/** An operator as it shows itself. */
export interface OperatorStatus {
  readonly operatorId: bigint;
  readonly online: boolean;
  /** Last block that it read. */
  readonly block: ExecutionBlock | null;
  /** Of clusters that it is in. */
  readonly validators: readonly {
    readonly pubkey: Hex;
    readonly owner: string;
    readonly operatorIds: readonly bigint[];
    readonly feeRecipient: string;
    readonly state: ServiceState;
    /** Why it was rejected. */
    readonly reason?: string;
  }[];
  readonly counts: SigningCounts & Readonly<Record<"active" | "liquidated" | "exitRequested" | "rejected", number>>;
}

/** An operator's inner state. */
interface OperatorState extends FollowedChain {
  readonly operatorId: bigint;
  readonly isOnline: boolean;
  readonly counts: SigningCounts;
}

/** Describes an operator. */
export function statusOf({ operatorId, isOnline, counts, registry, block }: OperatorState): OperatorStatus {
  const validators = [
    ...[...registry.validators]
      .filter(({ share }) => share !== undefined)
      .map((validator) => ({ ...validator, state: stateOf(validator) })),
    ...[...registry.rejections].map((rejection) => ({ ...rejection, state: "rejected" as const })),
  ];
  const count = (state: ServiceState): number => validators.filter((validator) => validator.state === state).length;
  return {
    operatorId,
    online: isOnline,
    block: block ?? null,
    validators: validators.map(({ pubkey, owner, operatorIds, state, ...rest }) => ({
      ...{ pubkey, owner, operatorIds, feeRecipient: registry.feeRecipient(owner), state },
      ...("reason" in rest ? { reason: rest.reason } : {}),
    })),
    counts: {
      ...counts,
      active: count("active"),
      liquidated: count("liquidated"),
      exitRequested: count("exit requested"),
      rejected: count("rejected"),
    },
  };
}

function stateOf({ isLiquidated, isExitRequested }: { isLiquidated: boolean; isExitRequested: boolean }): ServiceState {
  if (isLiquidated) return "liquidated";
  return isExitRequested ? "exit requested" : "active";
}
