import { expect } from "chai";

import { parseOptions } from "../../scripts/lifecycle/options.ts";

describe("options of the lifecycle", () => {
  it("have values of their own", () => {
    expect(parseOptions([])).to.deep.equal({ weeks: 2, json: false, html: "lifecycle-report.html" });
    expect(parseOptions(["--weeks", "0", "--json", "--no-html"])).to.deep.equal({
      ...{ weeks: 0, json: true, html: undefined },
    });
    expect(parseOptions(["--html", "a.html"])).to.deep.include({ html: "a.html" });
    expect(parseOptions(["--help", "--weeks", "many"])).to.equal("help");
  });

  it("are refused with what is wrong", () => {
    for (const weeks of ["-1", "13", "1.5", "many", "", " "])
      expect(() => parseOptions([`--weeks=${weeks}`])).to.throw(
        `--weeks ${weeks} is out of range: give a whole number from 0 to 12`,
      );
    expect(() => parseOptions(["--html", "a.html", "--no-html"])).to.throw(
      "--html a.html cannot be had with --no-html",
    );
    expect(() => parseOptions(["--days", "3"])).to.throw("Unknown option '--days'");
    expect(() => parseOptions(["3"])).to.throw("Unexpected argument '3'");
  });
});
