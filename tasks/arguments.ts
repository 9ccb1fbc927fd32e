/** What every task that looks at a pool is given. */
export interface ReadArguments {
  readonly json: boolean;
  readonly pool: string | undefined;
}

/** What every task that sends is given. */
export interface SendArguments extends ReadArguments {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly from: string | undefined;
}

/** What every task that needs the committee is given. */
export interface ApprovedArguments extends SendArguments {
  readonly members: string | undefined;
}
