/** First version of Node with `node:sqlite` for everybody. */
const MINIMUM = [22, 13] as const;

/**
 * What is wrong with a version of Node; nothing if daemons run on it.
 * @param version Such as `22.13.0`.
 */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return undefined;
  return `Node ${version} is too old for the daemons: run them on Node ${MINIMUM.join(".")} or newer`;
}

/** Ends this process with a line that says so where its Node is too old; to be called before native code is loaded. */
export function requireNode(): void {
  const problem = nodeProblem(process.versions.node);
  if (problem === undefined) return;
  process.stderr.write(`error: ${problem}\n`);
  process.exit(1);
}
