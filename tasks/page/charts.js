"use strict";

// Draws the charts of a report from the data that stand in the page. Everything they show is in its tables, too.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const BLOCKS_PER_DAY = 7200;
  const HEIGHT = 260;
  const DAY = 86400;

  const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const time = (seconds) => new Date(seconds * 1000).toISOString();
  const minute = (seconds) => `${time(seconds).slice(0, 16).replace("T", " ")} UTC`;
  const ether = (digits) => (digits === null ? null : Number(digits) / 1e18);
  const days = (blocks) => (blocks === null ? null : Number(blocks) / BLOCKS_PER_DAY);
  const shown = (unit, digits) => (_, value) => (value == null ? "–" : `${value.toFixed(digits)} ${unit}`);

  /** Columns of a chart, and what the lines are called. */
  const CHARTS = {
    balance: ({ points }) => ({
      unit: "ETH",
      digits: 6,
      columns: [points.map((point) => ether(point.balanceWei)), points.map((point) => ether(point.collateralWei))],
      labels: ["Balance", "Liquidation below"],
    }),
    runway: ({ points }) => ({
      unit: "days",
      digits: 1,
      columns: [points.map((point) => days(point.runwayBlocks)), points.map(() => days(data.minRunwayBlocks))],
      labels: ["Runway", "Short below"],
    }),
  };

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

  /** Vertical lines where fees changed, each with what it says, unless that would cover another one. */
  function drawChanges(changes) {
    return ({ ctx, bbox, scales, valToPos }) => {
      const ratio = devicePixelRatio;
      let free = -Infinity;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour("change")();
      ctx.lineWidth = ratio;
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "right";
      for (const { changedAt, what, to } of changes) {
        const seconds = Number(changedAt);
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
        ctx.fillText(`${what}: ${to}`, 0, 0);
        ctx.restore();
      }
      ctx.restore();
    };
  }

  function draw(place) {
    const cluster = data.clusters[Number(place.dataset.cluster)];
    const { unit, digits, columns, labels } = CHARTS[place.dataset.chart](cluster);
    const blocks = cluster.points.map(({ observedAt }) => Number(observedAt));
    const [first, last] = [blocks[0] ?? 0, blocks.at(-1) ?? 0];
    const axis = {
      stroke: colour("faint"),
      grid: { stroke: colour("rule"), width: 1 },
      ticks: { stroke: colour("rule") },
    };
    const options = {
      width: place.clientWidth,
      height: HEIGHT,
      cursor: { sync: { key: place.dataset.cluster } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: {
        // A cluster of this very block has but one time, which the library would make years of.
        x: { range: (_, from, to) => (first === last ? [first - DAY / 2, first + DAY / 2] : [from, to]) },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      axes: [
        { ...axis, values: ticks, space: 90 },
        { ...axis, size: 76, values: (_, splits) => splits.map((value) => `${value}`) },
      ],
      series: [
        { label: "Time", value: (_, seconds) => (seconds == null ? "–" : minute(seconds)) },
        { label: labels[0], stroke: colour("line"), fill: colour("fill"), width: 2, value: shown(unit, digits) },
        {
          label: labels[1],
          stroke: colour("limit"),
          dash: [6, 4],
          points: { show: false },
          value: shown(unit, digits),
        },
      ],
      hooks: { draw: [drawChanges(cluster.changes)] },
    };
    const chart = new uPlot(options, [ascending(blocks), ...columns], place);
    new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
  }

  for (const place of document.querySelectorAll(".chart")) draw(place);
  // On paper nothing can be opened.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
})();
