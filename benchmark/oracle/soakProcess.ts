// Lets a month pass for some oracle members, and writes what they held: `soakProcess.ts SLOTS`.
import hre from "hardhat";

await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
// It imports TypeChain's files, which the build writes.
const { soak } = await import("./soak.ts");
console.log(JSON.stringify(await soak(hre, Number(process.argv[2]))));
