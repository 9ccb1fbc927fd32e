import { AssertionError } from "chai";

/** What a promise is rejected with; a failed assertion if it is not. */
export async function failureOf(result: Promise<unknown>): Promise<Error> {
  const [settled] = await Promise.allSettled([result]);
  if (settled.status === "fulfilled") throw new AssertionError("expected a failure");
  return settled.reason as Error;
}
