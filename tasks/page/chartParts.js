"use strict";

// What all charts have in common. They are drawn by uPlot, over time, with lines where something happened.
const chartParts = (() => {
  const DAY = 86400;

  const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const time = (seconds) => new Date(seconds * 1000).toISOString();
  const minute = (seconds) => `${time(seconds).slice(0, 16).replace("T", " ")} UTC`;
  const shown = (unit, digits) => (_, value) => (value == null ? "–" : `${value.toFixed(digits)} ${unit}`);

  /** How axes look. */
  const axis = () => ({
    stroke: colour("faint"),
    grid: { stroke: colour("rule"), width: 1 },
    ticks: { stroke: colour("rule") },
  });

  /** Dates in UTC; times as well where a chart shows less than some days. */
  function ticks(_, splits, __, ___, step) {
    return splits.map((seconds) =>
      step < DAY ? time(seconds).slice(5, 16).replace("T", " ") : time(seconds).slice(0, 10),
    );
  }

  /**
   * The same times, each later than the one before it: of points in one block the library would otherwise leave the
   * last ones out of its axis, and of its lines.
   */
  function ascending(seconds) {
    const times = [];
    for (const at of seconds) times.push(at > (times.at(-1) ?? -Infinity) ? at : times.at(-1) + 0.001);
    return times;
  }

  /** Vertical lines where something happened, each with what it says, unless that would cover another one. */
  function drawMarks(marks) {
    return ({ ctx, bbox, scales, valToPos }) => {
      const ratio = devicePixelRatio;
      let free = -Infinity;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour("change")();
      ctx.lineWidth = ratio;
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "right";
      for (const { at, text } of marks) {
        const seconds = Number(at);
        if (seconds < scales.x.min || seconds > scales.x.max) continue;
        const x = Math.round(valToPos(seconds, "x", true));
        ctx.setLineDash([4 * ratio, 3 * ratio]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        if (x < free) continue;
        free = x + 14 * ratio;
        ctx.save();
        const isAtEdge = x - bbox.left < 14 * ratio;
        ctx.textBaseline = isAtEdge ? "top" : "bottom";
        ctx.translate(x + (isAtEdge ? 3 : -2) * ratio, bbox.top + 4 * ratio);
        ctx.rotate(-Math.PI / 2);
        ctx.fillText(text, 0, 0);
        ctx.restore();
      }
      ctx.restore();
    };
  }

  /** What all charts are drawn with; times are those of their points, seconds. */
  function frame(place, times, marks, height) {
    const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
    return {
      width: place.clientWidth,
      height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: {
        // A single time would be made years of by the library.
        x: { range: (_, from, to) => (first === last ? [first - DAY / 2, first + DAY / 2] : [from, to]) },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      axes: [
        { ...axis(), values: ticks, space: 90 },
        { ...axis(), size: 76, values: (_, splits) => splits.map((value) => `${value}`) },
      ],
      hooks: { draw: [drawMarks(marks)] },
    };
  }

  /** What the time of a point is called. */
  const timeSeries = { label: "Time", value: (_, seconds) => (seconds == null ? "–" : minute(seconds)) };

  /** Draws a chart that follows the width and the colours of its page. */
  function place(element, options, columns) {
    const [times, ...others] = columns;
    const chart = new uPlot(options, [ascending(times), ...others], element);
    new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: options.height })).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
  }

  // On paper nothing can be opened.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  return { colour, shown, frame, timeSeries, place };
})();
