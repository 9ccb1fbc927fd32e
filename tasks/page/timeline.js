"use strict";

// Draws charts that share their times and marks, from the data that stand in the page.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const HEIGHT = 280;
  const { colour, shown, frame, timeSeries, place } = chartParts;
  const times = data.times.map(Number);

  /** Sums of the columns from the last one up to each, so that the areas lie upon one another. */
  function stacked(columns) {
    const sums = [];
    for (const column of columns.toReversed())
      sums.unshift(column.map((value, i) => (value ?? 0) + (sums[0] === undefined ? 0 : sums[0][i])));
    return sums;
  }

  /** Values close to each other fill the height; others begin at zero. */
  function range(isFromZero) {
    return (_, least, most) => {
      if (isFromZero) return [Math.min(0, least), most > 0 ? most * 1.1 : 1];
      const margin = (most - least) / 10 || Math.abs(most) / 1000 || 1;
      return [least - margin, most + margin];
    };
  }

  function draw(element) {
    const { unit, digits, labels, columns, kind, isFromZero } = data.charts[element.dataset.chart];
    const isStack = kind === "stack";
    const shape = kind === "steps" ? { paths: uPlot.paths?.stepped({ align: 1 }) } : {};
    const base = frame(element, times, data.marks, HEIGHT);
    const options = {
      ...base,
      cursor: { sync: { key: "timeline" } },
      scales: { ...base.scales, y: { range: range(isFromZero) } },
      series: [
        timeSeries,
        ...labels.map((label, i) => ({
          label,
          stroke: colour(`series-${i + 1}`),
          ...(isStack ? { fill: colour(`series-${i + 1}`) } : {}),
          ...shape,
          width: isStack ? 0 : 2,
          points: { show: false },
          // What is drawn of a stack is a sum; what is said is the part.
          value: (chart, _, __, at) => shown(unit, digits)(chart, at == null ? null : columns[i][at]),
        })),
      ],
    };
    place(element, options, [times, ...(isStack ? stacked(columns) : columns)]);
  }

  for (const element of document.querySelectorAll(".chart")) draw(element);
})();
