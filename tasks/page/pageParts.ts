import { readFileSync } from "node:fs";

import { GENERATOR } from "./pageFile.ts";

/**
 * Puts parts into the places of a page, each once: what a part contains is no place.
 * @param template Name of a file beside this one.
 */
export function fillPage(template: string, parts: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = { GENERATOR, ...parts };
  return readOwn(template).replace(/\{\{([A-Z_]+)\}\}/g, (_, name: string) => {
    const part = all[name];
    if (part === undefined) throw new Error(`the page has no part ${name}`);
    return part;
  });
}

/**
 * What a page with charts needs, so that it asks for nothing: styles, the library, and the script that draws.
 * @param script Name of a file beside this one.
 * @param styles Of more files, in their order.
 */
export function drawingParts(script: string, ...styles: string[]): Record<"STYLE" | "LIBRARY" | "SCRIPT", string> {
  return {
    STYLE: [readPackage("uPlot.min.css"), readOwn("page.css"), ...styles.map(readOwn)].join("\n"),
    LIBRARY: `/*\n${readPackage("../LICENSE")}*/\n${readPackage("uPlot.iife.min.js")}`,
    SCRIPT: `${readOwn("chartParts.js")}\n${readOwn(script)}`,
  };
}

function readOwn(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

function readPackage(name: string): string {
  return readFileSync(new URL(name, import.meta.resolve("uplot/dist/uPlot.min.css")), "utf8");
}
