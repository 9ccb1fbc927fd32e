import type { TestSuite } from "./suite.ts";

type Snapshot = Awaited<ReturnType<TestSuite["chain"]["networkHelpers"]["takeSnapshot"]>>;

/**
 * Deploys once for a `describe` and gives each of its tests the same state: what a test changes is undone after it.
 * @returns How the tests get at what was deployed.
 */
export function useSuite<T extends TestSuite>(deploy: () => Promise<T>): () => T {
  let suite: T | undefined;
  let snapshot: Snapshot | undefined;

  before(async () => {
    suite = await deploy();
  });
  beforeEach(async () => {
    snapshot = await suite?.chain.networkHelpers.takeSnapshot();
  });
  afterEach(async () => {
    await snapshot?.restore();
  });

  return () => {
    if (suite === undefined) throw new Error("the suite is deployed in a hook: ask for it within a test");
    return suite;
  };
}

/** Runs a part of a test and undoes what it changed, even when it fails. */
export async function undone(suite: TestSuite, run: () => Promise<void>): Promise<void> {
  const snapshot = await suite.chain.networkHelpers.takeSnapshot();
  try {
    await run();
  } finally {
    await snapshot.restore();
  }
}
