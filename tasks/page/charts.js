"use strict";

// Draws the charts of a report from the data that stand in the page. Everything they show is in its tables, too.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const BLOCKS_PER_DAY = 7200;
  const HEIGHT = 260;
  const { colour, shown, frame, timeSeries, place } = chartParts;

  const ether = (digits) => (digits === null ? null : Number(digits) / 1e18);
  const days = (blocks) => (blocks === null ? null : Number(blocks) / BLOCKS_PER_DAY);

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

  function draw(element) {
    const cluster = data.clusters[Number(element.dataset.cluster)];
    const { unit, digits, columns, labels } = CHARTS[element.dataset.chart](cluster);
    const times = cluster.points.map(({ observedAt }) => Number(observedAt));
    const marks = cluster.changes.map(({ changedAt, what, to }) => ({ at: changedAt, text: `${what}: ${to}` }));
    const value = shown(unit, digits);
    const options = {
      ...frame(element, times, marks, HEIGHT),
      cursor: { sync: { key: element.dataset.cluster } },
      series: [
        timeSeries,
        { label: labels[0], stroke: colour("line"), fill: colour("fill"), width: 2, value },
        { label: labels[1], stroke: colour("limit"), dash: [6, 4], points: { show: false }, value },
      ],
    };
    place(element, options, [times, ...columns]);
  }

  for (const element of document.querySelectorAll(".chart")) draw(element);
})();
