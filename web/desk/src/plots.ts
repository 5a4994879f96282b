interface ListFigure {
  label: string
  records: number
  rejected: number
}

const INK = '#4d5a6a'
const LINE = '#dde3ea'
const tooltip = { trigger: 'axis' as const, axisPointer: { type: 'shadow' as const }, renderMode: 'richText' as const }

/** Lists as horizontal bars: rows read and rows that could not be read. */
export function listPlot(lists: readonly ListFigure[], read: string, rejected: string) {
  const names = lists.map((list) => list.label)
  return {
    aria: { enabled: true },
    tooltip,
    legend: { data: [read, rejected], right: 0, top: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: INK } },
    grid: { left: 0, right: 56, top: 30, bottom: 0, containLabel: true },
    xAxis: { type: 'value' as const, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      type: 'category' as const,
      data: names,
      inverse: true,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK, width: 130, overflow: 'break' as const },
    },
    series: [
      {
        name: read,
        type: 'bar' as const,
        stack: 'rows',
        barMaxWidth: 18,
        itemStyle: { color: '#4a86ab' },
        label: { show: true, position: 'right' as const, color: INK, formatter: ({ value }: { value: number }) => value.toLocaleString() },
        data: lists.map((list) => list.records),
      },
      { name: rejected, type: 'bar' as const, stack: 'rows', barMaxWidth: 18, itemStyle: { color: '#c2544c' }, data: lists.map((list) => list.rejected) },
    ],
  }
}

/** Named figures as columns with their values on top. */
export function columnPlot(rows: readonly (string | number)[][], series: string) {
  return {
    aria: { enabled: true },
    tooltip,
    grid: { left: 0, right: 0, top: 30, bottom: 0, containLabel: true },
    xAxis: {
      type: 'category' as const,
      data: rows.map((row) => String(row[0])),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK },
    },
    yAxis: { type: 'value' as const, axisLabel: { show: false }, splitLine: { lineStyle: { color: LINE } } },
    series: [
      {
        name: series,
        type: 'bar' as const,
        barMaxWidth: 56,
        itemStyle: { color: '#4a86ab', borderRadius: [3, 3, 0, 0] },
        label: { show: true, position: 'top' as const, color: INK, formatter: ({ value }: { value: number }) => value.toLocaleString() },
        data: rows.map((row) => Number(row[1])),
      },
    ],
  }
}

/** Areas as horizontal bars of people: seen, not seen, not registered. `rows`: name and the three figures. */
export function coveragePlot(rows: readonly (string | number)[][], names: readonly string[]) {
  const colours = ['#4f9d6b', '#7fa9cc', '#c2544c']
  return {
    aria: { enabled: true },
    tooltip,
    legend: { data: [...names], left: 0, top: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: INK } },
    grid: { left: 0, right: 16, top: 34, bottom: 0, containLabel: true },
    xAxis: { type: 'value' as const, axisLabel: { color: INK }, splitLine: { lineStyle: { color: LINE } } },
    yAxis: {
      type: 'category' as const,
      data: rows.map((row) => String(row[0])),
      inverse: true,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
      axisLabel: { color: INK, width: 120, overflow: 'break' as const },
    },
    series: names.map((name, index) => ({
      name,
      type: 'bar' as const,
      stack: 'people',
      barMaxWidth: 18,
      itemStyle: { color: colours[index] },
      data: rows.map((row) => Number(row[index + 1])),
    })),
  }
}

const COLOURS = ['#4a86ab', '#c28a3d', '#5d8f6b', '#a65f7f', '#6b6fb0']

/** Small stacked columns: one stack a day, one colour a kind. */
export function stackedPlot(names: readonly string[], series: readonly { name: string; data: number[] }[]) {
  return {
    aria: { enabled: true },
    tooltip,
    legend: { data: series.map((one) => one.name), right: 0, top: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: INK } },
    grid: { left: 0, right: 4, top: 30, bottom: 0, containLabel: true },
    xAxis: { type: 'category' as const, data: [...names], axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, hideOverlap: true } },
    yAxis: { type: 'value' as const, minInterval: 1, axisLabel: { color: INK }, splitLine: { lineStyle: { color: LINE } } },
    series: series.map((one, at) => ({
      name: one.name,
      type: 'bar' as const,
      stack: 'all',
      barMaxWidth: 18,
      itemStyle: { color: COLOURS[at % COLOURS.length] },
      data: one.data,
    })),
  }
}

const WAY_COLOURS = ['#c28a3d', '#4a86ab', '#c2544c']

/** Curves over the hours of a day; `rows`: the hour and a figure for each of `names`. */
export function hourPlot(rows: readonly (string | number)[][], names: readonly string[]) {
  return {
    aria: { enabled: true },
    tooltip: { ...tooltip, axisPointer: { type: 'line' as const } },
    legend: { data: [...names], right: 0, top: 0, itemWidth: 18, itemHeight: 10, textStyle: { color: INK } },
    grid: { left: 0, right: 12, top: 30, bottom: 0, containLabel: true },
    xAxis: { type: 'category' as const, data: rows.map((row) => String(row[0])), axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, hideOverlap: true } },
    yAxis: { type: 'value' as const, minInterval: 1, axisLabel: { color: INK }, splitLine: { lineStyle: { color: LINE } } },
    series: names.map((name, at) => ({
      name,
      type: 'line' as const,
      symbol: ['circle', 'triangle', 'rect'][at],
      lineStyle: { width: 2, type: (['solid', 'dashed', 'dotted'] as const)[at] },
      itemStyle: { color: WAY_COLOURS[at] },
      data: rows.map((row) => Number(row[at + 1])),
    })),
  }
}
