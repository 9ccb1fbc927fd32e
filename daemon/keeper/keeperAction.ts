import type { KeeperConfig } from "../config/keeperConfig.ts";
import type { KeeperRound } from "./keeperRound.ts";

/** Names of actions, as the configuration has them. */
export type ActionName = keyof KeeperConfig["actions"];

/** A transaction that the pool needs. */
export interface Errand {
  /** What it is to bring about, from which state: no two errands that are to be done both have the same. */
  readonly key: string;
  readonly to: string;
  readonly data: string;
  /** Wei. */
  readonly value?: bigint;
  /** What it does, for the log. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether the action has more to do as soon as this is mined. */
  readonly leadsOn?: boolean;
}

/** What an action finds to do. */
export interface ActionPlan {
  /** In the order in which they are sent; none depends on another. */
  readonly errands: readonly Errand[];
  /** Why there is not more to do. */
  readonly idle?: string;
  /** What only people can put right. */
  readonly warnings?: readonly string[];
}

/** One thing that the keeper does. */
export interface KeeperAction {
  readonly name: ActionName;
  /**
   * Looks at the chain, and changes nothing.
   * @throws What keeps it from finding out; the other actions go on.
   */
  plan(round: KeeperRound): Promise<ActionPlan>;
}

/** A plan to do nothing. */
export function nothing(idle: string, warnings: readonly string[] = []): ActionPlan {
  return { errands: [], idle, warnings };
}
