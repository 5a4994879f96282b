import { codeName, type components } from '@lianfang/core'

export type Screening = components['schemas']['ScreeningOut']
export type ScreeningTask = components['schemas']['ScreeningTaskOut']
export type VisitLine = components['schemas']['VisitLineOut']
export type Figures = components['schemas']['CampaignFiguresOut']

/** What somebody has to decide about: people do not see codes. */
export const stateName = (state: string): string => codeName('screening.states', state)
export const outcomeName = (outcome: string): string => codeName('screening.outcomes', outcome)
export const channelName = (channel: string): string => codeName('screening.channels', channel)
export const STATE_TAGS = { open: 'primary', returned: 'warning', with_secretary: 'danger', done: 'success', closed: 'info' } as const

/** Done, as a share of all; 0 without work. */
export function doneShare(figures: { total: number; done: number }): number {
  return figures.total ? figures.done / figures.total : 0
}

/** Done a day as bars, and what is left as a line that goes on to the expected end at the present pace. */
export function pacePlot(figures: Figures, done: string, left: string, expected: string) {
  const days = figures.days.map(([day]) => day)
  const made = figures.days.map(([, count]) => count)
  let rest = figures.total - figures.closed
  const falling = made.map((count) => (rest -= count))
  const ahead: string[] = []
  const hoped: (number | null)[] = falling.map((value, place) => (place === falling.length - 1 ? value : null))
  if (figures.expected_on && days.length) {
    const day = new Date(`${days.at(-1)}T00:00:00Z`)
    let value = falling.at(-1) ?? 0
    while (value > 0 && ahead.length < 60) {
      day.setUTCDate(day.getUTCDate() + 1)
      value = Math.max(0, value - figures.pace)
      ahead.push(day.toISOString().slice(0, 10))
      hoped.push(Math.round(value))
    }
  }
  const ink = '#4d5a6a'
  return {
    aria: { enabled: true },
    tooltip: { trigger: 'axis' as const, renderMode: 'richText' as const },
    legend: { data: [done, left, expected], right: 0, top: 0, itemWidth: 12, itemHeight: 10, textStyle: { color: ink } },
    grid: { left: 0, right: 12, top: 34, bottom: 0, containLabel: true },
    xAxis: { type: 'category' as const, data: [...days, ...ahead], axisLabel: { color: ink } },
    yAxis: [{ type: 'value' as const, axisLabel: { color: ink } }],
    series: [
      { name: done, type: 'bar' as const, barMaxWidth: 22, itemStyle: { color: '#4a86ab' }, data: made },
      { name: left, type: 'line' as const, symbol: 'circle', lineStyle: { color: '#8a5a2b' }, itemStyle: { color: '#8a5a2b' }, data: falling },
      { name: expected, type: 'line' as const, symbol: 'none', lineStyle: { color: '#8a5a2b', type: 'dashed' as const }, itemStyle: { color: '#8a5a2b' }, data: hoped },
    ],
  }
}
